/**
 * Measures what the README states and writes it to bench/results.json, section by section:
 *
 *     npm run bench                      every section
 *     npm run bench -- accuracy cosim    some of them
 *
 * The MNIST images and models are not part of the repository: see `dataFolder` in test/support/data.ts.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { accuracy } from './accuracy.js';
import { compression, fewBits } from './compression.js';
import { cosimulation } from './cosimulation.js';
import { engineGains } from './engine-gains.js';
import { generation } from './generation.js';
import { language } from './language.js';
import { synthesis } from './synthesis.js';

const sections: Readonly<Record<string, () => unknown>> = {
  accuracy,
  generation,
  cosimulation,
  synthesis,
  language,
  compression,
  fewBits,
  engineGains,
};
const file = join(import.meta.dirname, 'results.json');

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => sections[name] === undefined);
if (unknown !== undefined) {
  console.error(`bench: no section '${unknown}'; there are ${Object.keys(sections).join(', ')}`);
  process.exit(2);
}

for (const name of wanted.length > 0 ? wanted : Object.keys(sections)) {
  console.error(`${name} …`);
  const found = await sections[name]!();
  // Read late: another section may have been measured meanwhile.
  const results = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  results.machine = { processor: cpus()[0]?.model, cores: cpus().length, node: process.version };
  results[name] = found;
  writeFileSync(file, `${JSON.stringify(results, undefined, 2)}\n`);
  console.log(JSON.stringify({ [name]: found }, undefined, 2));
}
