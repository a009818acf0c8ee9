import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type Device, deviceByName, devices, arrayTiming } from '../device/index.js';
import { isReservedWord } from '../hdl/naming/reserved-words.js';
import { snakeCase } from '../hdl/naming/snake-case.js';
import { defaultGeometry } from '../layout/default-geometry.js';
import { type EnginePlan, subarrayCount, type SubarrayGeometry } from '../layout/plan.js';
import { predictCycles } from '../layout/timing/index.js';
import { occupancy } from '../layout/weight-images.js';
import { isCompressedFile } from '../network/compressed/index.js';
import type { LayerError } from '../network/quantize/index.js';
import { assembleDesign } from './assemble.js';
import type { Calibration } from './calibration.js';
import { compressionOf } from './compression-note.js';
import { indexBits } from './engine-costs.js';
import { type GenerateOptions, modelStem } from './generate-options.js';
import { InputError } from './input-error.js';
import { inspectionOf } from './inspect-compressed.js';
import { type Manifest, removesAnything } from './manifest.js';
import { placeBeside, placeByBudget } from './place-engine.js';
import { readManifest } from './read-design.js';
import { readModel } from './read-model.js';
import { checkTarget, sha256, writeDesign } from './write-design.js';

export interface GenerateResult {
  /** The folder, as it was given. */
  readonly out: string;
  readonly manifest: Manifest;
  /** How far each layer is from the float network on calibration images; absent without such images. */
  readonly layerErrors?: readonly LayerError[];
  /** What the user should know, a line each. */
  readonly warnings: readonly string[];
}

const defaultClockNs = 10;

/**
 * A model file in, the folder of a design out: Verilog, memory images, manifest, the integers of the network, a note.
 *
 * @throws InputError, ModelError (SupportError with a table of all operators that are not supported), PlacementError
 */
export function generate(options: GenerateOptions): GenerateResult {
  const { onStep = () => undefined } = options;
  const top = topName(options);
  const { alongside } = options;
  const place = alongside === undefined ? placeByBudget(geometryOf(options), options) : placeBeside(alongside, options);
  // The last step would find the same, but only after all the work.
  checkTarget(options.out, options.force);
  const { network, compressed, calibration, layerErrors, warnings } = readModel(options, onStep);
  const plan = place(network);
  const { rows, columns } = plan.geometry;
  const removed = compressed !== undefined && removesAnything(inspectionOf(compressed));
  onStep({
    step: 'place',
    subarrays: subarraysOf(plan),
    rows,
    columns,
    occupancy: occupancy(plan),
    ...(removed && { indexBits: indexBits(plan) }),
  });
  const prediction = predictCycles(plan);
  const placeOn = (subarrays: number) => placeByBudget(plan.geometry, { ...options, budget: { subarrays } });
  const compression =
    compressed && compressionOf(compressed, plan, prediction, place, alongside === undefined ? placeOn : undefined);
  const { manifest, files } = assembleDesign({
    plan,
    prediction,
    top,
    body: options.body ?? 'fpga',
    model: { file: basename(options.model), sha256: sha256(readFileSync(options.model)) },
    options: recorded(options, network.input.preprocess, calibration),
    ...(compression && { compression }),
  });
  const verilog = manifest.files.filter(({ kind }) => kind === 'verilog');
  onStep({
    step: 'emit',
    modules: verilog.length,
    verilogBytes: verilog.reduce((sum, { bytes }) => sum + bytes, 0),
    images: manifest.files.filter(({ kind }) => kind === 'image').length,
  });
  onStep({
    step: 'predict',
    ...manifest.timing,
    layers: manifest.layers
      .filter(({ plan: { kind } }) => kind === 'bank')
      .map(({ name, sensingCycles }) => ({ name, sensingCycles })),
    ...(removed && compression && { denseTwin: compression.denseTwin }),
  });
  writeDesign(options.out, files, options.force === undefined ? {} : { force: options.force });
  onStep({ step: 'write', out: options.out, files: files.length });
  return { out: options.out, manifest, ...(layerErrors && { layerErrors }), warnings };
}

const verilogName = /^[A-Za-z_][A-Za-z0-9_]*$/;

function topName({ top, model }: GenerateOptions): string {
  if (top === undefined) {
    const name = snakeCase(modelStem(model));
    return name !== undefined && verilogName.test(name) && !isReservedWord(name) ? name : 'engine';
  }
  if (isReservedWord(top)) {
    throw new InputError('option', 'top', `'${top}' is a word of Verilog`, `call it ${top}_engine`);
  }
  if (verilogName.test(top)) return top;
  throw new InputError('option', 'top', `'${top}' is no Verilog name`, 'use letters, digits and _, a letter first');
}

function geometryOf({ device, clockNs, subarray = {} }: GenerateOptions): SubarrayGeometry {
  if (device === undefined) {
    if (clockNs !== undefined) {
      throw new InputError('option', 'clock', 'means nothing without a device', 'name a device too');
    }
    return { ...defaultGeometry, ...subarray };
  }
  const { rows, columns, readCycles, writeCycles } = arrayTiming(resolveDevice(device), clockNs ?? defaultClockNs);
  return { rows, columns, readCycles, writeCycles, ...subarray };
}

function resolveDevice(device: string | Device): Device {
  if (typeof device !== 'string') return device;
  if (devices.some(({ name }) => name === device)) return deviceByName(device);
  const known = devices.map(({ name }) => name).join(', ');
  throw new InputError('option', 'device', `'${device}' is not known`, `choose one of ${known}`);
}

function subarraysOf({ layers }: EnginePlan): number {
  return layers.reduce((sum, layer) => sum + (layer.kind === 'bank' ? subarrayCount(layer.bank) : 0), 0);
}

/** The options as the manifest keeps them: defaults filled in, paths without folders. */
function recorded(
  options: GenerateOptions,
  preprocess: Manifest['options']['preprocess'],
  calibration: Calibration | undefined,
): Manifest['options'] {
  const { device, clockNs = defaultClockNs, budget = {} } = options;
  const fixed = isCompressedFile(options.model);
  return {
    weightBits: fixed ? null : (options.weightBits ?? 8),
    activationBits: fixed ? null : (options.activationBits ?? 8),
    layers: { ...options.layers },
    calibration: calibration?.source ?? null,
    preprocess,
    budget,
    body: options.body ?? 'fpga',
    ...(options.keepZeros === true && { keepZeros: true as const }),
    ...(options.alongside !== undefined && { alongside: besideWhat(options.alongside) }),
    device: device === undefined ? null : { name: typeof device === 'string' ? device : device.name, clockNs },
  };
}

function besideWhat(folder: string): NonNullable<Manifest['options']['alongside']> {
  const { top, model } = readManifest(folder);
  return { top, model };
}
