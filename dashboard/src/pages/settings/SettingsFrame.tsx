import { NavLink, Outlet } from "react-router";
import { useCurrentUser } from "../../api/queries.ts";
import { PageHeader } from "../../parts/PageHeader.tsx";
import classes from "./SettingsFrame.module.css";

const sections = [
  { path: "password", name: "Password", adminOnly: false },
  { path: "sessions", name: "Sessions", adminOnly: false },
  { path: "users", name: "Users", adminOnly: true },
  { path: "api-keys", name: "API keys", adminOnly: true },
  { path: "about", name: "About", adminOnly: false },
];

export function SettingsFrame() {
  const user = useCurrentUser();
  const isAdmin = user.data?.role === "admin";
  return (
    <>
      <PageHeader title="Settings" />
      <nav className={classes.sections} aria-label="Settings">
        {sections
          .filter(({ adminOnly }) => isAdmin || !adminOnly)
          .map(({ path, name }) => (
            <NavLink key={path} to={`/settings/${path}`} className={classes.section ?? ""}>
              {name}
            </NavLink>
          ))}
      </nav>
      <Outlet />
    </>
  );
}
