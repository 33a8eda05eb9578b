import { CopyText } from "./CopyText.tsx";

/** How the first machine comes onto the list. */
export function AddMachine() {
  const { origin } = window.location;
  return (
    <div style={{ maxWidth: 720, margin: "0 auto" }}>
      <p>
        Run the agent on each machine that is to be watched, with the API key of the server’s configuration in a file:
      </p>
      <CopyText label="Command that adds a machine" text={`fleet-agent --server ${origin} --api-key-file key.txt`} />
      <p>A machine appears here with its first report, within seconds.</p>
    </div>
  );
}
