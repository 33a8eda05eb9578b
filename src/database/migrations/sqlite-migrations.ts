import { Initial1764000000000 } from "./sqlite/1764000000000-initial.js";
import { LoginAttempts1764100000000 } from "./sqlite/1764100000000-login-attempts.js";
import { Events1764200000000 } from "./sqlite/1764200000000-events.js";
import { Leases1764300000000 } from "./sqlite/1764300000000-leases.js";
import { EventIndexes1764310000000 } from "./sqlite/1764310000000-event-indexes.js";
import { PublishedHeartbeats1764500000000 } from "./sqlite/1764500000000-published-heartbeats.js";
import { DataEngine1764600000000 } from "./sqlite/1764600000000-data-engine.js";
import { HighFigures1764700000000 } from "./sqlite/1764700000000-high-figures.js";
import { ApiKeys1764800000000 } from "./sqlite/1764800000000-api-keys.js";
import { Alerts1765000000000 } from "./sqlite/1765000000000-alerts.js";
import { ApiKeyLimits1765100000000 } from "./sqlite/1765100000000-api-key-limits.js";

/** In the order of their time stamps. */
export const sqliteMigrations = [
  Initial1764000000000,
  LoginAttempts1764100000000,
  Events1764200000000,
  Leases1764300000000,
  EventIndexes1764310000000,
  PublishedHeartbeats1764500000000,
  DataEngine1764600000000,
  HighFigures1764700000000,
  ApiKeys1764800000000,
  Alerts1765000000000,
  ApiKeyLimits1765100000000,
];
