import { constantInts, intAttribute, intsAttribute, normaliseAxis, stringAttribute } from '../float/operator.js';
import { padFill, padsOf } from '../float/operators/movement.js';
import { planeWindow, type Window, windowOf } from '../float/window.js';
import type { Padding } from '../network.js';
import { perChannel } from './affine.js';
import { addPadding, type Chain, mapOf, NO_PADDING, paddingOf } from './chain.js';
import { outputRange } from './clamp.js';
import type { Step } from './step.js';
import { Unsupported } from './support.js';

const PAD_ADVICE = 'use the padding of the layer itself';

/** Pad of zeros: taken by the convolution or pool after it. */
export function lowerPad(chain: Chain, step: Step): void {
  if (stringAttribute(step.context, 'mode', 'constant') !== 'constant' || padFill(step.inputs, step.context) !== 0) {
    throw new Unsupported('it pads with other values than zero', PAD_ADVICE);
  }
  if (chain.pending !== undefined && chain.pending.shift.some((t) => t !== 0)) {
    throw new Unsupported(
      'a shift before it cannot be merged into a layer',
      'put the BatchNormalization after the convolution',
    );
  }
  chain.takeMap();
  const { before, after } = padsOf(step.inputs, step.context);
  const spatial = chain.view.length - 1;
  const all = [...before, ...after];
  const outside = all.length / 2 - spatial;
  if (all.some((cells, i) => cells < 0 || (i % before.length < outside && cells !== 0))) {
    throw new Unsupported('it pads channels or cuts cells off', 'pad rows and columns only');
  }
  const own: Padding =
    spatial === 1
      ? [0, before.at(-1)!, 0, after.at(-1)!]
      : [before.at(-2)!, before.at(-1)!, after.at(-2)!, after.at(-1)!];
  chain.padding = addPadding(chain.padding, own);
}

export function lowerPool(chain: Chain, step: Step): void {
  const { node, context } = step;
  const kind = node.operator === 'MaxPool' ? 'maximumPool' : 'averagePool';
  chain.takeMap();
  const window = planeWindow(
    windowOf(context, chain.paddedSizes(), intsAttribute(context, 'kernel_shape') ?? []),
    context,
  );
  if (window.dilation.some((step, d) => step !== 1 && window.kernel[d] !== 1)) {
    throw new Unsupported('the pool is dilated', 'use a pool without dilation');
  }
  const own = paddingOf(window);
  const absorbed = chain.padding;
  const countsOwn = intAttribute(context, 'count_include_pad', 0) !== 0;
  const padded = (padding: Padding): boolean => padding.some((cells) => cells !== 0);
  if (padded(absorbed)) {
    if (kind === 'maximumPool') expectHarmless(chain, window);
    else if (padded(own) && !countsOwn)
      throw new Unsupported('a Pad before an average that does not count its own', PAD_ADVICE);
  }
  const countPadding = kind === 'averagePool' && (countsOwn || padded(absorbed));
  const reach = reachOf(window);
  if (countPadding && (reach[2] > own[2] || reach[3] > own[3])) {
    throw new Unsupported('ceil_mode with counted padding', 'use ceil_mode = 0');
  }
  pushPool(chain, step, {
    kind,
    kernel: pair(window.kernel),
    stride: pair(window.stride),
    padding: addPadding(absorbed, reach),
    countPadding,
  });
}

export function lowerGlobalPool(chain: Chain, step: Step): void {
  const [, height, width] = chain.takeMap();
  if (step.node.operator === 'ReduceMean') expectSpatialAxes(chain, step);
  if (chain.padding !== NO_PADDING) throw new Unsupported('a Pad before a global pool', 'leave the Pad out');
  pushPool(chain, step, {
    kind: step.node.operator === 'GlobalMaxPool' ? 'maximumPool' : 'averagePool',
    kernel: [height, width],
    stride: [1, 1],
    padding: NO_PADDING,
    countPadding: false,
  });
}

interface PoolGeometry {
  readonly kind: 'maximumPool' | 'averagePool';
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: Padding;
  readonly countPadding: boolean;
}

function pushPool(chain: Chain, step: Step, geometry: PoolGeometry): void {
  const inputShape = chain.map;
  const outputShape = mapOf(step.shape.slice(1), 'the feature map');
  const pending = chain.pending;
  if (chain.quantized !== undefined && geometry.kind === 'averagePool') {
    throw new Unsupported('it averages quantised integers', 'dequantise first (QDQ)');
  }
  if (pending !== undefined) {
    const scale = perChannel(pending.scale, inputShape);
    const shift = perChannel(pending.shift, inputShape);
    const keepsOrder = geometry.kind === 'averagePool' || scale?.every((s) => s > 0) === true;
    const keepsShift = !geometry.countPadding || shift?.every((t) => t === 0) === true;
    if (scale === undefined || shift === undefined || !keepsOrder || !keepsShift) {
      throw new Unsupported('the scaling before it cannot be merged into a layer', 'scale right after the convolution');
    }
    // A pool commutes with the scaling of a channel, which so goes on to the next layer.
    const inner = outputShape[1] * outputShape[2];
    const spread = (values: Float64Array): Float64Array =>
      Float64Array.from({ length: values.length * inner }, (_, i) => values[Math.floor(i / inner)]!);
    chain.pending = { scale: spread(scale), shift: spread(shift) };
  }
  chain.push({ name: step.node.name, inputShape, outputShape, ...geometry }, step.shape);
}

/** Zeros of a Pad never win a maximum where nothing is negative and each window sees a real cell. */
function expectHarmless(chain: Chain, window: Window): void {
  const [top, left, bottom, right] = chain.padding;
  const seen =
    top < window.kernel[0]! && bottom < window.kernel[0]! && left < window.kernel[1]! && right < window.kernel[1]!;
  const pending = chain.pending === undefined;
  if (outputRange(chain, chain.drafts.length - 1).low >= 0 && seen && pending) return;
  throw new Unsupported('zeros of a Pad may be larger than what a maximum pool sees', PAD_ADVICE);
}

/** The padding with which the plain formula, rounded down, gives the window's output: ceil_mode needs more at the end. */
function reachOf(window: Window): Padding {
  const [top, left, bottom, right] = paddingOf(window);
  const needed = (d: number): number =>
    (window.output[d]! - 1) * window.stride[d]! + window.kernel[d]! - window.input[d]! - window.before[d]!;
  return [top, left, Math.max(bottom, needed(0)), Math.max(right, needed(1))];
}

function expectSpatialAxes(chain: Chain, step: Step): void {
  const rank = step.inputs[0]!.shape.length;
  const named =
    step.context.opset >= 18 ? constantInts(step.inputs, 1, step.context) : intsAttribute(step.context, 'axes');
  const axes = (named ?? []).map((axis) => normaliseAxis(axis, rank, step.context)).sort((a, b) => a - b);
  const spatial = Array.from({ length: chain.view.length - 1 }, (_, d) => d + rank - chain.view.length + 1);
  if (axes.join() !== spatial.join()) {
    throw new Unsupported('it averages over other dimensions than rows and columns', 'use GlobalAveragePool');
  }
}

function pair(list: readonly number[]): [number, number] {
  return [list[0]!, list[1]!];
}
