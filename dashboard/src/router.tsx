import type { ComponentType } from "react";
import { createBrowserRouter, Link, Navigate, ScrollRestoration } from "react-router";
import { LiveProvider } from "./live/LiveProvider.tsx";
import { ClusterPage } from "./pages/cluster/ClusterPage.tsx";
import { LoginPage } from "./pages/login/LoginPage.tsx";
import { MachinesPage } from "./pages/machines/MachinesPage.tsx";
import { OverviewPage } from "./pages/overview/OverviewPage.tsx";
import { Empty } from "./parts/Empty.tsx";
import { Crash } from "./shell/Crash.tsx";
import { AppFrame } from "./shell/AppFrame.tsx";
import { MissingPart } from "./shell/MissingPart.tsx";

function LivePages() {
  return (
    <LiveProvider>
      <AppFrame />
      <ScrollRestoration />
    </LiveProvider>
  );
}

function NothingHere() {
  return (
    <Empty title="There is no such page">
      <Link to="/dashboard">To the overview</Link>
    </Empty>
  );
}

/** What the first look does not need. */
const parts = {
  machine: async () => (await import("./pages/machine/MachinePage.tsx")).MachinePage,
  alerts: async () => (await import("./pages/alerts/AlertsPage.tsx")).AlertsPage,
  events: async () => (await import("./pages/events/EventsPage.tsx")).EventsPage,
  settings: async () => (await import("./pages/settings/SettingsFrame.tsx")).SettingsFrame,
  section: async () => (await import("./pages/settings/Section.tsx")).Section,
};

/** A part, or what stands in its place while its files cannot be had: that one loads the document anew. */
function lazily(load: () => Promise<ComponentType>) {
  return async () => ({ Component: await load().catch(() => MissingPart) });
}

const AHEAD_MS = 10_000;

/** Loads every part once the first look is over: it is there then when no node answers, or only newer ones do. */
export function loadAhead(): void {
  const load = () => void Promise.allSettled(Object.values(parts).map((part) => part()));
  setTimeout(load, AHEAD_MS);
}

/** Every place of the web UI; what the first look does not need is loaded when it is gone to. The server sends the same document for all of them (src/dashboard/pages.controller.ts). */
export const router = createBrowserRouter([
  { path: "/login", element: <LoginPage /> },
  {
    element: <LivePages />,
    // A page that is still being loaded leaves its place empty for a moment.
    hydrateFallbackElement: <></>,
    errorElement: <Crash />,
    children: [
      { path: "/", element: <Navigate to="/dashboard" replace /> },
      { path: "/dashboard", element: <OverviewPage /> },
      { path: "/machines", element: <MachinesPage /> },
      {
        path: "/machine/:id",
        lazy: lazily(parts.machine),
      },
      { path: "/cluster", element: <ClusterPage /> },
      {
        path: "/alerts",
        lazy: lazily(parts.alerts),
      },
      {
        path: "/events",
        lazy: lazily(parts.events),
      },
      {
        path: "/settings",
        lazy: lazily(parts.settings),
        children: [
          { index: true, element: <Navigate to="/settings/password" replace /> },
          {
            path: ":section",
            lazy: lazily(parts.section),
          },
        ],
      },
      { path: "*", element: <NothingHere /> },
    ],
  },
]);
