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
import { AlertLists, concernsAlerts } from "./alert-lists.ts";
import { applyMessage } from "./apply-message.ts";
import { LiveConnection, type LiveState } from "./live-connection.ts";
import { joinInterests, type LiveInterest, streamPath } from "./messages.ts";

interface Live {
  readonly state: LiveState;
  /** The node at the other end of the stream. */
  readonly nodeId: string | null;
  readonly announce: (id: string, interest: LiveInterest | undefined) => void;
}

const LiveContext = createContext<Live | undefined>(undefined);

/** Scrolling through a list changes what is watched; one new stream is enough for some changes. */
const SETTLE_MS = 250;

/** Keeps the page's one stream of events, for whatever the parts on screen want to hear of. */
export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const queries = useQueryClient();
  const interests = useRef(new Map<string, LiveInterest>());
  const connection = useRef<LiveConnection>(undefined);
  const settle = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [path, setPath] = useState<string>();
  const [state, setState] = useState<LiveState>("connecting");
  const [nodeId, setNodeId] = useState<string | null>(null);

  useEffect(() => {
    if (path === undefined) return;
    let broken = false;
    const alerts = new AlertLists(queries);
    const opened = new LiveConnection(
      path,
      {
        message: (message) => {
          if (message.type === "hello") {
            setNodeId(message.data.node_id);
            // Figures that changed during the break are told by nobody: they are read again.
            if (broken) void queries.invalidateQueries();
            broken = false;
          }
          if (message.type === "event" && concernsAlerts(message.data.kind)) alerts.rereadSoon();
          applyMessage(queries, message);
        },
        state: (next) => {
          broken ||= next === "reconnecting";
          setState(next);
        },
        loggedOut: goToLogin,
      },
      connection.current?.resumeAt,
    );
    connection.current = opened;
    return () => {
      opened.close();
      alerts.close();
    };
  }, [path, queries]);

  const announce = useCallback<Live["announce"]>((id, interest) => {
    if (interest) interests.current.set(id, interest);
    else interests.current.delete(id);
    clearTimeout(settle.current);
    settle.current = setTimeout(() => setPath(streamPath(joinInterests([...interests.current.values()]))), SETTLE_MS);
  }, []);
  const live = useMemo<Live>(() => ({ state, nodeId, announce }), [state, nodeId, announce]);
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
