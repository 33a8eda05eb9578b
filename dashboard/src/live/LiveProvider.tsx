import { useQueryClient } from "@tanstack/react-query";
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from "react";
import { goToLogin } from "../api/go-to-login.ts";
import { AlertLists } from "./alert-lists.ts";
import { applyMessage } from "./apply-message.ts";
import { EventLists } from "./event-lists.ts";
import { type LiveAddress, LiveConnection, type LiveState } from "./live-connection.ts";
import { joinInterests, type LiveInterest, streamPath } from "./messages.ts";
import { Outage } from "./outage.ts";
import { useShown } from "./use-shown.ts";

interface Live {
  readonly state: LiveState;
  /** Why it is not live, or not wholly, where that is known. */
  readonly why: string | undefined;
  /** The node at the other end of the stream. */
  readonly nodeId: string | null;
  readonly announce: (id: string, interest: LiveInterest | undefined) => void;
}

const LiveContext = createContext<Live | undefined>(undefined);

/** Scrolling through a list changes what is watched; one new stream is enough for some changes. */
const SETTLE_MS = 250;
/** Browsers keep six connections to a server over HTTP/1.1: tabs that nobody looks at must not hold them. */
const HIDDEN_MS = 5_000;

/** Keeps the page's one stream of events, for whatever the parts on screen want to hear of. */
export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const queries = useQueryClient();
  const interests = useRef(new Map<string, LiveInterest>());
  const outage = useRef(new Outage());
  const resumeAt = useRef<string>(undefined);
  const settle = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [wanted, setWanted] = useState<LiveInterest & LiveAddress>();
  const [{ state, why }, setState] = useState<{ state: LiveState; why?: string | undefined }>({ state: "connecting" });
  const [nodeId, setNodeId] = useState<string | null>(null);
  const shown = useShown(HIDDEN_MS);

  useEffect(() => {
    if (wanted === undefined || !shown) return;
    const events = new EventLists(queries);
    const alerts = new AlertLists(queries);
    let hasMissedEvents = wanted.events === true && resumeAt.current === undefined;
    const opened = new LiveConnection(
      wanted,
      {
        message: (message) => {
          if (message.type === "hello") {
            setNodeId(message.data.node_id);
            if (outage.current.opened()) void queries.invalidateQueries();
            // Lists may have been read before the stream began.
            else if (hasMissedEvents) {
              events.reread();
              alerts.rereadSoon();
            }
            hasMissedEvents = false;
          }
          alerts.hear(message);
          applyMessage(queries, events, message);
        },
        state: (next, reason) => setState({ state: next, why: reason }),
        broke: () => outage.current.broke(),
        lasted: () => {
          if (outage.current.lasted()) void queries.invalidateQueries();
        },
        loggedOut: goToLogin,
      },
      resumeAt.current,
    );
    return () => {
      opened.close();
      events.close();
      alerts.close();
      // Who did not want events has not heard of them: lists are read again then.
      resumeAt.current = wanted.events === true ? opened.resumeAt : undefined;
    };
  }, [wanted, shown, queries]);

  useEffect(() => {
    if (shown) return;
    // Nothing is told to a hidden page: what it shows when it is seen again is old.
    return () => {
      resumeAt.current = undefined;
      outage.current.broke();
      setState({ state: "reconnecting" });
    };
  }, [shown]);

  const announce = useCallback<Live["announce"]>((id, interest) => {
    if (interest) interests.current.set(id, interest);
    else interests.current.delete(id);
    clearTimeout(settle.current);
    settle.current = setTimeout(() => {
      const joined = joinInterests([...interests.current.values()]);
      const path = streamPath(joined);
      const shortPath = streamPath({ ...joined, machines: [] });
      setWanted((known) => (known?.path === path ? known : { ...joined, path, shortPath }));
    }, SETTLE_MS);
  }, []);
  const live = useMemo<Live>(() => ({ state, why, nodeId, announce }), [state, why, nodeId, announce]);
  return <LiveContext value={live}>{children}</LiveContext>;
}

export function useLive(): Live {
  const live = useContext(LiveContext);
  if (!live) throw new Error("useLive stands outside of LiveProvider");
  return live;
}

/** Keeps what a part of the page shows up to date, as long as it is on screen. */
export function useLiveInterest(interest: LiveInterest): void {
  const id = useId();
  const { announce } = useLive();
  const latest = useRef(interest);
  latest.current = interest;
  // An interest is made anew by each rendering; those with the same address are the same.
  const address = streamPath(interest);
  useEffect(() => {
    announce(id, latest.current);
    return () => announce(id, undefined);
  }, [id, address, announce]);
}
