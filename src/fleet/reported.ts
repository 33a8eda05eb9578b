import { z } from "zod";

/**
 * An object that is given back as an agent sent it. The members that agents send today are described to those who read
 * it, and nothing is checked: others may leave out, add or garble any of them.
 */
function unchecked(words: { id: string; description: string }, members: z.ZodRawShape) {
  const { properties } = z.toJSONSchema(z.looseObject(members));
  return z.record(z.string(), z.unknown()).meta({ ...words, properties });
}

const text = z.string().nullish();
const amount = z.number().nullish();
const percent = z.number().nullish().meta({ description: "0 to 100." });
const bytes = z.number().nullish().meta({ description: "In bytes." });
const counter = z.number().nullish().meta({ description: "Since the machine's start." });

const infoMembers = {
  hostname: text,
  computer_name: text,
  os: text,
  os_version: text,
  architecture: text,
  processor: text,
  cpu_count: amount.meta({ description: "Physical cores." }),
  cpu_threads: amount.meta({ description: "Logical processors." }),
  total_memory: bytes,
  boot_time: text,
  boot_id: text.meta({ description: "Another one after every start of the operating system." }),
  local_ip: text,
  serial_number: text.meta({ description: "`Unknown` or an empty one means that there is none." }),
  disks: z
    .array(z.looseObject({ device: text, mountpoint: text, fstype: text, total: bytes, used: bytes, free: bytes }))
    .nullish(),
  tags: z.array(z.string()).nullish().meta({ description: "The operator's own words for the machine." }),
  labels: z.record(z.string(), z.string()).nullish(),
};

/** What seldom changes about a machine, as its agent says it. */
export const reportedInfo = unchecked(
  { id: "ReportedInfo", description: "What an agent says of its machine. Further members are kept and given back." },
  infoMembers,
);

/** The same as it is given back. */
export const machineInfo = unchecked(
  {
    id: "MachineInfo",
    description:
      "What the agent last said of its machine, unchecked: a member of another type than described is as good as missing.",
  },
  {
    ...infoMembers,
    e2ee_enabled: z.boolean().meta({ description: "Whether its last report was encrypted from end to end." }),
  },
);

/** What an agent measured. */
export const reportedMetrics = unchecked(
  {
    id: "Metrics",
    description:
      "What an agent measured, unchecked: what is missing, null or of another type than described was not measured. " +
      "Further members are kept.",
  },
  {
    timestamp: text.meta({ description: "When it was measured; ISO 8601." }),
    uptime_seconds: amount,
    cpu: z.looseObject({ percent, load_avg: z.array(z.number()).nullish(), count: amount, threads: amount }).nullish(),
    memory: z.looseObject({ total: bytes, available: bytes, used: bytes, percent }).nullish(),
    disk: z.looseObject({ total: bytes, used: bytes, free: bytes, percent }).nullish(),
    network: z
      .looseObject({
        bytes_sent: counter,
        bytes_recv: counter,
        packets_sent: counter,
        packets_recv: counter,
        bytes_sent_per_second: amount.meta({ description: "In points of several samples, in place of the counters." }),
        bytes_recv_per_second: amount,
      })
      .nullish(),
    processes: z.looseObject({ total: amount }).nullish(),
    battery: z.looseObject({ percent, charging: z.boolean().nullish() }).nullish(),
  },
);

export type Metrics = z.output<typeof reportedMetrics>;
