import { Inject, Injectable } from "@nestjs/common";
import { MACHINES_CONFIG, type MachinesConfig } from "../../config/config.module.js";
import { DocumentCipher } from "../../database/document-cipher.js";
import { FleetHashes } from "../fleet-hashes.js";
import type { AcceptedReport } from "../store/fleet-store.js";

/** What is stored of a machine's `machine_info`, and what it is found and told apart by. */
export type InfoFacts = Pick<
  AcceptedReport,
  "info" | "infoHash" | "hostname" | "hostnameHash" | "serialHash" | "searchText" | "searchHashes" | "identity"
>;

type Info = Readonly<Record<string, unknown>>;

interface Remembered {
  readonly info: string;
  readonly hidden: boolean;
  readonly facts: InfoFacts;
}

const MAX_TAGS = 50;

/**
 * A machine's info is written again where its hash is another one. So the hash covers all that is stored with it: to be
 * raised when more is, and different where names are hidden.
 */
const FACTS_VERSION = 2;

/** About 20,000 machines. A machine whose info is not remembered costs some hashes with every report. */
const MAX_REMEMBERED_CHARACTERS = 16_000_000;

/** Besides the info's own characters: hashes, search words and the entry itself. */
const ENTRY_CHARACTERS = 500;

const noFacts: InfoFacts = {
  info: null,
  infoHash: null,
  hostname: null,
  hostnameHash: null,
  serialHash: null,
  searchText: null,
  searchHashes: null,
  identity: null,
};

/**
 * Reads what is searched by, and what is stored in its place where names are hidden. Each machine's last info is
 * remembered: it rarely changes, and comparing it costs a hundredth of hashing it.
 */
@Injectable()
export class InfoReader {
  /** By machine id, the oldest first. */
  private readonly remembered = new Map<string, Remembered>();
  private rememberedCharacters = 0;

  constructor(
    @Inject(MACHINES_CONFIG) private readonly machines: MachinesConfig,
    private readonly documents: DocumentCipher,
    private readonly hashes: FleetHashes,
  ) {}

  /** `json`: the info as the agent wrote it, where that is known and has no blanks. */
  read(machineId: string, info: Info | undefined, json = JSON.stringify(info)): InfoFacts {
    if (info === undefined) return noFacts;
    const hidden = this.machines.hide_names && this.documents.encrypts;
    const last = this.remembered.get(machineId);
    if (last?.info === json && last.hidden === hidden) return last.facts;
    const text = ownText(json);
    const facts = this.factsOf(info, text, hidden);
    this.remember(machineId, { info: text, hidden, facts });
    return facts;
  }

  private factsOf(info: Info, text: string, hidden: boolean): InfoFacts {
    const hostname = named(info["hostname"]);
    const serial = serialNumber(info);
    const bootId = named(info["boot_id"]);
    const words = searchWords(info);
    return {
      info: text,
      infoHash: this.hashes.content(`${FACTS_VERSION} ${hidden ? "hidden" : "shown"}\n${text}`),
      hostname: hidden ? null : hostname,
      hostnameHash: hostname === null ? null : this.hashes.hostname(hostname),
      serialHash: serial === null ? null : this.hashes.serial(serial),
      searchText: hidden || words.length === 0 ? null : words.join("\n"),
      searchHashes: hidden && words.length > 0 ? words.map((word) => this.hashes.word(word)).join(" ") : null,
      identity: serial === null && bootId === null ? null : this.hashes.identity([serial, bootId]),
    };
  }

  private remember(machineId: string, entry: Remembered): void {
    this.forget(machineId);
    this.remembered.set(machineId, entry);
    this.rememberedCharacters += entry.info.length + ENTRY_CHARACTERS;
    for (const oldest of this.remembered.keys()) {
      if (this.rememberedCharacters <= MAX_REMEMBERED_CHARACTERS) return;
      this.forget(oldest);
    }
  }

  private forget(machineId: string): void {
    const entry = this.remembered.get(machineId);
    if (!entry) return;
    this.remembered.delete(machineId);
    this.rememberedCharacters -= entry.info.length + ENTRY_CHARACTERS;
  }
}

/** A part of a text keeps the whole of it in memory. */
function ownText(part: string): string {
  return Buffer.from(part).toString();
}

/** A name to be searched by, without what no database text may hold; null for none. */
function named(value: unknown): string | null {
  if (typeof value !== "string") return null;
  const name = value
    .replace(/\p{Cc}/gu, "")
    .toWellFormed()
    .trim()
    .slice(0, 255);
  return name === "" ? null : name;
}

function serialNumber(info: Info): string | null {
  const serial = named(info["serial_number"]);
  return serial?.toLowerCase() === "unknown" ? null : serial;
}

/** What machines are searched by besides their id, in lower case, each once. */
function searchWords(info: Info): string[] {
  const tags: unknown = info["tags"];
  const values: unknown[] = [info["hostname"], info["computer_name"], info["local_ip"]];
  if (Array.isArray(tags)) values.push(...(tags.slice(0, MAX_TAGS) as unknown[]));
  const words = values.map((value) => named(value)?.toLowerCase());
  return [...new Set(words.filter((word) => word !== undefined))];
}
