import { inFolder, run } from '../hdl/verilog/tools.js';

/** Cells by type, as `stat` of Yosys counts them over the whole hierarchy. */
export type CellCounts = Readonly<Record<string, number>>;

interface Statistics {
  readonly design: { readonly num_cells_by_type?: CellCounts };
}

/**
 * What Yosys makes of the design with one synthesis command, such as `synth_ice40`.
 *
 * @throws Error with the log of Yosys when it fails.
 */
export function synthesise(files: Readonly<Record<string, string>>, top: string, command: string): CellCounts {
  const sources = Object.keys(files).filter((file) => file.endsWith('.v'));
  return inFolder(files, (folder) => {
    const steps = [`read_verilog ${sources.join(' ')}`, `${command} -top ${top}`, 'flatten', 'stat -json'];
    const log = run('yosys', ['-p', steps.join('; ')], folder);
    const start = log.lastIndexOf('\n{\n');
    const statistics = JSON.parse(log.slice(start, log.lastIndexOf('\n}') + 2)) as Statistics;
    return statistics.design.num_cells_by_type ?? {};
  });
}

/** Number of cells whose type matches. */
export function countCells(counts: CellCounts, type: RegExp): number {
  return Object.entries(counts).reduce((sum, [name, count]) => (type.test(name) ? sum + count : sum), 0);
}
