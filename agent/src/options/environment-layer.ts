import { OPTION_NAMES, type OptionLayer } from "./option-layer.js";

/** Reads `FLEET_AGENT_*`; an empty variable is not set. `FLEET_AGENT_SERVER` holds several servers separated by commas. */
export function environmentLayer(environment: NodeJS.ProcessEnv): OptionLayer {
  const layer: OptionLayer = {};
  for (const option of OPTION_NAMES) {
    const from = `FLEET_AGENT_${option.toUpperCase()}`;
    const text = environment[from]?.trim() ?? "";
    const values = (option === "server" ? text.split(",").map((part) => part.trim()) : [text]).filter(
      (one) => one !== "",
    );
    if (values.length > 0) layer[option] = { values, from };
  }
  return layer;
}
