import { Injectable, Logger } from "@nestjs/common";
import { KeyedHash } from "../../crypto/keyed-hash.js";
import { DatabaseSecrets } from "../../database/database-secrets.js";
import { FloodGuard } from "../../events/flood-guard.js";
import { loggableName } from "../../common/loggable-name.js";
import { AddressQueue } from "./address-queue.js";
import { countedAddress } from "./counted-address.js";
import { type Counter, LoginCounters } from "./login-counters.js";
import {
  SIEGE_FAILURES,
  addressRule,
  addressWindowSeconds,
  delaySeconds,
  pairRuleFor,
  pairWindowSeconds,
  userWindowSeconds,
} from "./login-delays.js";
import { TooManyAttemptsError } from "./too-many-attempts-error.js";

const FAMILIAR_SECONDS = 30 * 24 * 3600;
/** Written again once it is a day old, not at every login. */
const RENEW_FAMILIAR_BELOW_MS = (FAMILIAR_SECONDS - 24 * 3600) * 1000;

/** Longer than this only a proxy waits that then repeats the login: the shipped ones do after 2 s. */
const REPEATED_AFTER_MS = 1_500;

interface Attempt {
  readonly username: string;
  readonly address: string;
  /** Keyed hashes: as long as any other, and no name or address lies in the store. */
  readonly pair: string;
  readonly pairGate: string;
  readonly everyone: string;
  readonly everyoneGate: string;
  readonly user: string;
  readonly familiar: string;
}

/**
 * Slows down guessing of passwords, by all nodes together. What makes an attempt wait, and why nobody can make somebody
 * else's address wait, is told in docs/decisions/0011-login-throttling.md.
 */
@Injectable()
export class LoginThrottle {
  private readonly logger = new Logger("Auth");
  private readonly queue = new AddressQueue();
  private readonly hash: KeyedHash;

  constructor(
    private readonly counters: LoginCounters,
    secrets: DatabaseSecrets,
    private readonly floods: FloodGuard,
  ) {
    this.hash = new KeyedHash(secrets.derive("login-throttle"));
  }

  /**
   * Runs `check`, whose null is a failure, and counts how it went. Throws TooManyAttemptsError, without a check, while
   * this name from this address, or the address, has to wait; and BackendUnavailableError when attempts cannot be counted.
   * An attempt that still waits for its check when `gone` aborts is neither checked nor counted; the signal's reason is thrown.
   */
  attempt<T>(
    username: string,
    ip: string | undefined,
    check: () => Promise<T | null>,
    gone?: AbortSignal,
  ): Promise<T | null> {
    const attempt = this.attemptOf(username, countedAddress(ip));
    const arrivedAtMs = performance.now();
    const work = async () => {
      const familiar = await this.admit(attempt);
      gone?.throwIfAborted();
      const result = await check();
      // The repeat counts. Whoever hangs up sooner does not get the guess for nothing.
      if (performance.now() - arrivedAtMs >= REPEATED_AFTER_MS) gone?.throwIfAborted();
      if (result === null) await this.countFailure(attempt, familiar !== null);
      else await this.noteSuccess(attempt, familiar);
      return result;
    };
    return this.queue.run(attempt.address, work, gone);
  }

  private attemptOf(username: string, address: string): Attempt {
    const pair = this.hash.hex(JSON.stringify([username, address]));
    const everyone = this.hash.hex(JSON.stringify([address]));
    return {
      username,
      address,
      pair: `pair:${pair}`,
      pairGate: `pair-gate:${pair}`,
      everyone: `address:${everyone}`,
      everyoneGate: `address-gate:${everyone}`,
      user: `user:${this.hash.hex(username)}`,
      familiar: `familiar:${pair}`,
    };
  }

  /** Resolves with the mark of an earlier login of this user from this address. */
  private async admit({ pairGate, everyoneGate, familiar }: Attempt): Promise<Counter | null> {
    const [pair, everyone, mark = null] = await this.counters.read([pairGate, everyoneGate, familiar]);
    const waitMs = Math.max(pair?.endsInMs ?? 0, mark === null ? (everyone?.endsInMs ?? 0) : 0);
    if (waitMs > 0) throw new TooManyAttemptsError(waitMs);
    return mark;
  }

  private async countFailure(attempt: Attempt, familiar: boolean): Promise<void> {
    const { username, address } = attempt;
    const [pair = 0, everyone = 0, user = 0] = await this.counters.increment([
      { key: attempt.pair, seconds: pairWindowSeconds },
      { key: attempt.everyone, seconds: addressWindowSeconds },
      { key: attempt.user, seconds: userWindowSeconds },
    ]);
    const pairDelay = delaySeconds(pair, pairRuleFor({ userFailures: user, familiar }));
    const everyoneDelay = delaySeconds(everyone, addressRule);
    const gates = [
      { key: attempt.pairGate, seconds: pairDelay },
      { key: attempt.everyoneGate, seconds: everyoneDelay },
    ].filter(({ seconds }) => seconds > 0);
    if (gates.length > 0) await this.counters.start(gates);

    if (pairDelay > 0) await this.lockedOut(username, address, pairDelay, pair);
    // No name in particular: everyone who has not logged in from there before.
    if (everyoneDelay > 0) await this.lockedOut("*", address, everyoneDelay, everyone);
    if (user === SIEGE_FAILURES + 1) {
      const who = loggableName(username);
      this.logger.warn(`Logins of ${who} fail from many addresses: each has one wrong try for the next hour`);
    }
  }

  private lockedOut(subject: string, address: string, seconds: number, failures: number): Promise<void> {
    return this.floods.record({ kind: "login.locked_out", subject, address, details: { seconds, failures } });
  }

  private async noteSuccess(attempt: Attempt, familiar: Counter | null): Promise<void> {
    await this.counters.remove([attempt.pair, attempt.pairGate]);
    if (familiar === null || familiar.endsInMs < RENEW_FAMILIAR_BELOW_MS) {
      await this.counters.start([{ key: attempt.familiar, seconds: FAMILIAR_SECONDS }]);
    }
  }
}
