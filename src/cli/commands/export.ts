import type { Command } from '../command.js';
import { text, value } from '../flags.js';
import { UsageError } from '../report-error.js';
import { counted, grouped, writeJson, writeStep } from '../terminal.js';

export const exportCommand: Command = {
  name: 'export',
  usage: 'export <model>',
  summary: 'write a compressed network as an ONNX model (QDQ) for other runtimes',
  positional: { name: 'model', summary: 'path of a compressed network (.safetensors)' },
  options: {
    out: { ...value, alias: 'o', demandOption: 'give --out FILE', describe: 'ONNX model to write' },
    force: { type: 'boolean', describe: 'replace a file that is there' },
  },
  examples: [['$0 export lenet.safetensors --out lenet-int8.onnx', 'run it in ONNX Runtime']],
  epilogue:
    'Weights are int8 with a scale a filter, activations uint8 or int8. ONNX rounds halves to even and the engine rounds ' +
    'them up, so that single activations may differ by one. Columns that were removed are written as zeros.',
  run: runExport,
};

async function runExport(argv: Readonly<Record<string, unknown>>): Promise<number> {
  const model = text('model', argv['model']);
  const out = text('out', argv['out']);
  if (model === undefined || out === undefined) throw new UsageError('no model or no --out', 'give both');
  const { exportOnnx } = await import('../../build/export-onnx.js');
  const result = exportOnnx({ model, out, force: argv['force'] === true });
  const weights = `${counted(result.weights, 'weight')}, ${grouped(result.nonzero)} not zero`;
  writeStep('read', result.model, `${counted(result.layers, 'layer')}, ${weights}`);
  writeStep('write', out, `${counted(result.nodes, 'node')}, ${grouped(Math.ceil(result.bytes / 1024))} KB`);
  if (argv['json'] === true) writeJson(result);
  return 0;
}
