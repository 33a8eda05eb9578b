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

  private constructor(readonly port: number) {}

  static async start(): Promise<MailSink> {
    const taken: ((mail: SunkMail) => void)[] = [];
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ["STARTTLS"],
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
    taken.push((mail) => sink.mails.push(mail));
    onCleanup(async () => {
      await new Promise<void>((resolve) => {
        server.close(resolve);
      });
    });
    return sink;
  }
}
