import { z } from "zod";
import { incidentKinds } from "../../config/schema/alert-lists.js";

const MAX_SECONDS = 365 * 86_400;
const MAX_COMMENT = 500;

const silence = z
  .object({
    id: z.string(),
    matcher: z
      .object({
        machine_id: z.string().nullable(),
        tag: z.string().nullable(),
        kind: z.enum(incidentKinds).nullable(),
      })
      .meta({ description: "An incident must fit all members that are not null." }),
    created_at: z.iso.datetime(),
    ends_at: z.iso.datetime(),
    comment: z.string(),
    created_by: z.string(),
  })
  .meta({
    id: "Silence",
    description: "Which incidents nobody is told of, and until when. They are opened, closed and shown all the same.",
    examples: [
      {
        id: "019ac2f0-5b1e-7c3a-9d2e-3f4a5b6c7d8e",
        matcher: { machine_id: null, tag: "rack-7", kind: null },
        created_at: "2026-11-26T10:00:00.000Z",
        ends_at: "2026-11-26T12:00:00.000Z",
        comment: "New switch",
        created_by: "alice",
      },
    ],
  });

export type SilenceView = z.output<typeof silence>;
export { silence as silenceAnswer };

export const silenceList = z
  .object({ silences: z.array(silence).meta({ description: "Those that have not ended, newest first." }) })
  .meta({ id: "SilenceList", description: "The silences in effect." });

const text = (max: number) =>
  z.string("must be a text").trim().min(1, "must not be empty").max(max, `must have at most ${max} characters`);

/** The body that makes a silence. */
export const newSilenceBody = z
  .strictObject({
    matcher: z
      .strictObject({
        machine_id: text(255).optional(),
        tag: text(255).optional(),
        kind: z.enum(incidentKinds, `must be one of ${incidentKinds.join(", ")}`).optional(),
      })
      .refine((matcher) => Object.values(matcher).some((member) => member !== undefined), {
        error: "must hold a machine_id, a tag or a kind; an empty one would silence everything",
      }),
    until: z.iso
      .datetime({ offset: true, error: "must be a time in ISO 8601 with its zone, such as 2027-01-31T12:00:00Z" })
      .optional(),
    duration: z
      .int("must be a whole number of seconds")
      .min(1, "must be at least 1 second")
      .max(MAX_SECONDS, "must be at most a year")
      .optional()
      .meta({ description: "In seconds; in place of until." }),
    comment: z
      .string("must be a text")
      .trim()
      .max(MAX_COMMENT, `must have at most ${MAX_COMMENT} characters`)
      .default(""),
  })
  .refine(({ until, duration }) => (until === undefined) !== (duration === undefined), {
    error: "set either until or duration",
  })
  .meta({
    id: "NewSilence",
    examples: [{ matcher: { tag: "rack-7" }, duration: 7200, comment: "New switch" }],
  });

export type NewSilence = z.output<typeof newSilenceBody>;
