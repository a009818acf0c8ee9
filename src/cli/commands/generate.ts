import { join, relative } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { EngineCosts } from '../../build/engine-costs.js';
import type { GenerateOptions } from '../../build/generate-options.js';
import type { GenerateResult } from '../../build/generate.js';
import type { GenerateStep } from '../../build/generate-steps.js';
import type { Command } from '../command.js';
import { comparison, times } from '../comparison.js';
import { choice, given, positive, preprocess, text, whole, value } from '../flags.js';
import { layerKinds } from '../layer-kinds.js';
import { UsageError } from '../report-error.js';
import { table } from '../table.js';
import {
  colors,
  counted,
  grouped,
  percent,
  seconds,
  writeJson,
  writeLine,
  writeStep,
  writeWarning,
} from '../terminal.js';

export const generateCommand: Command = {
  name: 'generate',
  usage: 'generate <model>',
  summary: 'make the Verilog of an engine from an ONNX model or a compressed network',
  positional: { name: 'model', summary: 'path of an ONNX model or a compressed network (.safetensors)' },
  options: {
    out: { ...value, alias: 'o', demandOption: 'give --out DIR', describe: 'folder of the design' },
    'weight-bits': { ...value, describe: 'bits of a weight, 1 … 8 (default 8)' },
    'activation-bits': { ...value, describe: 'bits of an activation, 1 … 8 (default 8)' },
    'keep-zeros': { type: 'boolean', describe: 'place zero weights too, instead of removing what no score needs' },
    calibrate: { ...value, describe: 'training images (IDX, .npy, PNG, folder) that scales are chosen by' },
    preprocess: { ...value, describe: 'what the model expects of a byte: raw, unit (default) or mean=M,std=S' },
    cycles: { ...value, describe: 'cycles an image at most; the smallest such engine is made', conflicts: 'subarrays' },
    subarrays: { ...value, describe: 'subarrays at most; the fastest such engine is made' },
    alongside: {
      ...value,
      describe: 'design whose subarrays are used: each layer as fast as its own there allow',
      conflicts: ['cycles', 'subarrays', 'device', 'clock'],
    },
    body: { ...value, describe: 'what cells are made of: fpga (default), behavioural or asic' },
    device: { ...value, describe: 'SOT-MRAM device whose geometry and times are used' },
    clock: { ...value, describe: 'clock period in ns for the device’s times (default 10)' },
    top: { ...value, describe: 'name of the top module (default: from the model’s file name)' },
    config: { ...value, describe: 'configuration (default: sotto.config.ts of this folder, if there is one)' },
    force: { type: 'boolean', describe: 'replace the folder whatever it holds' },
  },
  examples: [
    ['$0 generate lenet.onnx --out out/lenet', 'weights and activations of 8 bits'],
    [
      '$0 generate lenet.onnx -o out/lenet --calibrate train-images.gz --preprocess mean=0.1307,std=0.3081',
      'scales chosen by training images',
    ],
    ['$0 generate lenet.onnx -o out/small --weight-bits 4 --activation-bits 4 --subarrays 8', 'a small engine'],
    ['$0 generate lenet.safetensors -o out/pruned', 'a compressed network, beside its dense twin'],
    ['$0 generate lenet.safetensors -o out/equal --alongside out/lenet', 'on as many subarrays as another design'],
  ],
  epilogue:
    'Columns, filters and channels that zeros make superfluous are removed; scores stay the same for every image. A ' +
    'compressed network has its integers already: no bits, images or preprocessing can be given. ' +
    'Flags come before the configuration, which can also set widths and parallelism by layer. A folder that holds a ' +
    'design as it was written is replaced; anything else stays.',
  run: runGenerate,
};

async function runGenerate(argv: Readonly<Record<string, unknown>>): Promise<number> {
  const start = performance.now();
  const options = await readOptions(argv);
  const { generate } = await import('../../build/generate.js');
  const result = generate({ ...options, onStep: (step) => writeGenerateStep(step) });
  const milliseconds = performance.now() - start;
  const { manifest, out } = result;
  for (const line of ['', ...layerTable(result), '', ...comparison(result.manifest)]) writeLine(line);
  const files = [join(out, `${manifest.top}.v`), 'manifest.json'];
  writeLine(`  ${files.join('   ')}   ${colors.dim(`(${seconds(milliseconds)})`)}`);
  if (argv['json'] === true) {
    writeJson(jsonOf(result, milliseconds));
  }
  return 0;
}

function layerTable({ manifest, layerErrors }: GenerateResult): string[] {
  const rows = manifest.layers.map(({ name, kind, outputShape, weights, output, subarrays, sensingCycles }, index) => {
    const noise = layerErrors?.[index]?.signalToNoise;
    return [
      name,
      layerKinds[kind],
      outputShape.join('×'),
      weights === undefined ? '' : String(weights.bits),
      String(output.bits),
      subarrays === 0 ? '' : grouped(subarrays),
      sensingCycles === 0 ? '' : grouped(sensingCycles),
      ...(noise === undefined ? [] : [Number.isFinite(noise) ? noise.toFixed(1) : 'exact']),
    ];
  });
  const headings = ['layer', 'kind', 'output', 'weight bits', 'output bits', 'subarrays', 'sensing cycles'];
  return table([...headings, ...(layerErrors ? ['dB over noise'] : [])], rows);
}

