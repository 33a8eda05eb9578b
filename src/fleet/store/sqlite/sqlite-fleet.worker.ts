import { workerData } from "node:worker_threads";
import { serveCalls } from "../../../database/serve-calls.js";
import { type SqliteFleetOptions, openSqliteFleet } from "./sqlite-fleet.js";

serveCalls(openSqliteFleet(workerData as SqliteFleetOptions));
