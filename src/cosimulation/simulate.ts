import { fastSimulationMacro } from '../hdl/index.js';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import {
  type BuildOptions,
  cxxrtl,
  type Model,
  RunIncompleteError,
  type RunOptions,
  type RunResult,
  type Simulation,
  verilate,
} from '../../sim/index.js';
import { predictCycles } from '../layout/timing/index.js';
import { checkLabels, type ImageSet, readImages, readLabels, takeImages } from '../network/images/index.js';
import { encodeInput, QuantizedRunner } from '../network/integer/index.js';
import type { QuantizedLayer } from '../network/quantized.js';
import { asFormat, Comparison } from './compare-streams.js';
import { InputError } from '../build/input-error.js';
import { programMacros } from './program-macros.js';
import { runToRest } from './run-to-rest.js';
import { sourcesOf } from './sources.js';
import { beatOrder } from './layer-order.js';
import { type ManifestLayer, planOf } from '../build/manifest.js';
import { type Design, readDesign } from '../build/read-design.js';
import type { SimulateOptions, SimulateResult } from './simulate-options.js';

/** Images that one run takes: bounds memory, and a progress bar moves after each. */
const imagesPerRun = { results: 100, layers: 20 };

/** Bit i: the i-th layer on subarrays senses a row. */
const sensingPort = 'layer_busy';

interface Job {
  readonly design: Design;
  readonly images: ImageSet;
  readonly options: SimulateOptions;
  readonly runner: QuantizedRunner;
  readonly comparison: Comparison;
  /** Of the golden model. */
  readonly labels: Int32Array;
}

interface HardwareRun {
  /** Of each run the cycle of each image's last result. */
  readonly completions: readonly (readonly number[])[];
  /** Cycles of all runs in which each layer on subarrays sensed. */
  readonly sensed: readonly number[];
  readonly seconds: number;
  readonly buildSeconds: number;
  readonly cached: boolean;
}

/**
 * Runs images through the Verilog of a design and through the golden model, and compares every bit of every score
 * (with `layers`, of every value that leaves a layer), and every result's cycle with the prediction.
 *
 * @throws InputError, ModelError (images and labels), SimulationBuildError (the Verilog or the tools)
 */
export async function simulate(options: SimulateOptions): Promise<SimulateResult> {
  const { engine = 'verilator', onProgress = () => undefined } = options;
  if (options.wave !== undefined) checkWave(options.wave, engine);
  const design = readDesign(options.design);
  const { manifest, network } = design;
  const warnings = design.edited.map((file) => `${join(options.design, file)} was edited: it is used as it is now`);
  const all = readImages(options.images, network.input.shape);
  const images = chosenImages(all, options, warnings);
  const classes = network.layers.at(-1)!.outputShape.reduce((product, size) => product * size, 1);
  const labels = options.labels === undefined ? undefined : readLabels(options.labels);
  if (labels) checkLabels(all, labels, classes, options.labels);
  onProgress({ kind: 'design', warnings });

  const prediction = predictCycles(planOf(manifest, network));
  const job: Job = {
    design,
    images,
    options,
    runner: new QuantizedRunner(network),
    comparison: new Comparison(),
    labels: new Int32Array(images.count),
  };
  const hardware = engine === 'golden' ? undefined : await runHardware(job, engine);
  const goldenSeconds = hardware === undefined ? runGolden(job) : 0;
  const [first = []] = hardware?.completions ?? [];
  const sensing = hardware
    ? prediction.layers.map(({ name, sensingCycles }, index) => ({
        layer: name,
        cyclesPerImage: hardware.sensed[index]! / images.count,
        predictedCyclesPerImage: sensingCycles,
      }))
    : null;
  const correct = labels ? count(job.labels, (label, image) => label === labels.classes[image]) : null;
  const last = first.length;
  const steady = Math.max(2, last);
  return {
    design: options.design,
    top: manifest.top,
    engine,
    images: images.count,
    mismatches: hardware ? job.comparison.mismatches : null,
    firstMismatch: job.comparison.first,
    compared: hardware ? comparedLayers(job).map(({ layer }) => layer.name) : [],
    correct,
    accuracy: correct === null ? null : correct / images.count,
    sensing,
    cyclesPerImage: last < 2 ? null : first[last - 1]! - first[last - 2]!,
    predictedCyclesPerImage: prediction.completion(steady) - prediction.completion(steady - 1),
    latency: first[0] ?? null,
    predictedLatency: prediction.completion(1),
    cyclesAsPredicted: hardware
      ? hardware.completions.flat().length === images.count &&
        hardware.completions.every((run) => run.every((cycle, image) => cycle === prediction.completion(image + 1))) &&
        sensing!.every((layer) => layer.cyclesPerImage === layer.predictedCyclesPerImage)
      : null,
    imagesPerSecond: images.count / (hardware?.seconds ?? goldenSeconds),
    buildSeconds: hardware?.buildSeconds ?? 0,
    cached: hardware?.cached ?? false,
    wave: options.wave ?? null,
    warnings,
  };
}

