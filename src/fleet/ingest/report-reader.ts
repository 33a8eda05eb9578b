import { Inject, Injectable } from "@nestjs/common";
import { SERVER_CONFIG, type ServerConfig } from "../../config/config.module.js";
import { PayloadCipher, type PayloadEnvelope, isEnvelope } from "../../crypto/payload-cipher.js";
import { DatabaseClock } from "../../database/database-clock.js";
import { FleetHashes } from "../fleet-hashes.js";
import { figuresOf } from "../history/figures.js";
import type { AcceptedReport } from "../store/fleet-store.js";
import { InfoReader } from "./info-reader.js";
import { parseJson } from "./parse-json.js";
import {
  decryptionFailed,
  encryptionRequired,
  invalidMachineId,
  invalidReport,
  noPayloadKey,
} from "./report-errors.js";
import { sampleTime } from "./sample-time.js";
import { sectionTexts } from "./section-texts.js";

const MAX_MACHINE_ID = 255;

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Turns the body of a report, plain or in an envelope, into what is to be committed. Throws a FleetError (400) that
 * says what is wrong. Only the machine id is required; figures that make no sense are left out, everything inside
 * `machine_info` and `metrics` is kept, and other top-level members are dropped.
 */
@Injectable()
export class ReportReader {
  private readonly payloads: PayloadCipher | undefined;

  constructor(
    @Inject(SERVER_CONFIG) private readonly server: ServerConfig,
    private readonly infos: InfoReader,
    private readonly hashes: FleetHashes,
    private readonly clock: DatabaseClock,
  ) {
    this.payloads = server.encryption_key.length > 0 ? new PayloadCipher(server.encryption_key) : undefined;
  }

  read(body: Buffer): AcceptedReport {
    const { value, text } = parseJson(body);
    if (!isEnvelope(value)) {
      if (this.server.require_encryption) throw encryptionRequired();
      return this.accept(value, text, false);
    }
    const opened = parseJson(this.open(value));
    return this.accept(opened.value, opened.text, true);
  }

  private open(envelope: PayloadEnvelope): Buffer {
    if (!this.payloads) throw noPayloadKey();
    try {
      return this.payloads.open(envelope);
    } catch (error) {
      throw decryptionFailed(error);
    }
  }

  private accept(report: unknown, json: string, encrypted: boolean): AcceptedReport {
    if (!isObject(report)) throw invalidReport("A report is a JSON object with at least a machine_id.");
    const machineId = checkedMachineId(report["machine_id"]);
    const info = section(report, "machine_info");
    const metrics = section(report, "metrics");
    const texts = sectionTexts(report, json);

    const arrivedAt = this.clock.nowMs();
    const trustedTime = metrics && sampleTime(metrics["timestamp"], arrivedAt);
    return {
      machineId,
      arrivedAt,
      sampledAt: trustedTime ?? arrivedAt,
      repeatHash: trustedTime === undefined ? this.hashes.content(json) : null,
      encrypted,
      ...this.infos.read(machineId, info, texts.machine_info),
      metrics: metrics ? (texts.metrics ?? JSON.stringify(metrics)) : null,
      figures: figuresOf(metrics),
    };
  }
}

function checkedMachineId(value: unknown): string {
  if (typeof value !== "string" || value === "") throw invalidMachineId("machine_id is required: a non-empty string.");
  if (value.length > MAX_MACHINE_ID) {
    throw invalidMachineId(`machine_id is ${value.length} characters long; at most ${MAX_MACHINE_ID} are allowed.`);
  }
  // Neither survives every database and URL unchanged, so that the machine could not be found again.
  if (/\p{Cc}/u.test(value) || !value.isWellFormed()) {
    throw invalidMachineId("machine_id must not hold control characters or broken Unicode.");
  }
  if (value === "." || value === "..")
    throw invalidMachineId("machine_id must not be a dot or two: no URL can name it.");
  return value;
}

/** An object with members; undefined where the report has none, an empty one or null. */
function section(report: JsonObject, name: string): JsonObject | undefined {
  const value = report[name];
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) throw invalidReport(`${name} must be a JSON object.`);
  return Object.keys(value).length === 0 ? undefined : value;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
