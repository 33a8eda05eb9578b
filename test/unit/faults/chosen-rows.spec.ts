import { chosenRows } from "../../faults/chosen-rows.js";
import { scenarios } from "../../faults/scenarios.js";

const names = (env: NodeJS.ProcessEnv) => chosenRows(scenarios, env).scenarios.map(({ name }) => name);

describe("the choice of rows", () => {
  it("gives no two rows the same name", () => {
    expect(new Set(names({ FAULTS: "all" })).size).toBe(scenarios.length);
  });

  it("is a part of them in every test run, at one place", () => {
    expect(names({}).length).toBeGreaterThan(1);
    expect(names({}).length).toBeLessThan(scenarios.length);
    expect(chosenRows(scenarios, {}).places).toHaveLength(1);
  });

  it("always holds the control, which says what the machine costs by itself", () => {
    for (const env of [{}, { FAULTS: "all" }, { FAULTS_ONLY: "freeze" }]) expect(names(env)[0]).toBe("control");
    expect(names({ FAULTS_ONLY: "freeze" })).toEqual(["control", "freeze"]);
  });

  it("runs several by name, also those that not every test runs", () => {
    expect(names({ FAULTS_ONLY: "kill, rolling" }).sort()).toEqual(["control", "kill", "rolling"]);
  });

  it.each([{ FAULTS_ONLY: "earthquake" }, { FAULTS_PROXY: "squid" }, { FAULTS_DATA: "oracle" }])(
    "refuses what it does not know: %j",
    (env) => {
      expect(() => names(env)).toThrow(/is not one of: /);
    },
  );

  it("runs at the place that is asked for", () => {
    const { places } = chosenRows(scenarios, { FAULTS_DATA: "postgresql", FAULTS_PROXY: "haproxy" });
    expect(places).toEqual([{ data: "postgresql", proxy: "haproxy" }]);
  });
});
