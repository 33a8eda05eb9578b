import { writeFileSync } from "node:fs";
import path from "node:path";
import { type FleetNode, startFleetNode, testCredentials } from "../support/fleet-node.js";
import { startProcess } from "../support/child-process.js";
import { HttpClient } from "../support/http-client.js";
import { newPayloadKey } from "../support/keys.js";
import { projectRoot } from "../support/project-root.js";
import { makeTempFolder } from "../support/temp-folder.js";

const MACHINES = 50;
const payloadKey = newPayloadKey();
const folder = makeTempFolder("simulator");
let node: FleetNode;

beforeAll(async () => {
  node = await startFleetNode({ config: { server: { encryption_key: payloadKey } } });
});

afterAll(() => node.stop());

/** A secret as the simulator reads it. */
function secretFile(name: string, secret: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, `${secret}\n`, { mode: 0o600 });
  return file;
}

function simulate(...args: readonly string[]) {
  return startProcess(process.execPath, [path.join(projectRoot, "bench/simulate.mjs"), ...args], { name: "simulator" });
}

it("has every machine report to a real node, some encrypted, and tells what became of them", async () => {
  const keys = [
    ...["--api-key-file", secretFile("api-key", testCredentials.apiKey)],
    ...["--encryption-key-file", secretFile("payload-key", payloadKey), "--share-encrypted", "0.5"],
  ];
  const size = ["--machines", String(MACHINES), "--interval", "1", "--duration", "4"];
  const simulator = simulate("--server", node.url, ...keys, ...size);
  expect([await simulator.exited, simulator.output]).toEqual([{ code: 0, signal: null }, expect.any(String)]);
  const [, sent, accepted] = /(\d+) reports, (\d+) accepted \(\d+\/s\), 0 errors/.exec(simulator.output) ?? [];
  expect(Number(sent)).toBeGreaterThanOrEqual(MACHINES);
  expect(accepted).toBe(sent);

  const operator = new HttpClient(node.url);
  await operator.login(testCredentials.username, testCredentials.password);
  const { machines } = (await operator.get("/api/fleet/machines")).json() as {
    machines: { info: { e2ee_enabled: boolean } }[];
  };
  operator.close();
  expect(machines).toHaveLength(MACHINES);
  expect(machines.filter(({ info }) => info.e2ee_enabled)).toHaveLength(MACHINES / 2);
});

it("ends with an error when reports are refused, and says why", async () => {
  const key = secretFile("wrong-key", "not-the-key-of-this-node");
  const simulator = simulate("--server", node.url, "--api-key-file", key, "--machines", "5", "--duration", "1");
  expect((await simulator.exited).code).toBe(1);
  expect(simulator.output).toMatch(/ x 401 /);
});

it.each([
  [["--machines", "many"], "--machines must be a number from 1 to 10000000"],
  [[], "--api-key-file is required"],
  [["--api-key", "on the command line"], "Unknown option '--api-key'"],
])("refuses the options %j and says what is wrong", async (options, message) => {
  const simulator = simulate(...options);
  expect((await simulator.exited).code).toBe(1);
  expect(simulator.output).toContain(message);
});
