import { isJson, isNdjson } from "../../../src/fleet/ingest/media-type.js";

it.each([
  { type: undefined, json: true, ndjson: true },
  { type: "application/json", json: true, ndjson: false },
  { type: "Application/JSON; charset=utf-8", json: true, ndjson: false },
  { type: "application/vnd.fleet+json", json: true, ndjson: false },
  { type: "application/x-ndjson", json: false, ndjson: true },
  { type: "application/x-NDJSON ; charset=utf-8", json: false, ndjson: true },
  { type: "application/ndjson", json: false, ndjson: true },
  { type: "application/jsonl", json: false, ndjson: true },
  { type: "application/x-www-form-urlencoded", json: false, ndjson: false },
  { type: "text/plain", json: false, ndjson: false },
  { type: "", json: false, ndjson: false },
])("takes $type for a report: $json, for a batch: $ndjson", ({ type, json, ndjson }) => {
  expect([isJson(type), isNdjson(type)]).toEqual([json, ndjson]);
});
