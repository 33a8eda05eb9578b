import TestSequencer from "@jest/test-sequencer";

/** The kinds whose files take longest come first, so that no long one is left for the end, when the others have nothing to do. */
const kinds = ["docs", "deploy", "browser", "e2e", "contracts", "unit"];

export default class LongestFirst extends TestSequencer {
  /** @param {Parameters<TestSequencer["sort"]>[0]} tests */
  sort(tests) {
    const placeOf = ({ path }) => kinds.findIndex((kind) => path.includes(`/test/${kind}/`));
    return super.sort(tests).toSorted((one, other) => placeOf(one) - placeOf(other));
  }
}
