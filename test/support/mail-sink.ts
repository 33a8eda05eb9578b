import { buffer } from "node:stream/consumers";
import type { AddressInfo } from "node:net";
import { readFileSync } from "node:fs";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import type { Certificates } from "./certificates.js";
import { onCleanup } from "./cleanup.js";

export interface SunkMail {
  /** Who was logged in when it came; undefined for nobody. */
  readonly user: string | undefined;
  readonly encrypted: boolean;
  readonly to: readonly string[];
  readonly text: string;
}

/** Without them it talks in the clear and asks nobody who he is. */
export interface MailSinkOptions {
  readonly certificates: Certificates;
  /** From the first byte, instead of by STARTTLS, which must come before the login then. */
  readonly implicitTls?: boolean;
  readonly username: string;
  readonly password: string;
}

/** A real mail server that keeps what it is handed. */
export class MailSink {
  readonly mails: SunkMail[] = [];
  /** Nobody of this address is known here. */
  stranger: string | undefined;

  private constructor(readonly port: number) {}

  static async start(options?: MailSinkOptions): Promise<MailSink> {
    const strangers: (() => string | undefined)[] = [];
    const taken: ((mail: SunkMail) => void)[] = [];
    const server = new SMTPServer({
      ...(options ? guarded(options) : { authOptional: true, disabledCommands: ["STARTTLS"] }),
      onRcptTo({ address }, _session, done) {
        const isKnown = !strangers.some((stranger) => stranger() === address);
        done(isKnown ? undefined : Object.assign(new Error("no such user"), { responseCode: 550 }));
      },
      onData(stream, session, done) {
        void buffer(stream).then((bytes) => {
          const to = session.envelope.rcptTo.map(({ address }) => address);
          const user = session.user as string | undefined;
          for (const take of taken) take({ user, encrypted: session.secure, to, text: bytes.toString("utf8") });
          done();
        }, done);
      },
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const sink = new MailSink((server.server.address() as AddressInfo).port);
    strangers.push(() => sink.stranger);
    taken.push((mail) => sink.mails.push(mail));
    onCleanup(async () => {
      await new Promise<void>((resolve) => {
        server.close(resolve);
      });
    });
    return sink;
  }
}

function guarded({ certificates, implicitTls = false, ...login }: MailSinkOptions): SMTPServerOptions {
  return {
    secure: implicitTls,
    cert: readFileSync(certificates.certFile),
    key: readFileSync(certificates.keyFile),
    onAuth({ username, password }, _session, done) {
      if (username === login.username && password === login.password) done(null, { user: username });
      else done(Object.assign(new Error("no"), { responseCode: 535 }));
    },
  };
}
