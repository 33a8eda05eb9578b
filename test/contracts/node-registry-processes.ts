import path from "node:path";
import { setImmediate as otherWork } from "node:timers/promises";
import type { NodeRegistry } from "../../src/cluster/registry/node-registry.js";
import { startProcess } from "../support/child-process.js";
import { projectRoot } from "../support/project-root.js";

const ROUNDS = 150;
const FILLING = "é".repeat(20_000);

export interface WriterClass {
  /** File of src/cluster/registry/, without its extension. */
  readonly file: string;
  readonly name: string;
  /** The one thing its constructor takes. */
  readonly argument: string;
}

/** Three processes write, each its own record and one that all fight for, while `reader` reads: whole records only. */
export async function readWhileProcessesWrite(reader: NodeRegistry, { file, name, argument }: WriterClass) {
  const built = path.join(projectRoot, `dist/cluster/registry/${file}.js`);
  const program = `
    const { ${name}: Registry } = await import(${JSON.stringify(built)});
    const registry = new Registry(process.env.REGISTRY);
    const { WRITER: id } = process.env;
    for (let round = 1; round <= ${ROUNDS}; round++) {
      const record = JSON.stringify({ round, filling: ${JSON.stringify(FILLING)} });
      await registry.publish(id, record);
      await registry.publish("contended", record);
    }
    await registry.close();`;
  const writers = ["one", "two", "three"].map((id) =>
    startProcess(process.execPath, ["--input-type=module", "-e", program], {
      env: { ...process.env, REGISTRY: argument, WRITER: id },
    }),
  );
  const newest = new Map<string, number>();
  let reads = 0;
  while (writers.some(({ exit }) => exit === null)) {
    for (const { nodeId, record } of await reader.list()) {
      const { round, filling } = JSON.parse(record) as { round: number; filling: string };
      expect(filling).toBe(FILLING);
      if (nodeId === "contended") continue;
      expect(round).toBeGreaterThanOrEqual(newest.get(nodeId) ?? 0);
      newest.set(nodeId, round);
    }
    reads += 1;
    // A registry that is answered within one turn of the event loop would never let a writer's end be heard of.
    await otherWork();
  }
  expect(writers.map(({ exit, output }) => ({ exit, output }))).toEqual(
    writers.map(() => ({ exit: { code: 0, signal: null }, output: "" })),
  );
  expect(reads).toBeGreaterThan(5);
  const left = (await reader.list()).map(({ nodeId, record }) => [
    nodeId,
    (JSON.parse(record) as { round: number }).round,
  ]);
  expect(left.sort()).toEqual(["contended", "one", "three", "two"].map((nodeId) => [nodeId, ROUNDS]));
}
