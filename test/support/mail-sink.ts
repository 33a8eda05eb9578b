import { buffer } from "node:stream/consumers";
import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";
import { onCleanup } from "./cleanup.js";

export interface SunkMail {
  readonly to: readonly string[];
  readonly text: string;
}

/** A real mail server that keeps what it is handed. */
export class MailSink {
  readonly mails: SunkMail[] = [];
  /** Nobody of this address is known here. */
  stranger: string | undefined;

  private constructor(readonly port: number) {}

  static async start(): Promise<MailSink> {
    const strangers: (() => string | undefined)[] = [];
    const taken: ((mail: SunkMail) => void)[] = [];
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ["STARTTLS"],
      onRcptTo({ address }, _session, done) {
        const isKnown = !strangers.some((stranger) => stranger() === address);
        done(isKnown ? undefined : Object.assign(new Error("no such user"), { responseCode: 550 }));
      },
      onData(stream, session, done) {
        void buffer(stream).then((bytes) => {
          const to = session.envelope.rcptTo.map(({ address }) => address);
          for (const take of taken) take({ to, text: bytes.toString("utf8") });
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
