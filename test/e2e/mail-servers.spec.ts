import { type Certificates, makeCertificates } from "../support/certificates.js";
import { startFleetNode } from "../support/fleet-node.js";
import { logInAt } from "../support/log-in-at.js";
import { MailSink } from "../support/mail-sink.js";

const login = { username: "fleet", password: "a password of the mail server" };

describe("a mail server that wants encryption and a login", () => {
  let certificates: Certificates;

  beforeAll(() => {
    certificates = makeCertificates();
  });

  /** What came of a test notification, and what the node has printed. */
  const send = async (port: number, smtp: Record<string, string>, env: NodeJS.ProcessEnv = trusting()) => {
    const node = await startFleetNode({
      config: {
        alerts: {
          receivers: [{ name: "mail", type: "email", to: "ops@example.com" }],
          smtp: { host: "localhost", port, from: "fleet@example.com", ...login, ...smtp },
        },
      },
      env,
    });
    const client = await logInAt(node);
    const { status, text } = await client.post("/api/fleet/alerts/receivers/mail/test");
    client.close();
    await node.stop();
    return { status, text, output: node.output };
  };
  const trusting = () => ({ NODE_EXTRA_CA_CERTS: certificates.caFile });

  it.each([
    ["starttls", false],
    ["implicit", true],
  ])("gets the mail by %s", async (tls, implicitTls) => {
    const sink = await MailSink.start({ certificates, implicitTls, ...login });
    expect(await send(sink.port, { tls })).toMatchObject({ status: 200 });
    expect(sink.mails).toMatchObject([{ user: "fleet", encrypted: true, to: ["ops@example.com"] }]);
  });

  it("gets no password that it has no certificate for, and nothing in the clear", async () => {
    const sink = await MailSink.start({ certificates, ...login });
    const stranger = await send(sink.port, {}, {});
    expect([stranger.status, stranger.text]).toEqual([
      502,
      expect.stringContaining("the mail server localhost did not take it"),
    ]);
    const clear = await MailSink.start();
    const refused = await send(clear.port, {});
    expect([refused.status, refused.text]).toEqual([502, expect.stringContaining("ETLS")]);
    expect([...sink.mails, ...clear.mails]).toEqual([]);
  });

  it("says that the password is wrong, and nobody reads it anywhere", async () => {
    const sink = await MailSink.start({ certificates, ...login });
    const wrong = await send(sink.port, { password: "a wrong password" });
    expect([wrong.status, wrong.text]).toEqual([502, expect.stringContaining("EAUTH, status 535")]);
    expect(wrong.text + wrong.output).not.toMatch(/a wrong password|YSB3cm9uZy/);
    expect(sink.mails).toEqual([]);
  });
});
