import { writeFileSync } from "node:fs";
import { previewDocument } from "./preview-document.js";

// Writes `docs/openapi.json`; a test holds it and the code together.
const file = new URL("../../docs/openapi.json", import.meta.url);
writeFileSync(file, `${JSON.stringify(await previewDocument(), null, 2)}\n`);
