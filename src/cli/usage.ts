export const usage = `Usage: fleet-server [start] [--config FILE] [--check]
       fleet-server config check [--config FILE]
       fleet-server keys generate

  start          run one node (the default)
  config check   report every mistake in the configuration, or print it with its secrets hidden
  keys generate  print a fresh set of keys for the configuration file

Without --config: the file named by FLEET_CONFIG, else ./config.yaml, else the environment alone.
`;
