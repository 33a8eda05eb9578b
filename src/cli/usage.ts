export const usage = `Usage: fleet-server [start] [--config FILE] [--check]
       fleet-server config check [--config FILE]
       fleet-server keys generate
       fleet-server keys rotate [--config FILE] [--rate ROWS] [--wait SECONDS] [--gone NODE]
       fleet-server import --from FILE --timezone ZONE [--key-file FILE] [--config FILE]
       fleet-server doctor [--config FILE] [--json]

  start          run one node (the default)
  config check   report every mistake in the configuration, or print it with its secrets hidden
  keys generate  print a fresh set of keys for the configuration file
  keys rotate    seal everything in the database with the first database key, at most ROWS (2000) a second, while the
                 nodes go on, then wait (300 s) until no node seals with an older one and take these out of
                 use; --gone names a node that was killed and will not start again
  import         copy machines and history from the SQLite file of the earlier, Python server; ZONE is where its clock
                 was (Europe/Berlin), --key-file holds its Fernet key where it was encrypted; may be ended and run again
  doctor         look at everything a node needs, change nothing, and say for each thing whether it is well, or what to
                 do; ends with 1 where something must be mended; --json prints one document for programs

Without --config: the file named by FLEET_CONFIG, else ./config.yaml, else the environment alone.
`;
