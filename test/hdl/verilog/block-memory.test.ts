import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { emitDesign } from '../../../src/hdl/verilog/emit.js';
import * as ir from './ir.js';
import { filesOf, inFolder, run } from './tools.js';

const read = ir.signal('output', 'read', 256);
const address = ir.signal('input', 'address', 9);
const port = { data: read, address: ir.ref(address), domain: ir.domain, locator: ir.here };
const write = ir.signal('input', 'write');
const data = ir.signal('input', 'data', 256);

const ram = ir.module('ram', {
  ports: [ir.clk, write, address, data, read],
  memories: [
    ir.memory('words', 256, 512, {
      writes: [
        { address: ir.ref(address), data: ir.ref(data), enable: ir.ref(write), domain: ir.domain, locator: ir.here },
      ],
      reads: [port],
    }),
  ],
});
/** Words without a pattern that logic could compute. */
const words = Array.from({ length: 512 }, (_, index) => BigInt.asUintN(64, (BigInt(index) + 3n) ** 61n));
const word = ir.signal('output', 'read', 64);
const rom = ir.module('rom', {
  ports: [ir.clk, address, word],
  memories: [
    ir.memory('words', 64, 512, {
      image: { kind: 'file', file: 'words.mem', words },
      reads: [{ ...port, data: word }],
    }),
  ],
});

test.each([
  ['ram', ram, 'synth_xilinx', /RAMB(18|36)E1/],
  ['rom', rom, 'synth_xilinx', /RAMB(18|36)E1/],
  ['ram', ram, 'synth_ecp5', /DP16KD/],
  ['rom', rom, 'synth_ecp5', /DP16KD/],
  ['ram', ram, 'synth_ice40', /SB_RAM40/],
  ['rom', rom, 'synth_ice40', /SB_RAM40/],
] as const)('512 words of a %s are block memory', { timeout: 60_000 }, (_, module, flow, cell) => {
  const script = `read_verilog ${module.name}.v; ${flow} -top ${module.name} -run begin:map_ffram; tee -o cells stat`;
  const said = inFolder(filesOf(emitDesign(module)), (folder) => {
    run('yosys', ['-q', '-p', script], folder);
    return readFileSync(join(folder, 'cells'), 'utf8');
  });
  expect(said).toMatch(cell);
  expect(said).not.toMatch(/\$mem/);
});
