import path from "node:path";
import type { SessionsConfig } from "../../src/config/config.module.js";
import { type RunningProcess, startProcess } from "../support/child-process.js";
import { projectRoot } from "../support/project-root.js";

/** Opens the store as a node does, and waits until it is reached. */
const prelude = `
  const built = (file) => import(process.env.BUILT + "/sessions/store/" + file + ".js");
  const [{ sessionStoreProvider }, { allowCreation }] = await Promise.all(
    [built("session-store.provider"), built("session-creation")]);
  const store = await sessionStoreProvider.useFactory(JSON.parse(process.env.SESSIONS));
  const promised = (call) => new Promise((resolve, reject) =>
    call((error, value) => (error ? reject(error) : resolve(value))));
  const sessionOf = (username) => ({ cookie: {}, user: { username, role: "viewer" } });
  for (;;) {
    if (await store.check().then(() => true, () => false)) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }`;

/** Three processes that use one place of sessions at once. */
export class SessionProcesses {
  static readonly names = ["one", "two", "three"] as const;
  private readonly processes: RunningProcess[];

  /**
   * Each does `work`, which finds `store`, `promised`, `allowCreation` and `sessionOf` at hand, its own name in the
   * variable `WRITER`, and `env`.
   */
  constructor(settings: Partial<SessionsConfig>, work: string, env: NodeJS.ProcessEnv) {
    const program = `${prelude}${work}\n  await store.close();`;
    const common = { BUILT: path.join(projectRoot, "dist"), SESSIONS: JSON.stringify(settings), ...env };
    this.processes = SessionProcesses.names.map((WRITER) =>
      startProcess(process.execPath, ["--input-type=module", "-e", program], {
        env: { ...process.env, ...common, WRITER },
      }),
    );
  }

  get running(): boolean {
    return this.processes.some(({ exit }) => exit === null);
  }

  /** That all have come to their end, and had nothing to say. */
  expectGoodEnds(): void {
    const ends = this.processes.map(({ exit, output }) => ({ exit, output }));
    expect(ends).toEqual(this.processes.map(() => ({ exit: { code: 0, signal: null }, output: "" })));
  }
}
