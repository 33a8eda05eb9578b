/**
 * @typedef {object} Explanation
 * @property {string} problem what went wrong, one sentence
 * @property {string} fix what to do about it
 * @property {boolean} [unreachable] true when no request to the registry can succeed
 */

const COMPILER_FIX = [
  "Install a C++ compiler, make and Python 3, then run the same command again:",
  "  Debian, Ubuntu   apt-get install build-essential python3",
  "  Fedora, RHEL     dnf install gcc-c++ make python3",
  "  Alpine           apk add build-base python3",
  "  macOS            xcode-select --install",
  '  Windows          Visual Studio Build Tools with "Desktop development with C++", and Python 3',
].join("\n");

const NETWORK_FIX = [
  "Check the network connection. Behind a proxy, tell npm about it:",
  "  npm config set proxy http://proxy.example.com:3128",
  "  npm config set https-proxy http://proxy.example.com:3128",
  "With a package mirror: npm config set registry https://mirror.example.com/",
].join("\n");

/**
 * What failed installs say, and what that means. The first match counts, so the order matters: a log without a network
 * and without a compiler shows both, and a disk that is full makes everything else fail too.
 *
 * @type {ReadonlyArray<readonly [pattern: RegExp, explanation: Explanation]>}
 */
const causes = [
  [
    /\bENOSPC\b|No space left on device/i,
    { problem: "The disk is full.", fix: "Free about 1 GB, then run the same command again." },
  ],
  [
    /\bEDQUOT\b|Disk quota exceeded/i,
    { problem: "The disk quota is used up.", fix: "Free about 1 GB, then run the same command again." },
  ],
  [
    /heap out of memory|Killed signal terminated program|virtual memory exhausted|cannot allocate memory/i,
    { problem: "The machine ran out of memory.", fix: "About 1 GB of free memory is needed while installing." },
  ],
  [
    /\bEROFS\b|read-only file system/i,
    { problem: "The folder is on a read-only file system.", fix: "Copy the project to a place that can be written." },
  ],
  [
    /\b(EACCES|EPERM)\b|Permission denied/i,
    {
      problem: "A file or folder may not be written.",
      fix: "Make the project's folder, node_modules and npm's cache (npm config get cache) belong to the user who runs this.",
    },
  ],
  [
    /FetchError: request to https:\/\/nodejs\.org|gyp ERR!.*(?:nodejs\.org|node-v[\d.]+-headers)/i,
    {
      problem: "A module has to be compiled, and the headers of Node.js could not be downloaded from nodejs.org.",
      fix: "Open the way to nodejs.org, or install the headers (Debian: apt-get install libnode-dev) and tell npm: npm_config_nodedir=/usr npm start",
    },
  ],
  [
    /Could not find any (?:Python|Visual Studio) installation|gyp ERR! find (?:Python|VS)|not found: make|make: (?:command )?not found|spawn make ENOENT|(?:g\+\+|c\+\+|cc|clang\+*): (?:command )?not found|\b(?:g\+\+|c\+\+|cc): No such file|No Xcode or CLT|xcode-select: error/i,
    { problem: "A module has to be compiled, and the tools for that are missing.", fix: COMPILER_FIX },
  ],
  [/gyp ERR!/, { problem: "A module could not be compiled.", fix: COMPILER_FIX }],
  [
    /SELF_SIGNED_CERT|UNABLE_TO_GET_ISSUER_CERT|UNABLE_TO_VERIFY_LEAF_SIGNATURE|CERT_HAS_EXPIRED|DEPTH_ZERO_SELF_SIGNED/,
    {
      problem: "The package registry's certificate is not trusted; often a proxy that opens TLS stands in between.",
      fix: "Tell npm about the proxy's authority: npm config set cafile /path/to/authority.pem",
      unreachable: true,
    },
  ],
  [
    /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|EIDLETIMEOUT)\b|network request .*failed/,
    { problem: "The package registry cannot be reached.", fix: NETWORK_FIX, unreachable: true },
  ],
  [
    /\bE(?:401|403|407)\b|npm (?:ERR!|error) (?:401|403|407)\b/,
    {
      problem: "The package registry refused the request.",
      fix: "Check the registry and its credentials: npm config get registry",
    },
  ],
  [
    /\bE404\b|\bETARGET\b/,
    {
      problem: "The package registry does not have a package that is needed.",
      fix: "Check that the registry is complete and current: npm config get registry",
    },
  ],
  [
    /\bEINTEGRITY\b/,
    {
      problem: "A package arrived damaged, or is not the one that package-lock.json names.",
      fix: "Clear npm's cache (npm cache clean --force), then run the same command again.",
    },
  ],
  [
    /can only install packages when your package\.json and package-lock\.json/,
    {
      problem: "package.json and package-lock.json do not agree.",
      fix: "Run npm install, which brings package-lock.json up to date.",
    },
  ],
  [
    /Could not locate the bindings file|Cannot find native binding/,
    {
      problem: "A module's compiled part is missing; npm probably runs no install scripts here.",
      fix: "Run npm config get ignore-scripts; if it says true, allow them: npm rebuild better-sqlite3 --ignore-scripts=false",
    },
  ],
  [
    /was compiled against a different Node\.js version|NODE_MODULE_VERSION|ERR_DLOPEN_FAILED/,
    {
      problem: "A module was compiled for another Node.js.",
      fix: "Delete node_modules, then run the same command again.",
    },
  ],
  [
    /spawn npm(?:\.cmd)? ENOENT|npm: not found/,
    { problem: "npm was not found.", fix: "Install Node.js with npm, from https://nodejs.org" },
  ],
];

/**
 * Finds out from its output why a command failed.
 *
 * @param {string} output
 * @returns {Explanation | null} null when nothing known is in it
 */
export function explainFailure(output) {
  return causes.find(([pattern]) => pattern.test(output))?.[1] ?? null;
}
