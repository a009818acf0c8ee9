import type { AndAccumulateShape } from '../../generators/and-accumulate.js';
import type { ConvolutionWindowShape } from '../../generators/convolution-window.js';
import type { EngineShape, StageShape } from '../../generators/engine.js';
import { poolBits, type PoolShape } from '../../generators/pool.js';
import type { RequantiseShape } from '../../generators/requantise.js';
import type { VectorBufferShape } from '../../generators/vector-buffer.js';
import type { ProgrammingShape } from '../../generators/programming.js';
import { subarrayCount } from '../layout/plan.js';
import type { BankPlan, EnginePlan, LayerPlan, WeightedLayer } from '../layout/plan.js';
import { keptColumns } from '../layout/tap-order.js';
import { rowsPerSubarray, weightImages } from '../layout/weight-images.js';
import type { IntegerFormat, QuantizedLayer, Requantization } from '../network/quantized.js';
import { moduleNames } from './module-names.js';

/** How the cells of the subarrays are made; see generators/subarray.ts. */
export type SubarrayBody = 'behavioural' | 'fpga' | 'asic';

export interface EngineShapeOptions {
  /** Name of the top module. */
  readonly top: string;
  readonly body: SubarrayBody;
}

type BankLayerPlan = Extract<LayerPlan, { kind: 'bank' }>;
type PoolLayerPlan = Extract<LayerPlan, { kind: 'pool' }>;

/** The plan as parameters of the `engine` generator, with every image and table filled in. */
export function engineShape(plan: EnginePlan, { top, body }: EngineShapeOptions): EngineShape {
  const { network } = plan;
  const names = moduleNames(
    network.layers.map(({ name }) => name),
    top,
  );
  const last = network.layers.at(-1)!;
  const { geometry } = plan;
  const arrays = plan.layers.reduce((sum, layer) => sum + (layer.kind === 'bank' ? subarrayCount(layer.bank) : 0), 0);
  const programming = body === 'asic' ? { arrays, rows: geometry.rows, columns: geometry.columns } : undefined;
  let first = 0;
  const firstArray = plan.layers.map((layer) => {
    const own = first;
    if (layer.kind === 'bank') first += subarrayCount(layer.bank);
    return own;
  });
  return {
    name: top,
    documentation: [
      `${top}: AND-accumulate engine of ${network.name}`,
      `image of ${network.input.shape.join('×')} (channel, row, column), values of ${network.input.format.bits} bits by row, column, channel`,
      ...network.layers.map((layer, index) => `  ${names[index]!}: ${describeLayer(layer)}`),
    ],
    inputBits: network.input.format.bits,
    stages: plan.layers.map((layer, index) =>
      layer.kind === 'bank'
        ? bankStage(plan, layer, names[index]!, body, programming && { ...programming, first: firstArray[index]! })
        : poolStage(layer, names[index]!),
    ),
    scoreBits: last.output.bits,
    scoreSigned: last.output.signed,
    scores: last.outputShape.reduce((product, size) => product * size, 1),
    labels: network.ending === 'argmax',
    ...(programming && { programming: { ...programming, writeCycles: geometry.writeCycles } }),
  };
}

function describeLayer(layer: QuantizedLayer): string {
  const shapes = `${layer.inputShape.join('×')} to ${layer.outputShape.join('×')}`;
  if (layer.kind === 'convolution')
    return `convolution ${layer.kernel.join('×')}, ${shapes}, weights ${layer.weightBits} bits`;
  if (layer.kind === 'fullyConnected') return `fully connected, ${shapes}, weights ${layer.weightBits} bits`;
  return `${layer.kind === 'maximumPool' ? 'maximum' : 'average'} pool ${layer.kernel.join('×')}, ${shapes}`;
}

