import { parseClusterOptions } from "../../../scripts/cluster/cluster-options.mjs";

const defaults = { help: false, port: 8768, nginx: false, prometheus: false, data: undefined, agent: true };

describe("the options of npm run cluster", () => {
  it.each([
    [[], {}],
    [["-h"], { help: true }],
    [["--port", "9000", "--nginx"], { port: 9000, nginx: true }],
    [["--prometheus", "--no-agent"], { prometheus: true, agent: false }],
    [["--data", "elsewhere"], { data: "elsewhere" }],
    [["--port=65524"], { port: 65_524 }],
  ])("reads %j", (args, expected) => {
    expect(parseClusterOptions(args)).toEqual({ options: { ...defaults, ...expected } });
  });

  it.each([
    [["--port", "0"], /--port must be a whole number from 1 to 65524/],
    // It takes twelve of them.
    [["--port", "65525"], /--port must be/],
    [["--port", "1e4"], /--port must be/],
    [["--nodes", "5"], /--nodes[^]*npm run cluster -- --help/],
    [["nginx"], /npm run cluster -- --help/],
  ])("refuses %j and says why", (args, problem) => {
    expect(parseClusterOptions(args)).toEqual({ problem: expect.stringMatching(problem) as string });
  });
});
