import { type NodeMoment, eventOfChange } from "../../../src/cluster/membership/status-changes.js";

const moment = (status: NodeMoment["status"], sequence: number, incarnation = 2): NodeMoment => ({
  status,
  verdict: status === "inactive" ? "inactive" : "live",
  incarnation,
  sequence,
});

describe("the event of a node's change", () => {
  it.each<[what: string, before: NodeMoment | undefined, now: NodeMoment, onceKey: string | undefined]>([
    ["a silence", moment("active", 7), moment("inactive", 7), "node.inactive:b:2:7"],
    ["a silence after a time of doubt", moment("unknown", 7), moment("inactive", 7), "node.inactive:b:2:7"],
    ["the return from it", moment("inactive", 7), moment("active", 9), "node.back:b:2:7"],
    ["the return to finish draining", moment("inactive", 7), moment("draining", 9), "node.back:b:2:7"],
    ["a new start, which the node notes itself", moment("inactive", 7), moment("active", 1, 3), undefined],
    ["a farewell, which the node notes itself", moment("inactive", 7), moment("stopped", 9), undefined],
    ["the first sight", undefined, moment("inactive", 7), undefined],
    ["a drain", moment("active", 7), moment("draining", 8), undefined],
    ["nothing", moment("inactive", 7), moment("inactive", 7), undefined],
  ])("%s", (_, before, now, onceKey) => {
    expect(eventOfChange("b", before, now)?.onceKey).toBe(onceKey);
  });
});
