import { explainFailure } from "../../../scripts/setup/explain-failure.mjs";

const noNetworkForPrebuilt = "prebuild-install warn install getaddrinfo ENOTFOUND github.com";

describe("the explanation of a failed installation", () => {
  it.each([
    ["npm error code ENOSPC\nnpm error ENOSPC: no space left on device, write", /disk is full/, /Free about 1 GB/],
    ["EDQUOT: disk quota exceeded, mkdir '/home/a/node_modules'", /quota/, /Free/],
    ["FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory", /out of memory/, /1 GB/],
    ["g++: fatal error: Killed signal terminated program cc1plus", /out of memory/, /1 GB/],
    ["npm error code EROFS\nnpm error EROFS: read-only file system, mkdir", /read-only/, /Copy/],
    ["npm error code EACCES\nnpm error syscall mkdir", /may not be written/, /belong to the user/],
    [`${noNetworkForPrebuilt}\ngyp ERR! stack Error: not found: make`, /tools for that are missing/, /build-essential/],
    ["make: g++: No such file or directory\ngyp ERR! build error", /tools for that are missing/, /xcode-select/],
    ["/bin/sh: 1: g++: not found\ngyp ERR! build error", /tools for that are missing/, /apk add build-base/],
    ["gyp ERR! find Python Could not find any Python installation to use", /tools for that are missing/, /python3/],
    ["gyp ERR! find VS could not find a version of Visual Studio", /tools for that are missing/, /Build Tools/],
    [
      "gyp ERR! build error\ngyp ERR! stack Error: `make` failed with exit code: 2",
      /could not be compiled/,
      /gcc-c\+\+/,
    ],
    [
      `${noNetworkForPrebuilt}\ngyp ERR! stack FetchError: request to https://nodejs.org/download/release/v20.20.2/node-v20.20.2-headers.tar.gz failed, reason: getaddrinfo EAI_AGAIN nodejs.org`,
      /headers of Node\.js could not be downloaded/,
      /npm_config_nodedir/,
    ],
    ["npm error code SELF_SIGNED_CERT_IN_CHAIN", /certificate is not trusted/, /cafile/],
    ["npm error code ENOTFOUND\nnpm error network request to https://registry failed", /cannot be reached/, /proxy/],
    ["npm error code EAI_AGAIN\nnpm error getaddrinfo EAI_AGAIN registry", /cannot be reached/, /proxy/],
    ["npm error code ECONNREFUSED", /cannot be reached/, /proxy/],
    ["npm error code ETIMEDOUT\nnpm error network", /cannot be reached/, /registry/],
    ["npm error code E401\nnpm error Incorrect or missing password", /refused the request/, /credentials/],
    ["npm error code E404\nnpm error 404 Not Found - GET", /does not have a package/, /registry/],
    ["npm error code ETARGET\nnpm error notarget No matching version found", /does not have a package/, /registry/],
    ["npm error code EINTEGRITY\nnpm error sha512-a integrity checksum failed", /damaged/, /cache clean/],
    ["Error: Could not locate the bindings file. Tried:", /compiled part is missing/, /ignore-scripts/],
    ["Error: Cannot find native binding. npm has a bug", /compiled part is missing/, /npm rebuild/],
    ["was compiled against a different Node.js version using NODE_MODULE_VERSION 127", /another Node/, /Delete node_m/],
    ["Error: spawn npm ENOENT", /npm was not found/, /nodejs\.org/],
  ])("reads %j", (output, problem, fix) => {
    const explanation = explainFailure(
      `npm warn deprecated something\n${output}\nnpm error A complete log can be found in`,
    );
    expect(explanation?.problem).toMatch(problem);
    expect(explanation?.fix).toMatch(fix);
  });

  it("does not guess", () => {
    expect(explainFailure("npm error code EUNKNOWN\nnpm error something else")).toBeNull();
  });
});
