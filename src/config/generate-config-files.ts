import { writeFileSync } from "node:fs";
import { editorSchema } from "./editor-schema.js";
import { exampleFile } from "./example-file.js";

// Writes what is generated from the schema of the settings into `config/`; a test holds the two together.
const folder = new URL("../../config/", import.meta.url);
writeFileSync(new URL("fleet.schema.json", folder), `${JSON.stringify(editorSchema(), null, 2)}\n`);
writeFileSync(new URL("fleet.example.yaml", folder), exampleFile());
