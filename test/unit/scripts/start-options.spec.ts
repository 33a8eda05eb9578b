import { parseStartOptions } from "../../../scripts/start/start-options.mjs";

const defaults = { help: false, port: undefined, nodes: 1, data: undefined, config: undefined, agent: true };

describe("the options of npm start", () => {
  it.each([
    [[], {}],
    [["--help"], { help: true }],
    [["--port", "8769"], { port: 8769 }],
    [["--nodes=3"], { nodes: 3 }],
    [["--nodes", "9", "--no-agent"], { nodes: 9, agent: false }],
    [["--data", "elsewhere", "--port", "1"], { data: "elsewhere", port: 1 }],
    [["--config", "my.yaml"], { config: "my.yaml" }],
  ])("reads %j", (args, expected) => {
    expect(parseStartOptions(args)).toEqual({ options: { ...defaults, ...expected } });
  });

  it.each([
    [["--port", "0"], /--port must be a whole number from 1 to 65535/],
    [["--port", "65536"], /--port must be/],
    [["--port", "8e3"], /--port must be/],
    [["--nodes", "0"], /--nodes must be a whole number from 1 to 9/],
    [["--nodes", "10"], /--nodes must be/],
    [["--nodes", "three"], /--nodes must be/],
    [["--port", "65534", "--nodes", "3"], /no room/],
    [["--config", "a.yaml", "--data", "b"], /exclude each other/],
    [["--config", "a.yaml", "--nodes", "2"], /each node by itself/],
    [["--unknown"], /--unknown[^]*npm start -- --help/],
    // What is left of "npm start --nodes 3", where npm has kept the option for itself.
    [["3"], /npm start -- --help/],
  ])("refuses %j and says why", (args, problem) => {
    expect(parseStartOptions(args)).toEqual({ problem: expect.stringMatching(problem) as string });
  });
});
