import type { Machine } from "../../api/types.ts";
import { bytesText } from "../../format/figures.ts";
import { disksOf, numberAt, textAt } from "../../format/machine-facts.ts";
import { CutName } from "../../parts/CutName.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { Panel } from "../../parts/Panel.tsx";
import { UsageBar } from "../../parts/UsageBar.tsx";

/** The machine's file systems. */
export function Disks({ machine }: { readonly machine: Machine }) {
  const disks = disksOf(machine.info);
  return (
    <Panel title="Disks" flush>
      {disks.length === 0 ? (
        <Empty title="The agent lists no disks" />
      ) : (
        <div className="table-frame">
          <table className="table">
            <thead>
              <tr>
                <th>Mounted at</th>
                <th className="hide-phone">Device</th>
                <th>Used</th>
                <th className="number">Size</th>
              </tr>
            </thead>
            <tbody>
              {disks.map((disk, index) => {
                const total = numberAt(disk, "total");
                const used = numberAt(disk, "used");
                const percent = total !== null && used !== null && total > 0 ? (used / total) * 100 : null;
                return (
                  <tr key={index}>
                    <td>
                      <CutName name={textAt(disk, "mountpoint") ?? "–"} length={28} />
                    </td>
                    <td className="hide-phone muted">
                      <CutName name={textAt(disk, "device") ?? "–"} length={22} />
                    </td>
                    <td style={{ minWidth: 120 }}>
                      <UsageBar percent={percent} label="Used" />
                    </td>
                    <td className="number">{bytesText(total)}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}
