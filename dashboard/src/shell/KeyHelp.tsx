import { Modal } from "@mantine/core";
import { places } from "./places.ts";

const keys: readonly (readonly [string, string])[] = [
  ["Ctrl K", "find a machine or place"],
  ["/", "search"],
  ...places.map(({ key, name }) => [`g ${key}`, `go to ${name}`] as const),
  ["j  k", "next, previous row of a list"],
  ["Enter", "open the row"],
  ["← →", "move the crosshair of a chart"],
  ["?", "this list"],
];

export function KeyHelp({ opened, close }: { readonly opened: boolean; readonly close: () => void }) {
  return (
    <Modal opened={opened} onClose={close} title="Keyboard keys">
      <table className="table">
        <tbody>
          {keys.map(([key, does]) => (
            <tr key={key}>
              <td className="nowrap">
                <kbd>{key}</kbd>
              </td>
              <td>{does}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Modal>
  );
}
