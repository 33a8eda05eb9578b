import { Button } from "@mantine/core";
import { useEffect, useState } from "react";
import { Notice } from "../parts/Notice.tsx";
import { PageHeader } from "../parts/PageHeader.tsx";
import { reloadOnce, serverAnswers } from "./missing-part.ts";

const TRY_MS = 3_000;

/**
 * In place of a page whose files cannot be had: the server is away, or a new version is rolled out, and a node was asked
 * for a file that only another one has. The document is loaded anew once it can be.
 */
export function MissingPart() {
  const [isAway, setIsAway] = useState<boolean>();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let hasLeft = false;
    const look = async () => {
      if (await reloadOnce()) return;
      const answers = await serverAnswers();
      if (hasLeft) return;
      setIsAway(!answers);
      timer = setTimeout(() => void look(), TRY_MS);
    };
    void look();
    return () => {
      hasLeft = true;
      clearTimeout(timer);
    };
  }, []);
  return (
    <>
      <PageHeader title="This page is not there yet" />
      {isAway !== undefined && (
        <Notice tone="warning" title={isAway ? "The server cannot be reached" : "A part of the web UI is missing"}>
          <p>
            {isAway
              ? "This page has not been open before, and nobody answers with it. It comes by itself once a node does; pages that were open still show what was known last."
              : "The nodes may be of different versions at the moment. It is tried again by itself each minute."}
          </p>
          {!isAway && (
            <Button variant="default" size="xs" mt="xs" onClick={() => window.location.reload()}>
              Load it again now
            </Button>
          )}
        </Notice>
      )}
    </>
  );
}
