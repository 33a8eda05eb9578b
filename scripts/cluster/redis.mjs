import { mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { exchange } from "./part.mjs";

/**
 * Redis with the file and the arguments of docker-compose.yml, but for the address.
 *
 * @param {import("./places.mjs").Places} places
 * @returns {import("./part.mjs").Part}
 */
export function redisPart({ root, folder, redisPort, secret }) {
  const data = path.join(folder, "redis");
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const place = ["--bind", "127.0.0.1", "--port", String(redisPort), "--dir", data];
  return {
    name: "redis",
    command: "redis-server",
    args: [path.join(root, "config/redis.conf"), "--include", secret("redis_auth.conf"), ...place],
    cwd: data,
    isReady: async () => {
      const password = readFileSync(secret("redis_password.txt"), "utf8").trim();
      return (await exchange(redisPort, `AUTH ${password}\r\nPING\r\n`, "+PONG")).includes("+PONG");
    },
  };
}
