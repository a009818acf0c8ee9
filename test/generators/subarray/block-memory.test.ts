import { describe, expect, test } from 'vitest';
import { subarray, type SubarrayShape } from '../../../generators/subarray.js';
import { emit } from '../../../src/hdl/index.js';
import { countCells, synthesise } from '../../support/yosys.js';

const base: SubarrayShape = {
  ...{ rows: 256, columns: 32, readCycles: 1, writeCycles: 1, body: 'fpga', operations: [], writable: false },
  ...{ image: true, counters: false },
};
/** Rows without two equal columns, so that no column is folded away. */
const image = Array.from({ length: base.rows }, (_, row) =>
  ((Math.imul(row + 1, 0x9e3779b1) ^ Math.imul(row * row + 7, 0x85ebca6b)) >>> 0).toString(16).padStart(8, '0'),
).join('\n');

const families = [
  { family: 'iCE40', command: 'synth_ice40', block: /^SB_RAM40_4K$/, register: /^SB_DFF/, table: /^SB_LUT4$/ },
  { family: 'ECP5', command: 'synth_ecp5', block: /^DP16KD$/, register: /^TRELLIS_FF$/, table: /^LUT4$/ },
  { family: 'xc7', command: 'synth_xilinx -family xc7', block: /^RAMB(18|36)E1$/, register: /^FD/, table: /^LUT\d$/ },
] as const;

type Count = { readonly blocks: number; readonly registers: number; readonly mostTables: number };

/**
 * No count can be smaller: a block of 256 rows reads 16 columns and one row at a time in iCE40, 36 columns or two rows of
 * 18 in ECP5, 72 columns or two rows of 36 in a RAMB36E1.
 */
const cases: readonly {
  readonly what: string;
  readonly shape: Partial<SubarrayShape>;
  readonly counts: Readonly<Record<(typeof families)[number]['family'], Count>>;
}[] = [
  {
    what: 'read only',
    shape: {},
    counts: {
      iCE40: { blocks: 2, registers: 0, mostTables: 0 },
      ECP5: { blocks: 1, registers: 0, mostTables: 0 },
      xc7: { blocks: 1, registers: 0, mostTables: 0 },
    },
  },
  {
    what: 'writable, senses two rows',
    shape: { writable: true, operations: ['and', 'xor'] },
    counts: {
      iCE40: { blocks: 4, registers: 2, mostTables: 45 },
      ECP5: { blocks: 2, registers: 2, mostTables: 45 },
      xc7: { blocks: 1, registers: 2, mostTables: 45 },
    },
  },
];

describe('the fpga body is block memory', () => {
  for (const { what, shape, counts } of cases) {
    const design = emit(subarray({ ...base, ...shape }));
    const [module] = design.modules;
    const files = { [module!.file]: module!.text, 'image.mem': image };
    test.each(families)(`${what}: $family`, ({ family, command, block, register, table }) => {
      const cells = synthesise(files, design.topName, command);
      const { blocks, registers, mostTables } = counts[family];
      expect(countCells(cells, block)).toBe(blocks);
      expect(countCells(cells, register)).toBe(registers);
      expect(countCells(cells, table)).toBeLessThanOrEqual(mostTables);
      expect(countCells(cells, /^(TRELLIS_DPR|RAM\d+|RAM64|RAM32)/)).toBe(0);
    });
  }
});