function checkWave(wave: string, engine: string): void {
  if (engine === 'golden') {
    throw new InputError('option', 'wave', 'the golden model has no signals', 'use --engine verilator or cxxrtl');
  }
  if (/\.fst$/i.test(wave)) {
    throw new InputError('option', wave, 'FST is not written', 'give a .vcd name, and convert it with vcd2fst');
  }
}

function chosenImages(all: ImageSet, options: SimulateOptions, warnings: string[]): ImageSet {
  const wanted = options.count ?? (options.wave === undefined ? all.count : 1);
  if (wanted > all.count) warnings.push(`there are ${all.count} images, not ${wanted}`);
  return takeImages(all, 0, wanted);
}

function count(values: Int32Array, is: (value: number, index: number) => boolean): number {
  return values.reduce((sum, value, index) => sum + (is(value, index) ? 1 : 0), 0);
}

function runGolden(job: Job): number {
  const start = performance.now();
  for (let first = 0; first < job.images.count; first += imagesPerRun.results) {
    const slice = takeImages(job.images, first, imagesPerRun.results);
    job.labels.set(job.runner.runBatch(slice.pixels).labels, first);
    job.options.onProgress?.({ kind: 'images', done: first + slice.count, total: job.images.count });
  }
  return (performance.now() - start) / 1000;
}

interface ComparedLayer {
  readonly layer: QuantizedLayer;
  readonly index: number;
  readonly stream: ManifestLayer['stream'];
}

/** Layers whose streams are watched. Labels alone would hide wrong scores, so the last one always is. */
function comparedLayers({ design: { manifest, network }, options }: Job): ComparedLayer[] {
  const all = network.layers.map((layer, index) => ({ layer, index, stream: manifest.layers[index]!.stream }));
  return options.layers === true ? all : all.slice(-1);
}

/** Layers that need a probe: where the result is the scores, the last one's stream is the result's. */
function probedLayers(job: Job): ComparedLayer[] {
  const { field } = job.design.manifest.result;
  const last = job.design.network.layers.length - 1;
  return comparedLayers(job).filter(({ index }) => field === 'label' || index < last);
}

function signalsOf({ design }: Job, { stream }: ComparedLayer) {
  const path = (port: string): string => `${design.manifest.top}.${stream.instance}.${port}`;
  return { valid: path(stream.valid), ready: path(stream.ready), payload: { value: path(stream.value) } };
}

async function runHardware(job: Job, engine: 'verilator' | 'cxxrtl'): Promise<HardwareRun> {
  const { onProgress = () => undefined, wave } = job.options;
  const start = performance.now();
  const model = await buildModel(job, engine);
  const buildSeconds = (performance.now() - start) / 1000;
  onProgress({ kind: 'built', cached: model.build.cached, seconds: buildSeconds });
  const simulation = model.instantiate({ print: () => undefined, ...(wave !== undefined && { waves: wave }) });
  try {
    return { ...runSlices(job, simulation), buildSeconds, cached: model.build.cached };
  } finally {
    simulation.close();
  }
}

function buildModel(job: Job, engine: 'verilator' | 'cxxrtl'): Promise<Model> {
  const { design, options } = job;
  const build: BuildOptions = {
    ...sourcesOf(design),
    top: design.manifest.top,
    probes: probedLayers(job).flatMap((layer) => {
      const { valid, ready, payload } = signalsOf(job, layer);
      return [valid, ready, payload.value];
    }),
    ...(options.wave !== undefined && { trace: true }),
    onProgress: ({ stage, detail }) => options.onProgress?.({ kind: 'build', stage, detail }),
  };
  return engine === 'verilator' ? verilate({ ...build, defines: { [fastSimulationMacro]: 1 } }) : cxxrtl(build);
}

