import { basename } from 'node:path';
import type { CompressedInspection } from '../../build/inspect-compressed.js';
import type { InspectResult } from '../../build/inspect.js';
import type { Command } from '../command.js';
import { text } from '../flags.js';
import { layerKinds } from '../layer-kinds.js';
import { UsageError } from '../report-error.js';
import { table } from '../table.js';
import { counted, grouped, writeJson, writeLine } from '../terminal.js';

export const inspectCommand: Command = {
  name: 'inspect',
  usage: 'inspect <model>',
  summary: 'show operators, shapes and parameters of a model, and what would be generated',
  positional: { name: 'model', summary: 'path of an ONNX model or a compressed network (.safetensors)' },
  options: {
    nodes: { type: 'boolean', describe: 'list every node with its output shape' },
  },
  examples: [
    ['$0 inspect lenet.onnx', 'see what would be generated'],
    ['$0 inspect resnet.onnx --json', 'operators that are not supported, as data'],
    ['$0 inspect lenet.safetensors', 'what compression left of each layer'],
  ],
  epilogue:
    'Of a compressed network: rows (filters) and columns (inputs of a window) of each weight matrix before and after, ' +
    'weights that are not zero, bits of weights and of the activations that the layer reads. ' +
    'The report goes to standard output. Exit code 2: the model has parts that are not supported; a table lists them.',
  run: runInspect,
};

async function runInspect(argv: Readonly<Record<string, unknown>>): Promise<number> {
  const model = text('model', argv['model']);
  if (model === undefined) throw new UsageError('no model', 'give the path of an ONNX model');
  const { isCompressedFile } = await import('../../network/compressed/is-compressed-file.js');
  if (isCompressedFile(model)) return showCompressed(model, argv['json'] === true);
  const { inspect } = await import('../../build/inspect.js');
  const result = inspect(model);
  if (argv['json'] === true) writeJson(result);
  else process.stdout.write(`${report(result, argv['nodes'] === true).join('\n')}\n`);
  if (result.supported) return 0;
  const { formatSupportTable } = await import('../../network/lower/index.js');
  writeLine(
    `sotto: ${model}: ${counted(result.problems.length, 'part')} of the model cannot be generated; rewrite as the table says`,
  );
  writeLine(formatSupportTable(result.problems));
  return 2;
}

async function showCompressed(model: string, json: boolean): Promise<number> {
  const { inspectCompressed } = await import('../../build/inspect-compressed.js');
  const result = inspectCompressed(model);
  if (json) writeJson(result);
  else process.stdout.write(`${compressedReport(model, result).join('\n')}\n`);
  return 0;
}

function compressedReport(
  model: string,
  { parameters, nonzero, pruningRatio, layers }: CompressedInspection,
): string[] {
  const counts = `${counted(parameters, 'weight')}, ${grouped(nonzero)} not zero, pruned ${grouped(pruningRatio, 2)}×`;
  const headings = [
    'layer',
    'rows',
    'columns',
    'kept rows',
    'kept columns',
    'not zero',
    'weight bits',
    'activation bits',
  ];
  return [
    `${basename(model)}: ${counts}`,
    '',
    ...table(
      headings,
      layers.map((layer) => [
        layer.name,
        grouped(layer.rows),
        grouped(layer.columns),
        grouped(layer.keptRows),
        grouped(layer.keptColumns),
        grouped(layer.nonzero),
        String(layer.weightBits),
        String(layer.activationBits),
      ]),
    ),
  ];
}

const shape = (sizes: readonly (number | string)[]): string => sizes.join('×');

function report({ model, graph, weightsMissing, engine }: InspectResult, nodes: boolean): string[] {
  const lines = [
    `${model}: ${graph.name}, operator set ${graph.opset}, ${counted(graph.parameters, 'parameter')}${weightsMissing ? ' (their values are not in the file)' : ''}`,
    `  inputs     ${graph.inputs.map((value) => `${value.name} ${shape(value.shape)}`).join(', ')}`,
    `  outputs    ${graph.outputs.map((value) => `${value.name} ${shape(value.shape)}`).join(', ')}`,
    `  operators  ${graph.operators.map(({ operator, count }) => `${count} ${operator}`).join(', ')}`,
  ];
  if (nodes) {
    lines.push(
      '',
      ...table(
        ['node', 'operator', 'output', 'parameters'],
        graph.nodes.map((node) => [
          node.name,
          node.operator,
          node.outputShape === undefined ? '?' : shape(node.outputShape),
          grouped(node.parameters),
        ]),
      ),
    );
  }
  if (engine !== undefined) {
    lines.push(
      '',
      ...table(
        ['layer', 'kind', 'input', 'output', 'weights', 'subarrays', 'sensing cycles'],
        engine.layers.map((layer) => [
          layer.name,
          layerKinds[layer.kind],
          shape(layer.inputShape),
          shape(layer.outputShape),
          layer.weights === 0 ? '' : grouped(layer.weights),
          layer.subarrays === 0 ? '' : grouped(layer.subarrays),
          layer.sensingCycles === 0 ? '' : grouped(layer.sensingCycles),
        ]),
      ),
      '',
      `  ${counted(engine.subarrays, 'subarray')} of 512×256, weights and activations of 8 bits, by default`,
    );
  }
  return lines;
}
