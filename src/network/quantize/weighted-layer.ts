/** One convolution or fully connected layer, from real to integer weights. */
import { accumulatorBits, formatRange } from '../integer/accumulator.js';
import { ModelError } from '../model-error.js';
import type { ConvolutionLayer, FullyConnectedLayer } from '../network.js';
import type { IntegerFormat, QuantizedConvolution, QuantizedFullyConnected, RealMeaning } from '../quantized.js';
import type { ActivationRange } from './activation-range.js';
import type { CalibrationMaps } from './calibration.js';
import { collectStatistics } from './layer-statistics.js';
import { integersOnLevels } from './given-levels.js';
import { descend, type Objective, product, weightRounding } from './reconstruction.js';
import { chooseMultipliers } from './requantization.js';
import type { LayerStatistics } from './statistics.js';
import { searchWeights, startingScales } from './weight-search.js';

export type WeightedLayer = ConvolutionLayer | FullyConnectedLayer;
export type QuantizedWeighted = QuantizedConvolution | QuantizedFullyConnected;

export interface WeightedRequest {
  readonly layer: WeightedLayer;
  readonly input: IntegerFormat;
  readonly inputMeaning: RealMeaning;
  readonly weightBits: number;
  /** Absent: the sums themselves are the output, and all filters share one scale. */
  readonly output?: ActivationRange;
  readonly multiplierBits: number;
  /** Weights of 0 stay 0. */
  readonly keepZeros?: boolean;
  /** One, or one a filter: the weights are integers times these, and keep them. */
  readonly weightScales?: Float32Array;
  /** Absent: weights are rounded to nearest. */
  readonly reconstruct?: {
    readonly maps: CalibrationMaps;
    /** The float layer's outputs before the clamp. */
    readonly targets: Float32Array;
  };
}

/** Above it, statistics of all pairs of inputs take too much memory and time. */
export const mostTaps = 2048;

/** Weight of the float weights against the data, as a part of the inputs' mean variance. */
const ridge = 0.01;

export const padsWith = (meaning: RealMeaning, format: IntegerFormat): number => {
  const { low, high } = formatRange(format);
  return Math.min(high, Math.max(low, Math.round(meaning.zeroPoint)));
};

/** A bias in units of a layer's sums, rounded. @throws ModelError when it does not fit 32 bits */
export function inAccumulator(bias: number, filter: number, layer: string): number {
  if (Math.abs(bias) < 2 ** 31 - 1) return Math.round(bias);
  throw new ModelError(
    `the bias of filter ${filter} is ${bias.toPrecision(3)} in units of its sums, more than 32 bits`,
    { node: layer },
    'give this layer more weight bits',
  );
}

