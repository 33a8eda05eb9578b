// Tests import from src/ and agent/src/ and are type-checked against them, but run what was built from them: the code
// that ships, worker threads included. Only imports made by the tests themselves are redirected.
const path = require("node:path");

const root = path.resolve(__dirname, "../..");
const built = [
  [path.join(root, "src") + path.sep, path.join(root, "dist") + path.sep],
  [path.join(root, "agent", "src") + path.sep, path.join(root, "agent", "dist") + path.sep],
];

module.exports = (request, options) => {
  if (!request.startsWith(".") || !options.basedir.startsWith(path.join(root, "test"))) {
    return options.defaultResolver(request, options);
  }
  const target = path.resolve(options.basedir, request);
  const from = built.find(([source]) => target.startsWith(source));
  if (from) return options.defaultResolver(from[1] + target.slice(from[0].length), options);
  return options.defaultResolver(request.replace(/\.js$/, ""), options);
};
