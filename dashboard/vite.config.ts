import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** `npm run dev -w dashboard` serves the sources and asks the node of `npm start` for everything else. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: { target: "es2022", assetsInlineLimit: 0, chunkSizeWarningLimit: 800 },
  server: {
    proxy: Object.fromEntries(["/api", "/login", "/logout"].map((path) => [path, { target: "http://127.0.0.1:8768" }])),
  },
});
