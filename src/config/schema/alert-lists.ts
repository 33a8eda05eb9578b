import { z } from "zod";
import { decimal, oneOf, text, wholeNumber } from "./plain-values.js";
import { password } from "./secret-values.js";

export const WEEK_SECONDS = 604_800;

/** What a rule is about; `mass_offline` is what many of `machine_offline` become. */
export const incidentKinds = [
  "machine_offline",
  "mass_offline",
  "cpu",
  "memory",
  "disk",
  "node_inactive",
  "settings_differ",
  "certificate",
] as const;

export const severities = ["warning", "critical"] as const;
export const receiverTypes = ["webhook", "slack", "email"] as const;

const tag = text(255);

const figureLimits = z
  .union([z.literal("off"), z.strictObject({ above: decimal(0, 100), for: wholeNumber(0, WEEK_SECONDS) }).partial()], {
    error: "must be off, or hold above (percent) and for (seconds)",
  })
  .optional();

/** Limits of their own for the machines with a tag. */
export function alertOverrides() {
  const override = z.strictObject(
    {
      tag,
      machine_offline: z
        .union([z.literal("off"), z.strictObject({ after: wholeNumber(1, WEEK_SECONDS) })], {
          error: "must be off, or hold after (seconds)",
        })
        .optional(),
      cpu: figureLimits,
      memory: figureLimits,
      disk: figureLimits,
    },
    { error: "must hold a tag, and some of machine_offline, cpu, memory and disk" },
  );
  return z.array(override, { error: "must be a list" }).max(100, { error: "must hold at most 100 entries" });
}

const webAddress = z
  .url({ protocol: /^https?$/, error: "must be an address that begins with https:// or http://" })
  .max(2000)
  .refine((address) => !/(?:YOUR|REPLACE)(?:_[A-Z0-9]+)+/.test(address), {
    error: "is still a placeholder: replace it with an address of your own",
  })
  .refine((address) => !hasCredentials(address), {
    error: "must not hold a user or password before the host: nothing can be sent to it; use an address with a token",
  });

/** `fetch` refuses such addresses. What is no address at all is told by another rule. */
function hasCredentials(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  return url.username !== "" || url.password !== "";
}

const mailAddress = z.email({ error: "must be a mail address" }).max(320);

/** Which of the settings of a receiver belong to its type. */
const own = { webhook: ["url", "secret"], slack: ["url"], email: ["to"] } as const;
const allOwn = ["url", "secret", "to"] as const;

/** Who is told of incidents. */
export function alertReceivers() {
  const receiver = z
    .strictObject(
      {
        name: text(64).regex(/^[A-Za-z0-9._-]+$/, { error: "must be letters, digits, dots, underscores or hyphens" }),
        type: oneOf(receiverTypes),
        url: webAddress.optional(),
        secret: password(16).optional(),
        to: z
          .union([mailAddress, z.array(mailAddress).min(1).max(50)], {
            error: "must be a mail address, or a list of them",
          })
          .transform((to) => [to].flat())
          .optional(),
        min_severity: oneOf(severities).default("warning"),
        kinds: z.array(oneOf(incidentKinds), { error: "must be a list of kinds" }).min(1).optional(),
      },
      { error: "must hold a name, a type (webhook, slack or email) and what the type needs, and nothing else" },
    )
    .superRefine((value, context) => {
      for (const key of allOwn) {
        const isOwn = (own[value.type] as readonly string[]).includes(key);
        const isGiven = value[key] !== undefined;
        if (isOwn === isGiven) continue;
        const message = isOwn ? `a receiver of the type ${value.type} needs it` : `is not for the type ${value.type}`;
        context.addIssue({ code: "custom", path: [key], message });
      }
    });
  return z
    .array(receiver, { error: "must be a list" })
    .max(50, { error: "must hold at most 50 receivers" })
    .refine((list) => new Set(list.map(({ name }) => name)).size === list.length, {
      error: "holds two receivers of the same name: give each a name of its own",
    });
}