function bankStage(
  plan: EnginePlan,
  { layer, bank, source, fifoDepth }: BankLayerPlan,
  name: string,
  body: SubarrayBody,
  programming: (ProgrammingShape & { readonly first: number }) | undefined,
): StageShape {
  const rows = programming ? plan.geometry.rows : rowsPerSubarray(bank, plan.geometry.rows);
  const shape: AndAccumulateShape = {
    name,
    bank,
    rows,
    readCycles: plan.geometry.readCycles,
    writeCycles: plan.geometry.writeCycles,
    body,
    signedActivations: layer.input.signed,
    binaryWeights: layer.weightBits === 1,
    sumBits: layer.accumulatorBits,
    images: weightImages(layer, bank, rows).map(({ words }, index) => ({
      file: `${name}_subarray${index}.mem`,
      words,
    })),
    ...(programming && { programming }),
  };
  return {
    kind: 'bank',
    source:
      source === 'window'
        ? { kind: 'window', window: windowShape(layer, bank, name, fifoDepth) }
        : { kind: 'vector', vector: vectorShape(layer, bank, name, body), fifoDepth },
    bank: shape,
    requantise: {
      name,
      sumBits: layer.accumulatorBits,
      filters: bank.filters,
      tableFile: `${name}_table.mem`,
      tableAsCase: body === 'asic',
      bias: [...layer.bias],
      outputBits: layer.output.bits,
      ...(layer.requantization && { scale: scaleOf(layer.requantization, bank.filters, bank.digitBits) }),
    },
  };
}

function scaleOf(
  requantization: Requantization,
  filters: number,
  digitBits: number,
): NonNullable<RequantiseShape['scale']> {
  const { multiplier, ...rest } = requantization;
  const all = multiplier.length === 1 ? Array.from({ length: filters }, () => multiplier[0]!) : [...multiplier];
  return { ...rest, multiplier: all, digitBits };
}

function windowShape(layer: WeightedLayer, bank: BankPlan, name: string, fifoDepth: number): ConvolutionWindowShape {
  if (layer.kind !== 'convolution') throw new Error(`layer ${layer.name} reads windows but is no convolution`);
  const [channels, height, width] = layer.inputShape;
  const { kernel, stride, dilation, padding, paddingValue, groups } = layer;
  const { chunkWidth, chunksAtOnce, chunkGroups, pixelsAtOnce } = bank;
  return {
    name,
    channels,
    fifoDepth,
    height,
    width,
    kernel,
    stride,
    dilation,
    padding,
    paddingValue,
    groups,
    ...(layer.taps && { taps: keptColumns(layer).flatMap((isKept, place) => (isKept ? [place] : [])) }),
    valueBits: layer.input.bits,
    chunkWidth,
    chunksAtOnce,
    chunkGroups,
    pixelsAtOnce,
  };
}

function vectorShape(layer: WeightedLayer, bank: BankPlan, name: string, body: SubarrayBody): VectorBufferShape {
  const { chunkWidth, chunksAtOnce, chunkGroups } = bank;
  const kept = keptColumns(layer);
  return {
    name,
    length: bank.taps,
    ...(kept.includes(false) && { keep: { kept, ...(body !== 'asic' && { file: `${name}_keep.mem` }) } }),
    valueBits: layer.input.bits,
    chunkWidth,
    chunksAtOnce,
    chunkGroups,
  };
}

function poolStage({ layer, digitBits }: PoolLayerPlan, name: string): StageShape {
  const [channels, height, width] = layer.inputShape;
  const { kernel, stride, padding } = layer;
  const format: IntegerFormat = layer.input;
  const shape: PoolShape = {
    name,
    operation: layer.kind === 'maximumPool' ? 'maximum' : 'sum',
    channels,
    height,
    width,
    kernel,
    stride,
    padding,
    paddingValue: layer.kind === 'averagePool' ? layer.paddingValue : 0,
    valueBits: format.bits,
    signed: format.signed,
  };
  if (layer.kind === 'maximumPool') return { kind: 'pool', pool: shape };
  return {
    kind: 'pool',
    pool: shape,
    requantise: {
      name,
      sumBits: poolBits(shape),
      filters: 1,
      tableFile: `${name}_table.mem`,
      tableAsCase: false,
      bias: [0],
      outputBits: layer.output.bits,
      scale: scaleOf(layer.requantization, 1, digitBits),
    },
  };
}
