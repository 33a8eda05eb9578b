import { Button } from "@mantine/core";
import { Empty } from "../parts/Empty.tsx";

/** Where a page fails by a fault of its own. */
export function Crash() {
  return (
    <Empty title="This page has failed">
      <p>The fleet is not concerned by it, only what shows it.</p>
      <Button variant="default" onClick={() => window.location.reload()}>
        Load it again
      </Button>
    </Empty>
  );
}