/** Runs slice after slice without a reset between them: state that leaks from image to image would show. */
function runSlices(job: Job, simulation: Simulation): Pick<HardwareRun, 'completions' | 'sensed' | 'seconds'> {
  const { images, options } = job;
  const most = options.layers === true ? imagesPerRun.layers : imagesPerRun.results;
  const completions: (readonly number[])[] = [];
  let sensed: readonly number[] = [];
  let seconds = 0;
  simulation.reset();
  programMacros(simulation, job.design);
  for (let first = 0; first < images.count; first += most) {
    const slice = takeImages(images, first, most);
    const start = performance.now();
    const result = runSlice(job, simulation, slice, first);
    seconds += (performance.now() - start) / 1000;
    const { perImage, stream } = job.design.manifest.result;
    const { cycles } = result.sinks[stream]!;
    completions.push(Array.from({ length: slice.count }, (_, image) => cycles[(image + 1) * perImage - 1]!));
    sensed = result.counters[sensingPort]!.map((count, layer) => count + (sensed[layer] ?? 0));
    compareSlice(job, result, slice, first);
    options.onProgress?.({ kind: 'images', done: first + slice.count, total: images.count });
  }
  return { completions, sensed, seconds };
}

function runSlice(job: Job, simulation: Simulation, slice: ImageSet, first: number): RunResult {
  const { manifest } = job.design;
  const predicted = manifest.timing.latency + slice.count * manifest.timing.cyclesPerImage;
  const run: RunOptions = {
    sources: { [manifest.input.stream]: { data: beatsOf(job, slice) } },
    sinks: { [manifest.result.stream]: { count: slice.count * manifest.result.perImage } },
    monitors: Object.fromEntries(probedLayers(job).map((layer) => [layer.layer.name, signalsOf(job, layer)])),
    counters: [sensingPort],
    maxCycles: Math.min(2 ** 32 - 1, 4 * predicted + 100_000),
    idleCycles: Math.min(2 ** 32 - 1, 2 * predicted + 10_000),
  };
  const images = `images ${first} … ${first + slice.count - 1}`;
  try {
    // Whatever is on its way when the last result leaves is gone after the latency.
    const { result, surplus } = runToRest(simulation, run, manifest.timing.latency);
    if (surplus) throw new StuckError(`the engine gave more results than those of ${images}`);
    return result;
  } catch (error) {
    if (!(error instanceof RunIncompleteError)) throw error;
    throw new StuckError(`the engine stopped at ${images}: ${error.message}`, { cause: error });
  }
}

/** The hardware did not give as many results as it should: a check that failed, not bad input. */
export class StuckError extends Error {
  override readonly name = 'StuckError';
}

/** Input integers as the engine reads them: by row, column, channel. */
function beatsOf({ design: { network } }: Job, { pixels, shape, count: images }: ImageSet): Int32Array {
  const integers = encodeInput(network.input, pixels);
  const order = beatOrder(shape);
  const beats = new Int32Array(integers.length);
  for (let image = 0; image < images; image++) {
    const start = image * order.length;
    for (let beat = 0; beat < order.length; beat++) beats[start + beat] = integers[start + order[beat]!]!;
  }
  const mask = network.input.format.bits === 32 ? -1 : 2 ** network.input.format.bits - 1;
  return network.input.format.signed ? beats.map((value) => value & mask) : beats;
}

function compareSlice(job: Job, result: RunResult, slice: ImageSet, first: number): void {
  const { manifest, network } = job.design;
  const { stream, field } = manifest.result;
  const results = result.sinks[stream]!.data[field] as Uint32Array | Int32Array;
  const compared = comparedLayers(job).map((entry) => {
    const watched = result.monitors[entry.layer.name]?.data['value'] as Uint32Array | undefined;
    const values = asFormat(watched ?? results, entry.layer.output);
    return { ...entry, values, size: beatOrder(entry.layer.outputShape).length };
  });
  const size = network.input.shape.reduce((product, length) => product * length, 1);
  for (let image = 0; image < slice.count; image++) {
    const pixels = slice.pixels.subarray(image * size, (image + 1) * size);
    const golden = job.runner.run(pixels, { layers: true });
    for (const { layer, index, values, size: beats } of compared) {
      job.comparison.layer(first + image, layer, golden.layers![index]!, values, image * beats);
    }
    job.labels[first + image] = golden.label;
    if (field === 'label') job.comparison.label(first + image, golden.label, results[image]);
  }
}
