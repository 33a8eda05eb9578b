import { Inject, Injectable } from "@nestjs/common";
import { MACHINES_CONFIG, type MachinesConfig, SERVER_CONFIG, type ServerConfig } from "../../config/config.module.js";
import { PayloadCipher, type PayloadEnvelope, isEnvelope } from "../../crypto/payload-cipher.js";
import { DatabaseClock } from "../../database/database-clock.js";
import { DocumentCipher } from "../../database/document-cipher.js";
import { FleetHashes } from "../fleet-hashes.js";
import { figuresOf } from "../history/figures.js";
import type { AcceptedReport } from "../store/fleet-store.js";
import { parseJson } from "./parse-json.js";
import {
  decryptionFailed,
  encryptionRequired,
  invalidMachineId,
  invalidReport,
  noPayloadKey,
} from "./report-errors.js";
import { sampleTime } from "./sample-time.js";

const MAX_MACHINE_ID = 255;
const MAX_TAGS = 50;

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
    @Inject(MACHINES_CONFIG) private readonly machines: MachinesConfig,
    private readonly documents: DocumentCipher,
    private readonly hashes: FleetHashes,
    private readonly clock: DatabaseClock,
  ) {
    this.payloads = server.encryption_key.length > 0 ? new PayloadCipher(server.encryption_key) : undefined;
  }

  read(body: Buffer): AcceptedReport {
    const outer = parseJson(body);
    if (isEnvelope(outer)) {
      const plain = this.open(outer);
      return this.accept(parseJson(plain), plain, true);
    }
    if (this.server.require_encryption) throw encryptionRequired();
    return this.accept(outer, body, false);
  }

  private open(envelope: PayloadEnvelope): Buffer {
    if (!this.payloads) throw noPayloadKey();
    try {
      return this.payloads.open(envelope);
    } catch (error) {
      throw decryptionFailed(error);
    }
  }

  private accept(report: unknown, plain: Buffer, encrypted: boolean): AcceptedReport {
    if (!isObject(report)) throw invalidReport("A report is a JSON object with at least a machine_id.");
    const machineId = checkedMachineId(report["machine_id"]);
    const info = section(report, "machine_info");
    const metrics = section(report, "metrics");

    const arrivedAt = this.clock.nowMs();
    const trustedTime = metrics && sampleTime(metrics["timestamp"], arrivedAt);
    const infoJson = info && JSON.stringify(info);
    const hostname = named(info?.["hostname"]);
    const serial = serialNumber(info);
    const bootId = named(info?.["boot_id"]);
    const words = searchWords(info);
    const hidden = this.machines.hide_names && this.documents.encrypts;
    return {
      machineId,
      arrivedAt,
      sampledAt: trustedTime ?? arrivedAt,
      repeatHash: trustedTime === undefined ? this.hashes.content(plain) : null,
      encrypted,
      info: infoJson ?? null,
      infoHash: infoJson === undefined ? null : this.hashes.content(infoJson),
      hostname: hidden ? null : hostname,
      hostnameHash: hostname === null ? null : this.hashes.hostname(hostname),
      serialHash: serial === null ? null : this.hashes.serial(serial),
      searchText: hidden || words.length === 0 ? null : words.join("\n"),
      searchHashes: hidden && words.length > 0 ? words.map((word) => this.hashes.word(word)).join(" ") : null,
      identity: serial === null && bootId === null ? null : this.hashes.identity([serial, bootId]),
      metrics: metrics ? JSON.stringify(metrics) : null,
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

/** A name to be searched by, without what no database text may hold; null for none. */
function named(value: unknown): string | null {
  const name =
    typeof value === "string"
      ? value
          .replace(/\p{Cc}/gu, "")
          .toWellFormed()
          .trim()
          .slice(0, 255)
      : "";
  return name === "" ? null : name;
}

function serialNumber(info: JsonObject | undefined): string | null {
  const serial = named(info?.["serial_number"]);
  return serial?.toLowerCase() === "unknown" ? null : serial;
}

/** What machines are searched by besides their id, in lower case. */
function searchWords(info: JsonObject | undefined): string[] {
  const tags: unknown = info?.["tags"];
  const values = [
    info?.["hostname"],
    info?.["computer_name"],
    info?.["local_ip"],
    ...(Array.isArray(tags) ? tags.slice(0, MAX_TAGS) : []),
  ];
  const words = values.map((value) => named(value)?.toLowerCase());
  return [...new Set(words.filter((word) => word !== undefined))];
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
