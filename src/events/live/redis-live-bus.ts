import type { Redis } from "ioredis";
import { type RedisSettings, openRedis } from "../../redis/open-redis.js";
import type { LiveBus } from "./live-bus.js";

/** Redis publish and subscribe, on two connections: one that has subscribed can do nothing else. */
export class RedisLiveBus implements LiveBus {
  readonly carries = true;
  private readonly publisher: Redis;
  private subscriber: Redis | undefined;

  constructor(
    private readonly settings: RedisSettings,
    private readonly channel: string,
  ) {
    this.publisher = openRedis(settings, "live");
  }

  publish(message: string): void {
    this.publisher.publish(this.channel, message).catch(() => undefined);
  }

  listen(listener: (message: string) => void): void {
    const subscriber = openRedis(this.settings, "live-listener");
    // A lost subscription is made again with the connection; where that fails, there comes another connection.
    subscriber.on("ready", () => {
      subscriber.subscribe(this.channel).catch(() => undefined);
    });
    subscriber.on("message", (_channel, message) => {
      listener(message);
    });
    this.subscriber = subscriber;
  }

  renew(): void {
    this.subscriber?.disconnect(true);
  }

  close(): Promise<void> {
    this.publisher.disconnect();
    this.subscriber?.disconnect();
    return Promise.resolve();
  }
}
