import { Menu, UnstyledButton, useMantineColorScheme } from "@mantine/core";
import { logOut } from "../api/go-to-login.ts";
import type { CurrentUser } from "../api/types.ts";
import { notifyProblem } from "../parts/notify.ts";
import classes from "./UserMenu.module.css";

const schemes = [
  { value: "auto", name: "As the system" },
  { value: "light", name: "Light" },
  { value: "dark", name: "Dark" },
] as const;

async function logOutOrSay(): Promise<void> {
  try {
    await logOut();
  } catch (error) {
    notifyProblem("You are still logged in", error);
  }
}

/** Who is logged in; theme, keys and logout. */
export function UserMenu({
  user,
  openHelp,
}: {
  readonly user: CurrentUser | undefined;
  readonly openHelp: () => void;
}) {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Menu position="top-start" width={200} withinPortal>
      <Menu.Target>
        <UnstyledButton className={classes.user} aria-label={`User menu of ${user?.username ?? "nobody"}`}>
          <span className={classes.initial} aria-hidden="true">
            {(user?.username ?? "?").slice(0, 1).toUpperCase()}
          </span>
          <span className={classes.names}>
            <span className={classes.name}>{user?.username ?? " "}</span>
            <span className={classes.role}>{user?.role ?? " "}</span>
          </span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Colours</Menu.Label>
        {schemes.map(({ value, name }) => (
          <Menu.Item
            key={value}
            role="menuitemradio"
            aria-checked={colorScheme === value}
            rightSection={colorScheme === value ? "✓" : undefined}
            onClick={() => setColorScheme(value)}
          >
            {name}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={openHelp}>Keyboard keys</Menu.Item>
        <Menu.Item onClick={() => void logOutOrSay()}>Log out</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
