import { Injectable } from "@nestjs/common";
import type { Response } from "express";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { webFilesFolder } from "./web-files.js";

const NONCE = "{{nonce}}";

/** The one document of the web UI, which shows every page. */
@Injectable()
export class WebUi {
  private readonly document: string;

  /** Throws where the web UI was not built. */
  constructor() {
    try {
      this.document = readFileSync(`${webFilesFolder}/index.html`, "utf8");
    } catch (error) {
      throw new Error("The web UI is not built: run npm run build", { cause: error });
    }
  }

  /** Sends it with the nonce by which its own style sheets, and no others, are let in (CSP level 3, section 2.3). */
  send(res: Response): void {
    const nonce = randomBytes(16).toString("base64url");
    const policy = String(res.getHeader("Content-Security-Policy"));
    res.setHeader("Content-Security-Policy", policy.replace("style-src 'self'", `style-src 'self' 'nonce-${nonce}'`));
    res.setHeader("Cache-Control", "no-store");
    res.type("html").send(this.document.replaceAll(NONCE, nonce));
  }
}
