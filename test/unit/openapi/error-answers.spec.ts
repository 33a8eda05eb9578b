import type { Access } from "../../../src/common/access.js";
import type { OperationDescription } from "../../../src/common/operation.js";
import { type RouteFacts, errorStatuses } from "../../../src/openapi/error-answers.js";

const anyone: Access = { kind: "public" };
const agent: Access = { kind: "agent" };
const viewer: Access = { kind: "operator", atLeast: "viewer" };
const admin: Access = { kind: "operator", atLeast: "admin" };
const operation: OperationDescription = { id: "x", summary: "x", answers: { 200: "x" } };
const page: OperationDescription = { ...operation, answers: { 200: "x", 302: "To the login." } };
const probe: OperationDescription = { ...operation, answers: { 200: "x", 503: "x" } };

const facts = (access: Access, method = "get", takes: Partial<RouteFacts> = {}): RouteFacts => ({
  method,
  access,
  hasParameters: false,
  hasBody: false,
  ...takes,
});

describe("the errors that a route can answer", () => {
  it.each<[what: string, facts: RouteFacts, operation: OperationDescription, statuses: number[]]>([
    ["anyone's", facts(anyone), operation, [503]],
    ["an operator's", facts(viewer), operation, [401, 429, 503]],
    ["an administrator's", facts(admin), operation, [401, 403, 429, 503]],
    ["one that changes something", facts(viewer, "delete"), operation, [401, 403, 429, 503]],
    ["an agent's, which no other site's page can call", facts(agent, "post"), operation, [401, 503]],
    ["one with parameters", facts(viewer, "get", { hasParameters: true }), operation, [400, 401, 429, 503]],
    ["one with a body", facts(agent, "post", { hasBody: true }), operation, [400, 401, 413, 415, 503]],
    ["one with errors of its own", facts(viewer), { ...operation, errors: [404] }, [401, 404, 429, 503]],
    ["a page, which sends to the login", facts(viewer), page, [429, 503]],
    ["one that describes such an answer itself", facts(anyone), probe, []],
    ["one that never fails", facts(anyone), { ...operation, errors: "none" }, []],
  ])("are known of %s", (_what, known, described, statuses) => {
    expect(errorStatuses(known, described)).toEqual(statuses);
  });
});
