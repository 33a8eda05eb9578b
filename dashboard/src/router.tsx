import { createBrowserRouter, Link, Navigate, ScrollRestoration } from "react-router";
import { LiveProvider } from "./live/LiveProvider.tsx";
import { ClusterPage } from "./pages/cluster/ClusterPage.tsx";
import { LoginPage } from "./pages/login/LoginPage.tsx";
import { MachinesPage } from "./pages/machines/MachinesPage.tsx";
import { OverviewPage } from "./pages/overview/OverviewPage.tsx";
import { Empty } from "./parts/Empty.tsx";
import { Crash } from "./shell/Crash.tsx";
import { AppFrame } from "./shell/AppFrame.tsx";

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

// While a new version is rolled out, a page may ask a node for a part that only its own version has.
window.addEventListener("vite:preloadError", () => window.location.reload());

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
        lazy: async () => ({ Component: (await import("./pages/machine/MachinePage.tsx")).MachinePage }),
      },
      { path: "/cluster", element: <ClusterPage /> },
      {
        path: "/alerts",
        lazy: async () => ({ Component: (await import("./pages/alerts/AlertsPage.tsx")).AlertsPage }),
      },
      {
        path: "/events",
        lazy: async () => ({ Component: (await import("./pages/events/EventsPage.tsx")).EventsPage }),
      },
      {
        path: "/settings",
        lazy: async () => ({ Component: (await import("./pages/settings/SettingsFrame.tsx")).SettingsFrame }),
        children: [
          { index: true, element: <Navigate to="/settings/password" replace /> },
          {
            path: ":section",
            lazy: async () => ({ Component: (await import("./pages/settings/Section.tsx")).Section }),
          },
        ],
      },
      { path: "*", element: <NothingHere /> },
    ],
  },
]);
