import type { RequestHandler } from "express";
import expressStaticGzip from "express-static-gzip";
import { fileURLToPath } from "node:url";
import { nameRoute } from "../common/request-route.js";

/** Where the build puts the web UI. */
export const webFilesFolder = fileURLToPath(new URL("../../dashboard/dist", import.meta.url));

/** What has the hash of its content in its name, browsers keep for ever. */
const HASHED = "/assets/";
const UNHASHED = "/static/";

/** Scripts, styles and pictures of the web UI, compressed when it was built; whatever else is asked for goes on. */
export function webFiles(): RequestHandler {
  const files: RequestHandler = expressStaticGzip(webFilesFolder, {
    enableBrotli: true,
    orderPreference: ["br", "gz"],
    index: false,
    serveStatic: {
      cacheControl: false,
      setHeaders: (res) => {
        const kept = (res.req.url ?? "").startsWith(HASHED) ? "public, max-age=31536000, immutable" : "no-cache";
        res.setHeader("Cache-Control", kept);
      },
    },
  });
  return (req, res, next) => {
    const folder = [HASHED, UNHASHED].find((each) => req.path.startsWith(each));
    // No name in these folders has two dots; whoever writes them means to climb.
    if (folder === undefined || req.path.includes("..")) {
      next();
      return;
    }
    nameRoute(req, `${folder}*`);
    files(req, res, next);
  };
}
