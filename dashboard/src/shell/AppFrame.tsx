import { UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { NavLink, Outlet } from "react-router";
import { useOpenIncidents } from "../api/alert-queries.ts";
import { useAbout, useCluster, useCurrentUser } from "../api/queries.ts";
import { countText } from "../format/figures.ts";
import { openWords } from "../format/incident-words.ts";
import { useLive, useLiveInterest } from "../live/LiveProvider.tsx";
import { Notice } from "../parts/Notice.tsx";
import { StatusShape } from "../parts/StatusMark.tsx";
import classes from "./AppFrame.module.css";
import { clusterTone } from "./cluster-tone.ts";
import { CommandPalette } from "./CommandPalette.tsx";
import { Icon } from "./Icon.tsx";
import { KeyHelp } from "./KeyHelp.tsx";
import { LiveMark } from "./LiveMark.tsx";
import { places } from "./places.ts";
import { useKeys } from "./use-keys.ts";
import { UserMenu } from "./UserMenu.tsx";

/** What stands around every page: where one can go, whether it is live, and who is logged in. */
export function AppFrame() {
  const about = useAbout();
  const user = useCurrentUser();
  const [paletteOpen, palette] = useDisclosure(false);
  const [helpOpen, help] = useDisclosure(false);
  useKeys({ openPalette: palette.open, openHelp: help.open });
  return (
    <div className={classes.frame}>
      <a className={classes.skip} href="#page">
        Skip to the page
      </a>
      <aside className={classes.side}>
        <div className={classes.brand}>
          <img src="/static/icon.svg" width="20" height="20" alt="" />
          <span className={classes.organization}>{about.data?.organization ?? " "}</span>
        </div>
        <nav className={classes.nav} aria-label="Places">
          {places.map(({ path, name, icon }) => (
            <NavLink key={path} to={path} className={classes.link ?? ""}>
              <Icon name={icon} />
              <span>{name}</span>
              {icon === "cluster" && <ClusterMark />}
              {icon === "alerts" && <AlertMark />}
            </NavLink>
          ))}
        </nav>
        <div className={classes.foot}>
          <UnstyledButton className={classes.find} onClick={palette.open} aria-keyshortcuts="Control+K">
            Find <kbd>Ctrl K</kbd>
          </UnstyledButton>
          <LiveMark />
          <UserMenu user={user.data} openHelp={help.open} />
        </div>
      </aside>
      <main id="page" className={classes.page} tabIndex={-1}>
        <NotLive />
        <Content />
      </main>
      <CommandPalette opened={paletteOpen} close={palette.close} />
      <KeyHelp opened={helpOpen} close={help.close} />
    </div>
  );
}

/** The page fades while what it shows may be old. */
function Content() {
  const { state } = useLive();
  return (
    <div className={classes.content} data-stale={state === "reconnecting" || state === "stopped"}>
      <Outlet />
    </div>
  );
}

/** The server will not open a stream: that is no passing trouble, and somebody has to know. */
function NotLive() {
  const { state, why } = useLive();
  if (state !== "stopped") return null;
  return (
    <div className={classes.notice}>
      <Notice tone="warning" title="This page is not live">
        <p>{why} Most of it is read again each minute; being live is tried again as well.</p>
      </Notice>
    </div>
  );
}

/** Amber or red when a node is missing; nothing while all is well. */
function ClusterMark() {
  useLiveInterest({ nodes: true });
  const { data } = useCluster();
  const mark = data && clusterTone(data);
  if (!mark) return null;
  return (
    <span className={classes.mark} title={mark.words}>
      <StatusShape tone={mark.tone} />
      <span className="sr-only">: {mark.words}</span>
    </span>
  );
}

/** How many incidents are open; nothing while none is. */
function AlertMark() {
  useLiveInterest({ events: true });
  const { data } = useOpenIncidents();
  const mark = data && openWords(data.open_count, data.incidents);
  if (!mark) return null;
  return (
    <span className={`${classes.mark ?? ""} ${classes.alertMark ?? ""}`} title={mark.words}>
      <StatusShape tone={mark.tone} />
      <span aria-hidden="true">{countText(data.open_count)}</span>
      <span className="sr-only">: {mark.words}</span>
    </span>
  );
}
