import { clipBounds } from '../float/operators/elementwise.js';
import type { AffineQuantization, Clamp } from '../network.js';
import type { Chain } from './chain.js';
import type { Step } from './step.js';
import { Unsupported } from './support.js';

/** Relu and Clip: merged into the weighted layer before, through maximum pools, with which they commute. */
export function lowerClamp(chain: Chain, step: Step): void {
  const bounds = boundsOf(step);
  const inside = outputRange(chain, chain.drafts.length - 1);
  if (chain.pending === undefined && bounds.low <= inside.low && bounds.high >= inside.high) return;
  const advice = 'put the Relu or Clip right after the layer or its BatchNormalization';
  if (chain.pending !== undefined) throw new Unsupported('a scaling before it cannot be merged into a layer', advice);
  if (bounds.low > 0 || bounds.high < 0) {
    if (chain.padding.some((cells) => cells !== 0)) throw new Unsupported('it changes the zeros of a Pad', advice);
  }
  for (let i = chain.drafts.length - 1; i >= 0; i--) {
    const draft = chain.drafts[i]!;
    if (draft.outputQuantization !== undefined) expectOnGrid(bounds, draft.outputQuantization);
    if ('weights' in draft) {
      draft.clamp = draft.clamp === undefined ? bounds : compose(draft.clamp, bounds);
      return;
    }
    if (draft.kind === 'averagePool') {
      throw new Unsupported('it follows an average, with which it does not commute', advice);
    }
  }
  throw new Unsupported('no layer comes before it', 'clip the image outside of the network');
}

function boundsOf(step: Step): Clamp {
  if (step.node.operator === 'Relu') return { low: 0, high: Infinity };
  const { low, high } = clipBounds(
    step.inputs.map((input) => input?.constant),
    step.context,
  );
  if (Number.isNaN(low) || Number.isNaN(high)) throw new Unsupported('a bound is NaN', 'give numbers as bounds');
  return { low: Math.min(low, high), high };
}

function compose(first: Clamp, second: Clamp): Clamp {
  const through = (x: number): number => Math.min(second.high, Math.max(second.low, x));
  return { low: through(first.low), high: through(first.high) };
}

/** What values the output of a layer can have at most. */
export function outputRange(chain: Chain, index: number): Clamp {
  for (let i = index; i >= 0; i--) {
    const draft = chain.drafts[i]!;
    if ('weights' in draft) return draft.clamp ?? { low: -Infinity, high: Infinity };
    // An average of values in a range stays in it, but counted padding brings in zero.
    if (draft.kind === 'averagePool' && draft.countPadding && draft.padding.some((cells) => cells !== 0)) {
      const before = outputRange(chain, i - 1);
      return { low: Math.min(0, before.low), high: Math.max(0, before.high) };
    }
  }
  return { low: -Infinity, high: Infinity };
}

/**
 * The Relu that a quantised output is where its least integer stands for 0: quantisers leave the Relu itself out then.
 * Saturation at other values is no part of the network, but a limit of its integers.
 */
export function saturation({ zeroPoint, bits, signed }: AffineQuantization): Clamp | undefined {
  const lowest = signed ? -(2 ** (bits - 1)) : 0;
  return zeroPoint[0] === lowest ? { low: 0, high: Infinity } : undefined;
}

/** Clamping before quantising equals clamping after it only where the bound is a quantised value itself. */
function expectOnGrid(bounds: Clamp, { scale, zeroPoint, bits, signed }: AffineQuantization): void {
  const lowest = signed ? -(2 ** (bits - 1)) : 0;
  const highest = lowest + 2 ** bits - 1;
  for (const bound of [bounds.low, bounds.high]) {
    const integer = bound / scale[0]! + zeroPoint[0]!;
    const beyond = bound === bounds.low ? integer <= lowest : integer >= highest;
    if (beyond || (Number.isInteger(integer) && integer >= lowest && integer <= highest)) continue;
    throw new Unsupported('it clips a quantised tensor between two steps', 'quantise after the Relu or Clip');
  }
}