export function quantizeWeighted(request: WeightedRequest): QuantizedWeighted {
  const { layer, inputMeaning, weightBits, output, reconstruct } = request;
  const filters = layer.bias.length;
  const taps = layer.weights.length / filters;
  const groups = layer.kind === 'convolution' ? layer.groups : 1;
  const groupFilters = filters / groups;
  const rounding = weightRounding(weightBits);
  const floatWeights = Float64Array.from(layer.weights, (weight) => weight * inputMeaning.scale);
  const weights = new Int8Array(layer.weights.length);
  const scales = new Float64Array(filters);
  const statistics =
    reconstruct && taps <= mostTaps
      ? collectStatistics(
          layer,
          reconstruct.maps.integer,
          reconstruct.maps.count,
          reconstruct.targets,
          padsWith(inputMeaning, request.input),
        )
      : undefined;
  const objectives = statistics?.map((group, index) =>
    objectiveOf(group, floatWeights.subarray(index * groupFilters * taps, (index + 1) * groupFilters * taps)),
  );
  const fixed = request.keepZeros ? Uint8Array.from(layer.weights, (weight) => (weight === 0 ? 1 : 0)) : undefined;
  if (request.weightScales) {
    weights.set(integersOnLevels(layer, request.weightScales, weightBits, output === undefined));
    for (let filter = 0; filter < filters; filter++) {
      scales[filter] = request.weightScales[filter % request.weightScales.length]! * inputMeaning.scale;
    }
  } else if (objectives) {
    objectives.forEach((objective, group) => {
      const first = group * groupFilters;
      const part = floatWeights.subarray(first * taps, (first + groupFilters) * taps);
      const staying = fixed?.subarray(first * taps, (first + groupFilters) * taps);
      const found = searchWeights(objective, part, weightBits, rounding, output === undefined, staying);
      weights.set(found.weights, first * taps);
      scales.set(found.scales, first);
    });
  } else {
    roundNearest(floatWeights, taps, weightBits, output === undefined, weights, scales);
  }
  replaceMissingScales(weights, scales, taps);
  if (output === undefined) scales.fill(scales.reduce((most, scale) => Math.max(most, scale), 0));

  const ratios = scales.map((scale) => scale / (output?.scale ?? 1));
  const chosen = output && chooseMultipliers(ratios, request.multiplierBits, layer.name);
  if (chosen) {
    // From here on the scales are those that the multipliers really give.
    chosen.multiplier.forEach((multiplier, filter) => {
      scales[filter] = multiplier * 2 ** -chosen.shift * output.scale;
    });
  }
  if (objectives && !request.weightScales) {
    for (let filter = 0; filter < filters; filter++) {
      const objective = objectives[Math.floor(filter / groupFilters)]!;
      const q = weights.subarray(filter * taps, (filter + 1) * taps);
      const staying = fixed?.subarray(filter * taps, (filter + 1) * taps);
      descend(objective, filter % groupFilters, scales[filter]!, rounding, q, product(objective, q), staying);
    }
  }
  const bias = Int32Array.from({ length: filters }, (_, filter) => {
    const q = weights.subarray(filter * taps, (filter + 1) * taps);
    const group = statistics?.[Math.floor(filter / groupFilters)];
    const real = group
      ? group.targetMean[filter % groupFilters]! / scales[filter]! - dot(q, group.inputMean)
      : layer.bias[filter]! / scales[filter]! - inputMeaning.zeroPoint * q.reduce((sum, weight) => sum + weight, 0);
    return inAccumulator(real, filter, layer.name);
  });
  const common = {
    name: layer.name,
    inputShape: layer.inputShape,
    outputShape: layer.outputShape,
    input: request.input,
    weights,
    weightBits,
    bias,
    accumulatorBits: accumulatorBits(weights, bias, request.input),
    ...(chosen
      ? {
          output: output.format,
          outputMeaning: { scale: output.scale, zeroPoint: output.zeroPoint },
          requantization: {
            ...chosen,
            multiplierBits: request.multiplierBits,
            zeroPoint: output.zeroPoint,
            low: output.low,
            high: output.high,
          },
        }
      : {
          output: { bits: accumulatorBits(weights, bias, request.input), signed: true },
          outputMeaning: { scale: scales[0]!, zeroPoint: 0 },
        }),
  };
  return layer.kind === 'fullyConnected'
    ? { ...common, kind: 'fullyConnected' }
    : {
        ...common,
        kind: 'convolution',
        kernel: layer.kernel,
        stride: layer.stride,
        dilation: layer.dilation,
        padding: layer.padding,
        paddingValue: padsWith(inputMeaning, request.input),
        groups: layer.groups,
      };
}

function objectiveOf(statistics: LayerStatistics, floatWeights: Float64Array): Objective {
  const { taps, covariance, correlation } = statistics;
  let trace = 0;
  for (let tap = 0; tap < taps; tap++) trace += covariance[tap * taps + tap]!;
  const weight = (ridge * trace) / taps;
  const H = covariance.slice();
  for (let tap = 0; tap < taps; tap++) H[tap * taps + tap]! += weight;
  return { taps, H, c: correlation.map((value, index) => value + weight * floatWeights[index]!) };
}

function roundNearest(
  floatWeights: Float64Array,
  taps: number,
  weightBits: number,
  common: boolean,
  weights: Int8Array,
  scales: Float64Array,
): void {
  const rounding = weightRounding(weightBits);
  const together = common ? startingScales(floatWeights, weightBits)[0]! : undefined;
  for (let filter = 0; filter < scales.length; filter++) {
    const part = floatWeights.subarray(filter * taps, (filter + 1) * taps);
    const scale = together ?? startingScales(part, weightBits)[0]!;
    scales[filter] = scale;
    weights.set(
      Int8Array.from(part, (value) => rounding(value / scale)),
      filter * taps,
    );
  }
}

/** A filter of zeros has no scale of its own: it takes the layer's largest, which costs the others no precision. */
function replaceMissingScales(weights: Int8Array, scales: Float64Array, taps: number): void {
  const dead = scales.map((scale, filter) =>
    Number.isFinite(scale) && weights.subarray(filter * taps, (filter + 1) * taps).some((weight) => weight !== 0)
      ? 0
      : 1,
  );
  const largest = scales.reduce((most, scale, filter) => (dead[filter] === 0 ? Math.max(most, scale) : most), 0);
  dead.forEach((isDead, filter) => {
    if (isDead === 1) scales[filter] = largest > 0 ? largest : 1;
  });
}

function dot(q: Int8Array, values: Float64Array): number {
  return q.reduce((sum, weight, tap) => sum + weight * values[tap]!, 0);
}