function jsonOf({ out, manifest, layerErrors = [], warnings }: GenerateResult, milliseconds: number) {
  const { top, timing, geometry, subarrays, occupancy, layers, files, compression } = manifest;
  return {
    out,
    top,
    ...timing,
    geometry,
    subarrays,
    occupancy,
    layers: layers.map(({ name, module, kind, weights, outputShape, sensingCycles, ...own }) => ({
      name,
      module,
      kind,
      outputShape,
      ...(weights && { weights: weights.count, weightBits: weights.bits }),
      activationBits: own.output.bits,
      sensingCycles,
      subarrays: own.subarrays,
      occupancy: own.occupancy,
    })),
    ...(compression && { compression }),
    // JSON has no Infinity: null stands for a layer without any error.
    layerErrors: layerErrors.map(({ name, signalToNoise, maximumError, cosine }) => ({
      layer: name,
      signalToNoise: Number.isFinite(signalToNoise) ? signalToNoise : null,
      maximumError,
      cosine,
    })),
    files: [...files.map(({ file }) => file), 'manifest.json'],
    warnings,
    seconds: milliseconds / 1000,
  };
}

async function readOptions(argv: Readonly<Record<string, unknown>>): Promise<GenerateOptions> {
  const config = await configured(text('config', argv['config']));
  const cycles = whole('cycles', argv['cycles'], 1, Infinity);
  const subarrays = whole('subarrays', argv['subarrays'], 1, Infinity);
  const flags = {
    weightBits: whole('weight-bits', argv['weight-bits'], 1, 8),
    activationBits: whole('activation-bits', argv['activation-bits'], 1, 8),
    calibrate: text('calibrate', argv['calibrate']),
    preprocess: preprocess('preprocess', argv['preprocess']),
    budget: cycles !== undefined ? { cycles } : subarrays !== undefined ? { subarrays } : undefined,
    body: choice('body', argv['body'], ['fpga', 'behavioural', 'asic']),
    device: text('device', argv['device']),
    clockNs: positive('clock', argv['clock']),
    top: text('top', argv['top']),
    alongside: text('alongside', argv['alongside']),
    keepZeros: argv['keep-zeros'] === true ? true : undefined,
  };
  const model = text('model', argv['model']);
  const out = text('out', argv['out']);
  if (model === undefined || out === undefined) throw new UsageError('no model or no --out', 'give both');
  return { ...config, ...given(flags), model, out, force: argv['force'] === true };
}

async function configured(path: string | undefined): Promise<Omit<GenerateOptions, 'model' | 'out'>> {
  const { existsSync } = await import('node:fs');
  // The usual name is looked for here, so that jiti is loaded only where there is something to load.
  const usual = ['sotto.config.ts', 'sotto.config.mts', 'sotto.config.js', 'sotto.config.mjs'];
  const file = path ?? usual.find((name) => existsSync(name));
  if (file === undefined) return {};
  const [{ loadConfig }, { optionsOf }] = await Promise.all([
    import('../../config/load-config.js'),
    import('../../build/generate-options.js'),
  ]);
  const options = optionsOf(await loadConfig(file));
  writeStep('config', relative(process.cwd(), file) || file);
  return options;
}

function writeGenerateStep(step: GenerateStep): void {
  switch (step.step) {
    case 'read':
      writeStep(
        'read',
        step.model,
        `${counted(step.layers, 'layer')}, ${counted(step.weights, 'weight')}${step.kept === undefined ? '' : `, ${grouped(step.kept)} not zero (${ratioOf(step.kept, step.weights)})`}`,
      );
      break;
    case 'remove':
      writeStep(
        'remove',
        `${counted(step.filters, 'filter')}, ${counted(step.columns, 'column')}`,
        `${counted(step.kept, 'weight')} kept (${ratioOf(step.kept, step.weights)})`,
      );
      break;
    case 'quantise': {
      const noise = step.signalToNoise;
      const bits = (name: string, widths: readonly number[]) => `${name} ${widths.join('/') || '–'}`;
      writeStep(
        'quantise',
        `${bits('weights', step.weightBits)} bits, ${bits('activations', step.activationBits)}`,
        noise === undefined
          ? ''
          : `scores ${noise === Infinity ? 'exact' : `${noise.toFixed(1)} dB over noise`}, ${counted(step.calibrationImages, 'calibration image')}`,
      );
      for (const warning of step.warnings) writeWarning(warning);
      break;
    }
    case 'place':
      writeStep(
        'place',
        `${counted(step.subarrays, 'subarray')} of ${step.rows}×${step.columns}`,
        `occupancy ${percent(step.occupancy)}${step.indexBits === undefined ? '' : `, gather tables ${counted(step.indexBits, 'bit')}`}`,
      );
      break;
    case 'emit':
      writeStep(
        'emit',
        `${counted(step.modules, 'module')}, ${grouped(Math.ceil(step.verilogBytes / 1024))} KB Verilog, ${counted(step.images, 'image')}`,
      );
      break;
    case 'predict':
      writeStep(
        'predict',
        `${grouped(step.cyclesPerImage)} cycles per image`,
        `latency ${grouped(step.latency)} cycles${twin(step.denseTwin)}`,
      );
      break;
    case 'write':
      break;
  }
}

const ratioOf = (kept: number, all: number): string => times(all / Math.max(1, kept));

function twin(dense: EngineCosts | null | undefined): string {
  if (dense === undefined || dense === null) return '';
  return `, dense twin ${grouped(dense.cyclesPerImage)} per image on ${counted(dense.subarrays, 'subarray')}`;
}
