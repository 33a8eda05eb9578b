import { hash } from "node:crypto";
import { icon } from "./icon.js";
import { style } from "./style.js";

/** A static file of the pages. */
export interface Asset {
  readonly type: string;
  readonly content: string;
  /** Changes with the content. */
  readonly version: string;
}

const assets = {
  "style.css": asset("text/css; charset=utf-8", style),
  "icon.svg": asset("image/svg+xml; charset=utf-8", icon),
} satisfies Record<string, Asset>;

/** The address of an asset. It names the content's version, so that browsers may keep it for ever. */
export function assetUrl(name: keyof typeof assets): string {
  return `/assets/${name}?v=${assets[name].version}`;
}

export function findAsset(name: string): Asset | undefined {
  return Object.hasOwn(assets, name) ? assets[name as keyof typeof assets] : undefined;
}

function asset(type: string, content: string): Asset {
  return { type, content, version: hash("sha256", content, "base64url").slice(0, 12) };
}
