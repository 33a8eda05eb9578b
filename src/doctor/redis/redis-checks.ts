import { explainFailure } from "../../common/explain-failure.js";
import { type Check, type Finding, NotExaminedError, failure, ok } from "../check.js";
import { clockCheck } from "../clock-check.js";
import { judgeMemory, judgePersistence, judgeRole } from "./judge-redis.js";
import { redisFault } from "./redis-faults.js";
import type { RedisReader } from "./redis-reader.js";

/** What Redis holds for the nodes. */
export interface RedisUse {
  /** How the names of the checks begin: `sessions`. */
  readonly subject: string;
  /** Commands of the kinds that nodes send, on keys that are not there, so that nothing changes. */
  readonly commands: readonly (readonly [command: string, ...args: string[]])[];
  /** Whether something is lost for good with what Redis holds. */
  readonly mustLast: boolean;
}

/** No node has such a key. */
const NOTHING = "fleet:doctor:nothing";
const TIME = ["EVAL", "return redis.call('TIME')", "0"] as const;

export const registryUse: RedisUse = {
  subject: "registry",
  commands: [TIME, ["HDEL", NOTHING, "node"], ["PUBLISH", "fleet:doctor", ""]],
  mustLast: false,
};

export const sessionsUse: RedisUse = {
  subject: "sessions",
  commands: [TIME, ["DEL", NOTHING], ["SCAN", "0", "COUNT", "1"]],
  mustLast: true,
};

/** Whether Redis answers, takes what nodes send, and keeps it. */
export function redisChecks(reader: RedisReader, { subject, commands, mustLast }: RedisUse): readonly Check[] {
  const connection = connectionCheck(reader, `${subject}.connection`);
  const needs = [connection.name];
  const role: Check = {
    name: `${subject}.role`,
    needs,
    run: async () => [judgeRole(await infoOf(reader, "replication"), reader.setting)],
  };
  return [
    connection,
    role,
    rightsCheck(reader, `${subject}.rights`, [role.name], commands),
    { name: `${subject}.memory`, needs, run: async () => [judgeMemory(await infoOf(reader, "memory"))] },
    ...(mustLast
      ? [
          {
            name: `${subject}.persistence`,
            needs,
            run: async () => [judgePersistence(await infoOf(reader, "persistence"), await saveOf(reader))],
          },
        ]
      : []),
    clockCheck(`${subject}.clock`, "Redis", [role.name], async () => {
      const [seconds, microseconds] = (await reader.ask("TIME")) as [string, string];
      return Number(seconds) * 1000 + Number(microseconds) / 1000;
    }),
  ];
}

function connectionCheck(reader: RedisReader, name: string): Check {
  return {
    name,
    needs: [],
    run: async () => {
      try {
        await reader.connect();
        await reader.ask("PING");
      } catch (error) {
        return [failure(redisFault(reader.address, reader.setting, error))];
      }
      return [ok(`Redis answers at ${reader.address}${reader.tls ? ", over TLS" : ""}`)];
    },
  };
}

function rightsCheck(
  reader: RedisReader,
  name: string,
  needs: readonly string[],
  commands: RedisUse["commands"],
): Check {
  return {
    name,
    needs,
    run: async () => {
      const findings: Finding[] = [];
      for (const [command, ...args] of commands) {
        try {
          await reader.ask(command, ...args);
        } catch (error) {
          findings.push(failure(redisFault(reader.address, reader.setting, error)));
        }
      }
      return findings.length > 0 ? findings : [ok("this user may do what nodes do")];
    },
  };
}

async function infoOf(reader: RedisReader, section: string): Promise<ReadonlyMap<string, string>> {
  try {
    return await reader.info(section);
  } catch (error) {
    throw new NotExaminedError(
      { what: `INFO ${section} is refused: ${explainFailure(error)}`, fix: "let this user ask (+info)" },
      { cause: error },
    );
  }
}

/** The points at which snapshots are taken, `` where none are; undefined where this user may not ask. */
async function saveOf(reader: RedisReader): Promise<string | undefined> {
  try {
    return ((await reader.ask("CONFIG", "GET", "save")) as string[])[1] ?? "";
  } catch {
    return undefined;
  }
}
