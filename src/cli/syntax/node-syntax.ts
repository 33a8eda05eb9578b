import { type CommandSyntax, UsageError } from "./command-syntax.js";

/** Running a node, and looking at what it needs. */
export const nodeSyntax: readonly CommandSyntax[] = [
  {
    words: "start",
    options: ["check"],
    read: ({ config, check }) => ({ name: check ? "check" : "start", configFile: config }),
  },
  { words: "config check", read: ({ config }) => ({ name: "check", configFile: config }) },
  {
    words: "doctor",
    options: ["json", "url"],
    read: ({ config, json = false, url }) => {
      if (url !== undefined && !/^https?:\/\/[^/]+/.test(url)) {
        throw new UsageError("--url is the load balancer's address: --url https://fleet.example.com");
      }
      return { name: "doctor", configFile: config, options: { json, url } };
    },
  },
  { words: "help", read: () => ({ name: "help" }) },
];
