import pg from "pg";
import { BackendUnavailableError } from "../../../src/common/fleet-error.js";
import { queryFailure, sqlState } from "../../../src/fleet/store/postgres/query-failure.js";

const answered = (code: string) => Object.assign(new pg.DatabaseError("from PostgreSQL", 0, "error"), { code });

describe("queryFailure", () => {
  it.each([
    ["57014", "a statement that took too long"],
    ["57P01", "a server that is stopped"],
    ["57P03", "a server that starts"],
    ["53100", "a full disk"],
    ["53300", "too many connections"],
    ["58030", "a disk that fails"],
    ["25006", "a standby"],
    ["28P01", "a password that is no longer right"],
    ["3D000", "a database that is gone"],
    ["40P01", "a deadlock"],
    ["40001", "a serialization failure"],
    ["55P03", "a lock"],
  ])("takes %s, %s, for a database that cannot be used", (code) => {
    expect(queryFailure(answered(code))).toMatchObject({ status: 503, cause: { code } });
  });

  it.each([
    ["22021", "a text it cannot hold"],
    ["23502", "a missing value"],
    ["42P01", "a missing table"],
    ["54000", "a value that is too long"],
  ])("leaves %s, %s, as it is", (code) => {
    const error = answered(code);
    expect(queryFailure(error)).toBe(error);
  });

  it("takes what the driver says for a database that cannot be used", () => {
    for (const error of [new Error("Query read timeout"), Object.assign(new Error(), { code: "ECONNREFUSED" }), null]) {
      expect(queryFailure(error)).toBeInstanceOf(BackendUnavailableError);
      expect(sqlState(error)).toBeUndefined();
    }
  });
});
