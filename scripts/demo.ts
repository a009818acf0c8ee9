/**
 * Generates the engine of a small trained network, simulates it on images made here, and compares it with the golden
 * model: `npm run demo`. Exit code 1 says that they differ.
 */
import { runDemo } from '../examples/digits/run-demo.js';

const { passed, table, paths } = await runDemo({ out: 'out/demo', images: 100, onStep: (line) => console.error(line) });
const print = (title: string, entries: readonly (readonly [string, string])[]): void => {
  const width = Math.max(...entries.map(([name]) => name.length));
  console.log(`\n${title}`);
  for (const [name, value] of entries) console.log(`  ${name.padEnd(width)}  ${value}`);
};
print('result', table);
print('wrote', paths);
if (!passed) {
  console.error('\nthe Verilog differs from the golden model: run `npm ci` again, and report it if that does not help');
  process.exitCode = 1;
}
