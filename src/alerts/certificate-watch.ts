import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from "@nestjs/common";
import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { SSL_CONFIG, type SslConfig } from "../config/config.module.js";
import { NodeFacts } from "../lifecycle/node-facts.js";

/** Days count here; a renewed certificate is to be noticed while somebody looks. */
const READ_EVERY_MS = 60_000;

/** Writes down, on every node, when its own certificate ends, for the node that judges all of them. */
@Injectable()
export class CertificateWatch implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(SSL_CONFIG) private readonly ssl: SslConfig,
    private readonly facts: NodeFacts,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { cert_file } = this.ssl;
    if (cert_file === undefined) return;
    await this.read(cert_file);
    this.timer = setInterval(() => void this.read(cert_file), READ_EVERY_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** A file that is just being replaced may be unreadable; what was known stays. */
  private async read(file: string): Promise<void> {
    try {
      this.facts.certificateExpiresAt = new Date(new X509Certificate(await readFile(file)).validTo);
    } catch {
      return;
    }
  }
}
