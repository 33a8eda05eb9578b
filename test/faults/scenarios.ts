import { keyScenarios } from "./key-scenarios.js";
import { nodeScenarios } from "./node-scenarios.js";
import { redisScenarios } from "./redis-scenarios.js";
import type { Scenario } from "./scenario.js";

/** Every fault, the control first. */
export const scenarios: readonly Scenario[] = [...nodeScenarios, ...keyScenarios, ...redisScenarios];
