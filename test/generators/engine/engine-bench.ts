/** An engine of a plan beside its golden model. */
import { engine } from '../../../generators/engine.js';
import { subarrayMacroModel } from '../../../generators/subarray.js';
import { engineShape, type SubarrayBody } from '../../../src/build/engine-shape.js';
import { bitsFor, type EmittedDesign, emit } from '../../../src/hdl/index.js';
import type { EnginePlan } from '../../../src/layout/plan.js';
import { weightImages } from '../../../src/layout/weight-images.js';
import { runQuantizedBatch } from '../../../src/network/integer/run-quantized.js';
import type { MapShape } from '../../../src/network/network.js';
import { runStreams, type Stalls, type StreamBench, type StreamOutcome } from './stream-bench.js';

/** A plan and images for its engine, values in the order (image, channel, row, column). */
export interface Entry {
  readonly plan: EnginePlan;
  readonly images: Int32Array;
}

/** What the engine gave. */
export interface Outcome {
  /** Scores of each image in the order (channel, row, column); or its label alone. */
  readonly results: readonly (readonly number[])[];
  /** Cycle of each image's last result; 0 is the first in which input is offered. */
  readonly completions: readonly number[];
  /** Cycles in which each weighted layer sensed. */
  readonly busy: readonly number[];
}

export function emitEngine(plan: EnginePlan, body: SubarrayBody): EmittedDesign {
  return emit(engine(engineShape(plan, { top: 'unit', body })));
}

/** Compiles the plan's engine once and runs it on the images with each of the stalls. */
export function runEngine(entry: Entry, runs: readonly Stalls[], body: SubarrayBody = 'behavioural'): Outcome[] {
  const { plan } = entry;
  const { input, layers, ending } = plan.network;
  const { output, outputShape } = layers.at(-1)!;
  const isLabel = ending === 'argmax';
  const bench = {
    ...(body === 'asic' ? programmed(plan) : { design: emitEngine(plan, body) }),
    input: { name: 'image', field: 'value', bits: input.format.bits },
    output: isLabel
      ? { name: 'result', field: 'label', bits: bitsFor(sizeOf(outputShape)) }
      : { name: 'result', field: 'score', bits: output.bits },
    counted: { name: 'layer_busy', bits: plan.layers.filter(({ kind }) => kind === 'bank').length },
    values: inputBeats(entry),
    results: imagesOf(entry) * beatsOf(plan),
  };
  return runStreams(bench, runs).map((outcome) => outcomeOf(plan, outcome));
}

/** The engine with models of its macros, and their rows: subarray after subarray, as they follow in the plan. */
function programmed(plan: EnginePlan): Pick<StreamBench, 'design' | 'program'> {
  const shape = engineShape(plan, { top: 'unit', body: 'asic' });
  const { arrays, rows, columns } = shape.programming!;
  const design = emit(engine(shape), { blackBoxStubs: false });
  const models = emit(subarrayMacroModel({ rows, columns, readCycles: plan.geometry.readCycles }));
  const images = plan.layers.flatMap((placed) =>
    placed.kind === 'bank' ? weightImages(placed.layer, placed.bank, rows) : [],
  );
  const fields = { array: bitsFor(arrays), row: bitsFor(rows), data: columns };
  const words = images.flatMap((image, array) =>
    image.words.map((word, row) => (((BigInt(array) << BigInt(fields.row)) | BigInt(row)) << BigInt(columns)) | word),
  );
  return {
    design: { ...design, modules: [...design.modules, ...models.modules] },
    program: { name: 'program', fields, words },
  };
}

function outcomeOf(plan: EnginePlan, { beats, counts }: StreamOutcome): Outcome {
  const { output } = plan.network.layers.at(-1)!;
  const isSigned = plan.network.ending === 'scores' && output.signed;
  const size = beatsOf(plan);
  const images = Array.from({ length: beats.length / size }, (_, image) =>
    beats.slice(image * size, (image + 1) * size),
  );
  return {
    results: images.map((image) => {
      const values = image.map(({ value }) => Number(isSigned ? BigInt.asIntN(output.bits, value) : value));
      return size === 1 ? values : modelOrder(plan.network.layers.at(-1)!.outputShape, values);
    }),
    completions: images.map((image) => image.at(-1)!.cycle),
    busy: counts,
  };
}

/** What the golden model says of the same images. */
export function expectedResults({ plan, images }: Entry): number[][] {
  const { scores, labels, count } = runQuantizedBatch(plan.network, images);
  if (plan.network.ending === 'argmax') return [...labels].map((label) => [label]);
  const size = scores.length / count;
  return Array.from({ length: count }, (_, image) => [...scores.slice(image * size, (image + 1) * size)]);
}

export function imagesOf({ plan, images }: Entry): number {
  return images.length / sizeOf(plan.network.input.shape);
}

/** Beats that leave for an image. */
export function beatsOf({ network }: EnginePlan): number {
  return network.ending === 'argmax' ? 1 : sizeOf(network.layers.at(-1)!.outputShape);
}

const sizeOf = (shape: MapShape): number => shape[0] * shape[1] * shape[2];

/** The images as bit patterns in the order of the stream: row, column, channel. */
export function inputBeats({ plan, images }: Entry): number[] {
  const { shape, format } = plan.network.input;
  const [channels, height, width] = shape;
  const pixels = height * width;
  return Array.from(images, (_, index) => {
    const place = index % (channels * pixels);
    const value = images[index - place + (place % channels) * pixels + Math.floor(place / channels)]!;
    return value & (2 ** format.bits - 1);
  });
}

/** One image's results in the order (channel, row, column). */
function modelOrder([channels, height, width]: MapShape, values: readonly number[]): number[] {
  const pixels = height * width;
  return values.map((_, index) => values[(index % pixels) * channels + Math.floor(index / pixels)]!);
}
