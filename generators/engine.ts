import {
  type Bits,
  bits,
  bitsFor,
  concat,
  defineModule,
  document,
  instance,
  outputOf,
  register,
  type Signal,
  signedBits,
  type Source,
  streamIn,
  streamOut,
  when,
} from '../src/hdl/index.js';
import { andAccumulate, type AndAccumulateShape } from './and-accumulate.js';
import { argMaximum } from './arg-maximum.js';
import { convolutionWindow, type ConvolutionWindowShape } from './convolution-window.js';
import { pool, type PoolShape } from './pool.js';
import { connectProgramming, type ProgrammingPorts, type ProgrammingShape } from './programming.js';
import { requantise, type RequantiseShape } from './requantise.js';
import { valueFifo } from './value-fifo.js';
import { vectorBuffer, type VectorBufferShape } from './vector-buffer.js';

/** One layer as hardware. */
export type StageShape =
  | {
      readonly kind: 'bank';
      readonly source:
        | { readonly kind: 'window'; readonly window: ConvolutionWindowShape }
        | {
            readonly kind: 'vector';
            readonly vector: VectorBufferShape;
            /** Values that may wait before the layer; 0 for none. */
            readonly fifoDepth: number;
          };
      readonly bank: AndAccumulateShape;
      readonly requantise: RequantiseShape;
    }
  | { readonly kind: 'pool'; readonly pool: PoolShape; readonly requantise?: RequantiseShape };

/** Plain data of a whole engine. */
export interface EngineShape {
  readonly name: string;
  readonly documentation: readonly string[];
  readonly inputBits: number;
  readonly stages: readonly StageShape[];
  /** Width and sign of the last stage's values. */
  readonly scoreBits: number;
  readonly scoreSigned: boolean;
  readonly scores: number;
  /** The engine gives the index of the largest score in place of the scores. */
  readonly labels: boolean;
  /** Present with macros: the stream `program` writes their rows, before the first image. */
  readonly programming?: ProgrammingShape & { readonly writeCycles: number };
}

/** The value stream between two layers: row, column, channel. */
type Values = Source<{ value: Bits }>;

/**
 * A network: its layers one behind the other, each with its own bank, joined by ready/valid streams of values, so that
 * layers work on successive images at once. Bit i of `layer_busy` says that layer i senses a row in this cycle.
 */
export const engine = defineModule(
  (shape: EngineShape) => shape.name,
  (shape: EngineShape) => {
    document(...shape.documentation);
    const image = streamIn({ value: bits(shape.inputBits) });
    const program = shape.programming && streamIn(programFields(shape.programming));
    const rowWrite = program && takeRows(program, shape.programming.writeCycles);
    let values: Values = image;
    const busy: Signal[] = [];
    for (const stage of shape.stages)
      values = stage.kind === 'bank' ? bankStage(stage, values, busy, rowWrite) : poolStage(stage, values);
    const layerBusy = outputOf(concat(...busy.toReversed()), { comment: 'layer i senses a row' });
    if (shape.labels) {
      const result = streamOut({ label: bits(bitsFor(shape.scores)) });
      const scoreBits = shape.scoreSigned ? shape.scoreBits : shape.scoreBits + 1;
      const largest = instance(argMaximum({ scores: shape.scores, scoreBits }), { name: 'arg_maximum' });
      largest.input.connect({ score: values.payload.value.resize(scoreBits).asSigned() }, { valid: values.valid });
      values.ready.connect(largest.input.ready);
      largest.output.connectTo(result);
      return { image, ...(program && { program }), result, layerBusy };
    }
    const result = streamOut({ score: shape.scoreSigned ? signedBits(shape.scoreBits) : bits(shape.scoreBits) });
    const score = shape.scoreSigned ? values.payload.value.asSigned() : values.payload.value;
    result.connect({ score }, { valid: values.valid });
    values.ready.connect(result.ready);
    return { image, ...(program && { program }), result, layerBusy };
  },
);

function bankStage(
  stage: Extract<StageShape, { kind: 'bank' }>,
  values: Values,
  busy: Signal[],
  rowWrite?: RowWrite,
): Values {
  const { name } = stage.bank;
  const source =
    stage.source.kind === 'window'
      ? instance(convolutionWindow(stage.source.window), { name: `${name}_window` })
      : instance(vectorBuffer(stage.source.vector), { name: `${name}_vector` });
  const bank = instance(andAccumulate(stage.bank), { name: `${name}_bank` });
  queued(values, stage.source.kind === 'vector' ? stage.source.fifoDepth : 0, name).connectTo(source.values);
  bank.available.connect(source.available);
  bank.operand.connect(source.operand);
  source.windowDone.connect(bank.windowDone);
  source.read.connect(bank.read);
  source.chunkGroup.connect(bank.chunkGroup);
  source.plane.connect(bank.plane);
  connectProgramming(bank.programming, rowWrite);
  busy.push(bank.busy);
  const tail = instance(requantise(stage.requantise), { name: `${name}_requantise` });
  bank.sums.connectTo(tail.input);
  return tail.output;
}

type RowWrite = { readonly [Name in keyof ProgrammingPorts]: Signal };

function programFields({ arrays, rows, columns }: ProgrammingShape): { array: Bits; row: Bits; data: Bits } {
  return { array: bits(bitsFor(arrays)), row: bits(bitsFor(rows)), data: bits(columns) };
}

/** One row at a time: the next is taken when the array has written the last. */
function takeRows(program: Source<{ array: Bits; row: Bits; data: Bits }>, writeCycles: number): RowWrite {
  const { array, row, data } = program.payload;
  if (writeCycles === 1) program.ready.connect(1);
  else {
    const rest = register(bits(bitsFor(writeCycles)), { reset: 0, name: 'write_cycles_left' });
    program.ready.connect(rest.equals(0));
    when(program.fires(), () => rest.next(writeCycles - 1)).elsewhen(rest.notEquals(0), () =>
      rest.next(rest.subtract(1)),
    );
  }
  return { write: program.fires(), array, row, data };
}

function queued(values: Values, depth: number, name: string): Values {
  if (depth === 0) return values;
  const queue = instance(valueFifo({ valueBits: values.payload.value.width, depth }), { name: `${name}_fifo` });
  values.connectTo(queue.input);
  return queue.output;
}

function poolStage({ pool: shape, requantise: scale }: Extract<StageShape, { kind: 'pool' }>, values: Values): Values {
  const pooled = instance(pool(shape), { name: `${shape.name}_pool` });
  values.connectTo(pooled.values);
  if (scale === undefined) return pooled.results;
  const tail = instance(requantise(scale), { name: `${shape.name}_requantise` });
  tail.input.connect({ sum: pooled.results.payload.value.asSigned() }, { valid: pooled.results.valid });
  pooled.results.ready.connect(tail.input.ready);
  return tail.output;
}
