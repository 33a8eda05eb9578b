import { X509Certificate, createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { explainFailure } from "../../common/explain-failure.js";
import type { FleetConfig } from "../../config/config-schema.js";
import { type Check, type Finding, failure, ok, warning } from "../check.js";

const DAY_MS = 86_400_000;
const FEW_DAYS = 30;
const RENEW = "renew it and put it in place of ssl.cert_file: nodes take it into use by themselves";
const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** The node's own certificate, where it has one. */
export function certificateCheck({ ssl, cluster }: FleetConfig, nowMs = Date.now): Check {
  return {
    name: "certificate",
    needs: [],
    run: () => {
      const { cert_file, key_file } = ssl;
      if (cert_file === undefined || key_file === undefined) {
        return Promise.resolve([ok("none is set: this node speaks plain HTTP")]);
      }
      return Promise.resolve(look({ cert_file, key_file }, cluster.hostname, nowMs()));
    },
  };
}

function look(files: { cert_file: string; key_file: string }, hostname: string, nowMs: number): Finding[] {
  let chain: X509Certificate[];
  try {
    chain = (readFileSync(files.cert_file, "utf8").match(PEM) ?? []).map((text) => new X509Certificate(text));
  } catch (error) {
    return [unusable("ssl.cert_file", error)];
  }
  const [own] = chain;
  if (!own) return [unusable("ssl.cert_file", new Error(`${files.cert_file} holds no certificate in PEM`))];
  try {
    if (!own.checkPrivateKey(createPrivateKey(readFileSync(files.key_file)))) {
      const what = `${files.key_file} is not the key of the certificate in ${files.cert_file}`;
      return [failure({ what, fix: "put the files in place that were made together" })];
    }
  } catch (error) {
    return [unusable("ssl.key_file", error)];
  }
  const validity = judgeValidity(chain, nowMs);
  const isCovered = isIP(hostname) === 0 ? own.checkHost(hostname) : own.checkIP(hostname);
  if (isCovered !== undefined) return [validity];
  const names = own.subjectAltName ?? "no name";
  const what = `it is made out to ${names}, and not to cluster.hostname (${hostname}), as which others reach this node`;
  const fix = "have it made out to that name, or set cluster.hostname to one that it has";
  return [validity, warning({ what, fix })];
}

function judgeValidity(chain: readonly X509Certificate[], nowMs: number): Finding {
  const [first] = [...chain].sort((one, other) => Date.parse(one.validTo) - Date.parse(other.validTo));
  const end = Date.parse(first?.validTo ?? "");
  const day = new Date(end).toISOString().slice(0, 10);
  const begins = Math.max(...chain.map(({ validFrom }) => Date.parse(validFrom)));
  if (begins > nowMs) {
    return failure({
      what: `it begins to count only on ${new Date(begins).toISOString()}`,
      fix: "set this machine's clock, or wait",
    });
  }
  if (end <= nowMs) return failure({ what: `it expired on ${day}`, fix: RENEW });
  const days = Math.floor((end - nowMs) / DAY_MS);
  const left = `it counts for ${days} more ${days === 1 ? "day" : "days"}, until ${day}`;
  return days < FEW_DAYS ? warning({ what: left, fix: RENEW }) : ok(`${left}, and its key fits`);
}

function unusable(setting: string, error: unknown): Finding {
  return failure({ what: `${setting} cannot be used: ${explainFailure(error)}`, fix: `correct ${setting}` });
}
