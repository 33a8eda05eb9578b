/** The text of --help. */
export const USAGE = `Usage: fleet-agent --server URL --api-key-file FILE [options]

Reports this machine to a Fleet Server.

  --server URL                where to report, for example https://fleet.example.com; may be given
                              several times: the next one is used when one does not answer
  --api-key KEY               the server's API key
  --api-key-file FILE         a file that holds it
  --encryption-key KEY        encrypts the reports: base64 of 32 bytes, the server's server.encryption_key
  --encryption-key-file FILE  a file that holds it
  --interval SECONDS          from one report to the next, 1 to 3600 (10)
  --machine-id ID             the machine's name at the server (derived from the operating system's id)
  --ca-file FILE              PEM certificates to trust in place of the well-known authorities
  --tags A,B                  words the machine is found by at the server
  --labels K=V,K2=V2          facts about the machine, shown with it
  --state-dir FOLDER          where reports are kept that no server has taken (/var/lib/fleet-agent for root,
                              ~/.local/state/fleet-agent for others)
  --queue-size MEGABYTES      how much is kept at most, 1 to 10000 (100); the oldest goes first, and at 6 days
  --serial-file FILE          a file that holds the serial number, where only root can read the machine's
  --config FILE               a JSON file with the same settings: {"server": ["https://..."], "api_key": "...",
                              "interval": 10}; names as above, with _ for -
  --once                      send one report, then exit: 0 taken by a server, 1 not
  --help, --version

Arguments can be read by every user of this machine (ps). Give secrets by file, or by environment.

Every setting but --config can come from the environment: FLEET_AGENT_SERVER (several with commas between them, as with tags),
FLEET_AGENT_API_KEY, FLEET_AGENT_API_KEY_FILE and so on. Arguments win over environment over file.

Exit codes: 0 stopped or taken, 1 not taken, 78 wrong options (all problems are named).
`;
