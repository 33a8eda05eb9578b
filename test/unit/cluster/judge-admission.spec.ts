import {
  type Admission,
  type AdmissionView,
  type Peer,
  judgeAdmission,
} from "../../../src/cluster/settings/judge-admission.js";

const own = { database: "1", "session store": "1", registry: "1", "sessions.ttl": "1" };
const peer = (nodeId: string, changes: Record<string, string> = {}, admitted: boolean | undefined = true): Peer => ({
  nodeId,
  fingerprints: { ...own, ...changes },
  admitted,
});
const refused = (...places: string[]): Admission => ({ verdict: "refused", places });
const admitted: Admission = { verdict: "admitted" };

describe("whether a node may serve beside the others", () => {
  it.each<[what: string, view: Partial<AdmissionView>, expected: Admission]>([
    ["alone", {}, admitted],
    ["beside its likes", { peers: [peer("a"), peer("c")] }, admitted],
    ["with another database", { peers: [peer("a", { database: "2" })] }, refused("database")],
    ["with another session store", { peers: [peer("a", { "session store": "2" })] }, refused("session store")],
    [
      "with both",
      { peers: [peer("a", { database: "2", "session store": "2" })] },
      refused("database", "session store"),
    ],
    ["with a setting that differs and does no harm", { peers: [peer("a", { "sessions.ttl": "2" })] }, admitted],
    [
      "beside one of a version that does not tell its own",
      { peers: [peer("a", { database: "2" }, undefined)] },
      refused("database"),
    ],
    [
      "beside others that disagree, one of them with its database",
      { peers: [peer("a", { database: "2" }), peer("c")] },
      admitted,
    ],
    ["started together with one of a lower id", { peers: [peer("a", { database: "2" }, false)] }, refused("database")],
    ["started together with one of a higher id", { peers: [peer("c", { database: "2" }, false)] }, admitted],
    ["beside strangers alone", { strangers: true }, refused("database")],
    ["beside strangers and its likes", { strangers: true, peers: [peer("a")] }, admitted],
    [
      "beside others that do not know their session store yet",
      { peers: [{ nodeId: "a", admitted: false, fingerprints: { database: "1", registry: "1" } }] },
      { verdict: "open" },
    ],
    ["while its session store does not answer", { own: { database: "1", registry: "1" } }, { verdict: "open" }],
    [
      "while its session store does not answer, with another database",
      { own: { database: "2", registry: "1" }, peers: [peer("a")] },
      refused("database"),
    ],
  ])("%s", (_, view, expected) => {
    expect(judgeAdmission({ nodeId: "b", own, peers: [], strangers: false, ...view })).toEqual(expected);
  });
});
