import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeOnnx } from '../src/network/onnx/write-onnx.js';
import { perceptron } from './perceptron.js';
import { models } from './models.js';
import { runSotto } from './run-sotto.js';

/** The best row of the peer, LeNet-300-100 with 4×4 elements: LUTs × cycles an image (Yosys 0.23, same flow). */
const nngenBest = { luts: 10_509, cycles: 25_929, product: 10_509 * 25_929 };

/** Yosys `synth_xilinx -family xc7` of LeNet-5 and of a perceptron of LeNet-300-100's size, beside cycles an image. */
export async function synthesis(): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-bench-'));
  const mlp = join(folder, 'lenet-300-100.onnx');
  writeFileSync(mlp, writeOnnx(perceptron([784, 300, 100, 10])));
  const networks = [
    { name: 'LeNet-300-100 (random weights)', file: mlp, preprocess: 'unit' },
    { name: 'LeNet-5', file: models[1]!.file, preprocess: models[1]!.preprocess },
  ];
  try {
    const rows = [];
    for (const { name, file, preprocess } of networks) {
      const out = join(folder, 'design');
      const { result } = await runSotto([
        'generate',
        file,
        '--out',
        out,
        '--preprocess',
        preprocess,
        '--top',
        'engine',
        '--force',
      ]);
      const cells = synthesise(out);
      const cycles = result.cyclesPerImage as number;
      const latency = result.latency as number;
      rows.push({
        network: name,
        ...cells,
        cyclesPerImage: cycles,
        latency,
        lutCycles: cells.luts * cycles,
        lutLatency: cells.luts * latency,
      });
    }
    return { rows, nngenBest, yosys: spawnSync('yosys', ['-V'], { encoding: 'utf8' }).stdout.trim() };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Cells of the whole design; a RAM32M or RAM64M stands for the four tables that it takes. */
function synthesise(design: string): Record<'luts' | 'flipFlops' | 'blockRams36' | 'dsps' | 'carry4', number> {
  const statistics = join(design, 'cells.txt');
  const sources = readdirSync(design).filter((file) => file.endsWith('.v'));
  const script = `read_verilog ${sources.join(' ')}; synth_xilinx -family xc7 -top engine; tee -o ${statistics} stat`;
  const run = spawnSync('yosys', ['-q', '-p', script], { cwd: design, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`yosys failed: ${run.stderr.slice(-500)}`);
  // The last block of the report counts the whole hierarchy.
  const total = readFileSync(statistics, 'utf8').split('design hierarchy').at(-1)!;
  const count = (pattern: RegExp): number =>
    [...total.matchAll(/^\s+([A-Z][A-Z0-9_]+)\s+(\d+)$/gm)].reduce(
      (sum, [, cell, number]) => sum + (pattern.test(cell!) ? Number(number) : 0),
      0,
    );
  return {
    luts: count(/^LUT\d$/) + 4 * count(/^RAM(32|64)M$/),
    flipFlops: count(/^FD[RSCP]E$/),
    blockRams36: count(/^RAMB36E1$/) + count(/^RAMB18E1$/) / 2,
    dsps: count(/^DSP48/),
    carry4: count(/^CARRY4$/),
  };
}
