import { explainFailure } from "../../common/explain-failure.js";
import type { FleetConfig } from "../../config/config-schema.js";
import { type Check, failure, ok } from "../check.js";
import { askHttp, isRefused, localUrl } from "./ask-http.js";

/** Whether the port for figures is free, or a node's own; nothing where none are served. */
export function monitoringChecks({ monitoring: { enabled, host, port, endpoint } }: FleetConfig): readonly Check[] {
  if (!enabled) return [];
  const url = localUrl("http", host, port, endpoint);
  const fix = "set monitoring.port to a free one, or stop the other program";
  return [
    {
      name: "monitoring.port",
      needs: [],
      run: async () => {
        try {
          const { status, contentType, text } = await askHttp(url);
          // The text format of Prometheus, in which every node has figures of its own.
          const isOurs =
            status === 200 && /^(text\/plain|application\/openmetrics-text)/.test(contentType) && /^fleet_/m.test(text);
          return [
            isOurs
              ? ok(`a node serves its figures at ${url.host}`)
              : failure({ what: `another program uses ${url.host}`, fix }),
          ];
        } catch (error) {
          if (isRefused(error)) return [ok(`${url.host} is free`)];
          return [failure({ what: `what listens on ${url.host} serves no figures: ${explainFailure(error)}`, fix })];
        }
      },
    },
  ];
}
