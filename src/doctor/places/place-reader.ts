import type { RegistryEntry } from "../../cluster/registry/node-registry.js";

/** A place that all nodes share, read without changing anything in it. */
export abstract class PlaceReader {
  /** The random id it holds; undefined before a node has made it. Throws the driver's error. */
  abstract id(): Promise<string | undefined>;
  abstract close(): Promise<void>;
}

/** Where nodes meet. */
export abstract class RegistryReader extends PlaceReader {
  /** The nodes' records; none before there is a registry. Throws the driver's error. */
  abstract records(): Promise<readonly RegistryEntry[]>;
}
