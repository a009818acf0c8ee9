/**
 * Generates the engine of a small trained network, simulates it on images made here, and compares it with the golden
 * model; then the engines of LeNet-5 whole and pruned: `npm run demo`. Exit code 1 says that they differ.
 */
import { runDemo } from '../examples/digits/run-demo.js';
import { lenet5Files } from '../examples/lenet5-files.js';
import { agrees, cyclesAllowed, type Lenet5DemoRow, runLenet5Demo } from '../examples/run-lenet5-demo.js';
import { findVerilator, SimulationBuildError } from '../sim/index.js';
import { table } from '../src/cli/table.js';
import { counted, grouped } from '../src/cli/terminal.js';

const out = 'out/demo';
const engine = verilatorIsThere() ? 'verilator' : 'cxxrtl';
const onStep = (line: string): void => console.error(line);
const digits = await runDemo({ out, images: 100, engine, onStep });
// Without Verilator a build takes about half a minute of a processor, so that one of LeNet-5 has to do.
const simulated = engine === 'verilator' ? [lenet5Files.structured, lenet5Files.small] : [lenet5Files.small];
const lenet5 = await runLenet5Demo({ out, images: 10, engine, simulated, onStep });

print('a small network, from its ONNX file', digits.table);
console.log(`
LeNet-5 for MNIST, whole and pruned, each on as few subarrays as ${grouped(cyclesAllowed)} cycles per image allow (examples/README.md
says how they were made, and their accuracy; the digits here are drawn, so that they show exactness alone)
`);
const headings = ['file', 'weights not zero', 'ratio', 'subarrays', 'cycles per image', 'Verilog'];
for (const line of table(headings, lenet5.rows.map(cells))) console.log(line);
if (engine === 'cxxrtl') console.log('\n  with Verilator installed, lenet5-structured.safetensors is simulated too');
print('wrote', [...digits.paths, ...lenet5.paths]);
if (!digits.passed || !lenet5.passed) {
  console.error('\nthe Verilog differs from the golden model: run `npm ci` again, and report it if that does not help');
  process.exitCode = 1;
}

/** Verilator builds and runs faster; the other engine comes with npm. */
function verilatorIsThere(): boolean {
  try {
    findVerilator();
    return true;
  } catch (error) {
    if (error instanceof SimulationBuildError) return false;
    throw error;
  }
}

function print(title: string, entries: readonly (readonly [string, string])[]): void {
  const width = Math.max(...entries.map(([name]) => name.length));
  console.log(`\n${title}`);
  for (const [name, value] of entries) console.log(`  ${name.padEnd(width)}  ${value}`);
}

function cells({ file, parameters, nonzero, subarrays, predictedCyclesPerImage, simulated }: Lenet5DemoRow): string[] {
  const verdict =
    simulated === undefined
      ? 'generated only'
      : agrees(simulated)
        ? `${counted(simulated.images, 'image')} bit exact, cycles as predicted`
        : 'differs from the golden model';
  const ratio = grouped(parameters / nonzero, 1);
  return [file, grouped(nonzero), ratio, String(subarrays), grouped(predictedCyclesPerImage), verdict];
}
