import type { ReactNode } from "react";
import { useParams } from "react-router";
import { Empty } from "../../parts/Empty.tsx";
import { AboutPage } from "./AboutPage.tsx";
import { ApiKeysPage } from "./ApiKeysPage.tsx";
import { PasswordPage } from "./PasswordPage.tsx";
import { SessionsPage } from "./SessionsPage.tsx";
import { UsersPage } from "./UsersPage.tsx";

const sections: Readonly<Record<string, () => ReactNode>> = {
  password: PasswordPage,
  sessions: SessionsPage,
  users: UsersPage,
  "api-keys": ApiKeysPage,
  about: AboutPage,
};

/** The section of the settings that the address names. */
export function Section() {
  const { section = "" } = useParams();
  const Page = Object.hasOwn(sections, section) ? sections[section] : undefined;
  return Page ? <Page /> : <Empty title="There are no such settings" />;
}
