/**
 * Carries short texts from each node to all nodes, the sender included, at once. It promises little: a message may be lost
 * whenever a server or a connection is, and nobody is told (LiveChanges finds out). Nothing confidential goes over it.
 */
export abstract class LiveBus {
  /** False where there is nothing that could carry messages. */
  abstract readonly carries: boolean;

  /** At most MAX_MESSAGE_BYTES of UTF-8. Never throws and never waits: what cannot be sent now is dropped. */
  abstract publish(message: string): void;

  /** From now on `listener` gets every message. To be called once. */
  abstract listen(listener: (message: string) => void): void;

  /** Listens over a new connection: the one there is may have been dead for long without anybody's noticing. */
  abstract renew(): void;

  abstract close(): Promise<void>;
}

/** PostgreSQL takes less than 8,000 bytes (NOTIFY). */
export const MAX_MESSAGE_BYTES = 7_900;
