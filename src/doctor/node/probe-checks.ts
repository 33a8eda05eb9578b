import { z } from "zod";
import { explainFailure } from "../../common/explain-failure.js";
import type { FleetConfig } from "../../config/config-schema.js";
import { type Check, type Finding, failure, ok, warning } from "../check.js";
import { type HttpAnswer, askHttp, isRefused, localUrl } from "./ask-http.js";

const PROBE = "/api/fleet/cluster/health";

const probeAnswer = z.object({ status: z.string(), node_id: z.string(), reason: z.string().optional() });
const refusal = z.object({ error: z.string(), code: z.string() });

/** What a load balancer asks, of the node that runs here. */
export function nodeProbeCheck({ server, ssl }: FleetConfig): Check {
  const url = localUrl(ssl.cert_file === undefined ? "http" : "https", server.host, server.port, PROBE);
  return {
    name: "node.probe",
    needs: [],
    run: async () => {
      try {
        return [judgeProbe(await askHttp(url, { trusting: true }), url.host)];
      } catch (error) {
        if (isRefused(error)) {
          return [warning({ what: `no node runs here (${url.host})`, fix: "start it, and look again" })];
        }
        const what = `what listens on ${url.host} does not answer as a node: ${explainFailure(error)}`;
        return [
          failure({ what, fix: "look at the node's log; where it is another program, set server.port to a free one" }),
        ];
      }
    },
  };
}

/** The same through the load balancer, whose certificate must be good. `address`: `https://fleet.example.com` */
export function loadBalancerCheck(address: string): Check {
  const url = new URL(PROBE, address);
  return {
    name: "load-balancer.probe",
    needs: [],
    run: async () => {
      try {
        return [judgeProbe(await askHttp(url), url.host)];
      } catch (error) {
        const what = `the load balancer cannot be asked (${url.host}): ${explainFailure(error)}`;
        const fix = "see that it runs, and its certificate; NODE_EXTRA_CA_CERTS names an authority of your own";
        return [failure({ what, fix })];
      }
    },
  };
}

export function judgeProbe({ status, location, text }: HttpAnswer, host: string): Finding {
  const answer = probeAnswer.safeParse(parsed(text)).data;
  if (answer && status === 200) return ok(`node ${answer.node_id} is ${answer.status} (asked at ${host})`);
  if (answer) {
    return failure({
      what: `node ${answer.node_id} is ${answer.status}: ${answer.reason ?? "it does not say why"}`,
      fix: "mend what it names; load balancers send it nobody meanwhile",
    });
  }
  const error = refusal.safeParse(parsed(text)).data;
  if (error) return failure({ what: `${host} answers ${status} ${error.code}: ${error.error}`, fix: "do as it says" });
  if (location !== undefined) {
    return failure({ what: `${host} sends elsewhere (${status}, ${location})`, fix: "name that address" });
  }
  return failure({
    what: `${host} answers ${status}, and not as a node does`,
    fix: "see which program listens there, or what the load balancer passes on",
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
