// The control of the probes: a server of Node's own that knows no work. Arguments: certificate file, key file.
import { readFileSync } from "node:fs";
import https from "node:https";

const [certFile = "", keyFile = ""] = process.argv.slice(2);
const server = https.createServer(
  { cert: readFileSync(certFile), key: readFileSync(keyFile) },
  (_request, response) => {
    response.setHeader("Content-Type", "application/json").end('{"status":"ok"}');
  },
);
server.listen(0, "127.0.0.1", () => console.log(`listening on ${server.address().port}`));
