import { LIST_OPTIONS, OPTION_NAMES, type OptionLayer, splitList } from "./option-layer.js";

/** Reads `FLEET_AGENT_*`; an empty variable is not set. Servers, tags and labels are separated by commas. */
export function environmentLayer(environment: NodeJS.ProcessEnv): OptionLayer {
  const layer: OptionLayer = {};
  for (const option of OPTION_NAMES) {
    const from = `FLEET_AGENT_${option.toUpperCase()}`;
    const text = environment[from]?.trim() ?? "";
    const values = LIST_OPTIONS.includes(option) ? splitList(text) : [text].filter((one) => one !== "");
    if (values.length > 0) layer[option] = { values, from };
  }
  return layer;
}
