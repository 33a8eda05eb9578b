export const usage = `Usage: fleet-server [COMMAND] [--config FILE]

Running a node
  start [--check]            run one node (the default); --check only looks at the configuration
  config check               report every mistake in the configuration, or print it with its secrets hidden
  doctor [--json] [--url URL]
                             look at everything a node needs, change nothing, and say for each thing whether it is well,
                             or what to do; ends with 1 where something must be mended; --json prints one document for
                             programs, --url asks through the load balancer, too

Keys and data
  keys generate              print a fresh set of keys for the configuration file
  keys rotate [--rate ROWS] [--wait SECONDS] [--gone NODE]
                             seal everything in the database with the first database key, at most ROWS (2000) a second,
                             while the nodes go on, then wait (300 s) until no node seals with an older one and take
                             these out of use; --gone names a node that was killed and will not start again
  import --from FILE --timezone ZONE [--key-file FILE]
                             copy machines and history from the SQLite file of the earlier, Python server; ZONE is where
                             its clock was (Europe/Berlin), --key-file holds its Fernet key where it was encrypted; may
                             be ended and run again
  backup --to FILE [--force] copy the SQLite database while the nodes go on; --force replaces FILE
  restore --from FILE        put such a copy in the database's place, while no node runs
  restore --finish           the rest of it, where the database was put in place by other means (pg_restore)

Who may use it, without a node
  users list [--json]
  users add NAME --role ROLE     ROLE is viewer, operator or admin; the password is asked for, or the first line of
  users password NAME            standard input
  users role NAME ROLE
  users remove NAME
  api-keys list [--json]
  api-keys create NAME --scope SCOPE [--expires DATE] [--requests-per-minute N]
                                 print a new key, this once
  api-keys remove NAME

Without --config: the file named by FLEET_CONFIG, else ./config.yaml, else the environment alone.
`;
