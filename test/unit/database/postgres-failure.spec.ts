import { QueryFailedError, QueryRunnerAlreadyReleasedError } from "typeorm";
import { isPostgresBusy, isPostgresRefusal, isPostgresUnavailable } from "../../../src/database/postgres-failure.js";

const coded = (code: string) => Object.assign(new Error("a message"), { code });

describe("what an error of PostgreSQL means", () => {
  it.each<[error: Error, busy: boolean, unavailable: boolean, refusal: boolean]>([
    [coded("40001"), true, true, false], // serialization_failure
    [coded("40P01"), true, true, false], // deadlock_detected
    [coded("55P03"), true, true, false], // lock_not_available
    [coded("08006"), false, true, false], // connection_failure
    [coded("53100"), false, true, false], // disk_full
    [coded("53300"), false, true, false], // too_many_connections
    [coded("57014"), false, true, false], // query_canceled
    [coded("57P01"), false, true, false], // admin_shutdown
    [coded("57P03"), false, true, false], // cannot_connect_now
    [coded("58030"), false, true, false], // io_error
    [coded("25006"), false, true, false], // read_only_sql_transaction
    [coded("28P01"), false, true, true], // invalid_password
    [coded("28000"), false, true, true], // invalid_authorization_specification
    [coded("3D000"), false, true, true], // invalid_catalog_name
    [coded("42501"), false, false, false], // insufficient_privilege
    [coded("ECONNREFUSED"), false, true, false],
    [coded("EAI_AGAIN"), false, true, false],
    [coded("SELF_SIGNED_CERT_IN_CHAIN"), false, true, true],
    [coded("CERT_HAS_EXPIRED"), false, true, true],
    [coded("ERR_TLS_CERT_ALTNAME_INVALID"), false, true, true],
    [new Error("Connection terminated unexpectedly"), false, true, false],
    [new Error("Connection terminated due to connection timeout"), false, true, false],
    [new Error("timeout exceeded when trying to connect"), false, true, false],
    [new Error("Query read timeout"), false, true, false],
    [new Error("The server does not support SSL connections"), false, true, true],
    [new Error("SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string"), false, true, true],
    [coded("23505"), false, false, false], // unique_violation
    [coded("42601"), false, false, false], // syntax_error
    [coded("22021"), false, false, false], // character_not_in_repertoire
    [coded("ENOENT"), false, false, false],
    [new TypeError("x is not a function"), false, false, false],
  ])("is right for %s", (error, busy, unavailable, refusal) => {
    for (const seen of [error, new QueryFailedError("SELECT 1", [], error)]) {
      expect(isPostgresBusy(seen)).toBe(busy);
      expect(isPostgresUnavailable(seen)).toBe(unavailable);
      expect(isPostgresRefusal(seen)).toBe(refusal);
    }
  });

  it("is that the server cannot be used, where its connection was lost in the middle of a transaction", () => {
    expect(isPostgresUnavailable(new QueryRunnerAlreadyReleasedError())).toBe(true);
  });

  it("is nothing known for what is no error", () => {
    for (const thrown of [undefined, null, "text", 40001]) expect(isPostgresUnavailable(thrown)).toBe(false);
  });
});
