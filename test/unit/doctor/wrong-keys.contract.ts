import { FernetKey } from "../../../src/crypto/fernet.js";
import type { CheckResult } from "../../../src/doctor/run-checks.js";
import { onlyFault } from "./doctor-findings.js";

/** A kind of database, and what the doctor and the start say of one of them. */
interface ExaminedKind {
  /** Its key. */
  readonly key: string;
  /** Resolves with where it is: a path or a URL. */
  readonly make: () => Promise<string>;
  readonly faultsIn: (place: string, keys: readonly string[]) => Promise<readonly CheckResult[]>;
  /** The message that ends the start. */
  readonly startOn: (place: string, keys: readonly string[]) => Promise<string>;
}

/** What the doctor says of keys that do not open the database, whatever kind it is of. */
export function testWrongKeys({ key, make, faultsIn, startOn }: ExaminedKind): void {
  it.each([
    ["another key", [FernetKey.generate()]],
    ["no key", []],
  ])("is %s than the database's, in the words of the start", async (_what, keys) => {
    const place = await make();
    const fault = onlyFault(await faultsIn(place, keys));
    expect(fault).toMatchObject({ name: "database.keys", status: "failure" });
    const started = await startOn(place, keys);
    expect(started.toLowerCase()).toBe(`${fault.summary}. ${fault.fix}.`.toLowerCase());
    for (const each of [...keys, key]) expect(JSON.stringify(fault)).not.toContain(each);
  });
}
