import { localStorageColorSchemeManager, MantineProvider } from "@mantine/core";
import "./mantine-styles.ts";
import { ModalsProvider } from "@mantine/modals";
import { Notifications } from "@mantine/notifications";
import "@mantine/notifications/styles.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { setNonce } from "get-nonce";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { RouterProvider } from "react-router";
import { newQueryClient } from "./api/query-client.ts";
import { loadAhead, router } from "./router.tsx";
import { theme } from "./theme.ts";
import "./ui.css";

/** The page's own style sheets carry the nonce of its content security policy. */
const nonce = document.querySelector<HTMLMetaElement>("meta[name=csp-nonce]")?.content ?? "";
setNonce(nonce);

/** Under the name that public/static/boot.js reads before the first paint. */
const colorSchemeManager = localStorageColorSchemeManager({ key: "fleet-color-scheme" });
const queries = newQueryClient();
const root = document.getElementById("root");
if (!root) throw new Error("index.html has no element #root");

createRoot(root).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      colorSchemeManager={colorSchemeManager}
      getStyleNonce={() => nonce}
    >
      <QueryClientProvider client={queries}>
        <ModalsProvider>
          <Notifications position="top-right" />
          <RouterProvider router={router} />
        </ModalsProvider>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
loadAhead();
