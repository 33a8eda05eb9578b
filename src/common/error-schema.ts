import { z } from "zod";

/** The one shape of every error. Some have further members, which their codes explain. */
export const errorSchema = z
  .looseObject({
    error: z.string().meta({ description: "What is wrong and what to do about it, in a sentence for people." }),
    code: z.string().meta({ description: "Tells programs which error it is; never changes." }),
    request_id: z.string().meta({ description: "Finds the request in the server's log." }),
  })
  .meta({
    id: "Error",
    examples: [
      {
        error: "No machine has this id or serial number.",
        code: "UNKNOWN_MACHINE",
        request_id: "0d7c6f0a-54b1-4c1c-9a35-0f2f7f3b7a10",
      },
    ],
  });
