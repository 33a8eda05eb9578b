import { SetMetadata } from "@nestjs/common";
import type { z } from "zod";
import type { Access } from "./access.js";

/** The sections of the API's description, in their order. */
export const sections = {
  Agents: "What agents on machines send and ask. Opened by an agent key, and by nothing else.",
  Machines: "The fleet as it is, and its past.",
  Cluster: "The nodes of this server, through the eyes of the one that answers.",
  Live: "What changes, as it changes.",
  Alerts: "What is or was wrong, who is told of it, and what is silenced.",
  Events: "The audit and cluster log.",
  Login: "Logging in and out, and who one is.",
  Users: "Who may log in, and as what.",
  Sessions: "Login sessions: one's own, and everybody's for administrators.",
  "API keys": "What programs call this server with.",
  Probes: "What load balancers and orchestrators ask; without authentication.",
  Pages: "What people open in a browser. A page sends those who are not logged in to the login.",
  Description: "This description itself.",
} as const;
export type SectionName = keyof typeof sections;

/** The errors that are described. Which of them any route of a kind can answer is known without the route's saying. */
export type ErrorStatus = 400 | 401 | 403 | 404 | 409 | 413 | 415 | 429 | 502 | 503;

/** JSON of this schema; or no body, told in a sentence; or something that is not JSON. */
export type DescribedAnswer =
  z.ZodType | string | { readonly description: string; readonly mediaType: string; readonly example: string };

/** What pages begin with. */
export const PAGE_EXAMPLE = '<!doctype html>\n<html lang="en">';

/** A route as the OpenAPI document describes it, beyond what its other decorators and schemas say already. */
export interface OperationDescription {
  /** What generated clients call it; never changes. */
  readonly id: string;
  /** One sentence. */
  readonly summary: string;
  /** What else a caller has to know. */
  readonly description?: string;
  /** By status. */
  readonly answers: Readonly<Partial<Record<number, DescribedAnswer>>>;
  /** Errors of its own, besides those that follow from its access, parameters and body; "none": not even those. */
  readonly errors?: readonly ErrorStatus[] | "none";
  /** Errors that others of its kind can answer, and this one never does. */
  readonly never?: readonly ErrorStatus[];
  /** What its path parameters mean. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** By media type, where it is not read by `@Body({ schema })`. */
  readonly body?: Readonly<Record<string, z.ZodType>>;
}

/** A route with what its decorators declare; of those served beside Nest, which have none, written by hand. */
export interface DescribedOperation {
  /** In small letters. */
  readonly method: string;
  readonly path: string;
  readonly section: SectionName;
  readonly access: Access;
  readonly operation: OperationDescription;
}

export const OPERATION = "fleet:operation";
export const SECTION = "fleet:section";

/** Describes a route in the OpenAPI document. Every route has one. */
export const Operation = (description: OperationDescription) => SetMetadata(OPERATION, description);

/** The section in which the routes of a controller are described. */
export const Section = (name: SectionName) => SetMetadata(SECTION, name);
