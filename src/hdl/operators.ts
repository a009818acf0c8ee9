import { currentModule, report } from './context.js';
import { captureLocator } from './locate.js';
import { coerce, constant, type Operand, Signal } from './signal.js';
import { bits, type Bits, type LeafType } from './types.js';

/** `whenTrue` where `condition` (1 bit) holds, else `whenFalse`; both have one type, at least one is a signal. */
export function mux<T extends LeafType>(condition: Signal, whenTrue: Signal<T>, whenFalse: Operand<T>): Signal<T>;
export function mux<T extends LeafType>(condition: Signal, whenTrue: Operand<T>, whenFalse: Signal<T>): Signal<T>;
export function mux(condition: Signal, whenTrue: Operand, whenFalse: Operand): Signal {
  const model = whenTrue instanceof Signal ? whenTrue : whenFalse;
  if (!(model instanceof Signal))
    throw new TypeError('mux() of two literals has no width: make one a constant(type, value)');
  const other = () => 'the other arm';
  const decision = asCondition(condition);
  const arms = [coerce(whenFalse, model.expression, other), coerce(whenTrue, model.expression, other)] as const;
  // A decision that is known folds, so that generators need no special case for sizes of one.
  if (decision.kind === 'constant') return new Signal(model.type, arms[Number(decision.value) as 0 | 1]);
  return new Signal(model.type, {
    kind: 'mux',
    condition: decision,
    whenTrue: arms[1],
    whenFalse: arms[0],
    width: model.width,
    signed: model.signed,
    locator: captureLocator(),
  });
}

/** Parts side by side, the most significant first; unsigned. */
export function concat(...parts: readonly Signal[]): Signal<Bits> {
  if (parts.length === 0) throw new TypeError('concat() of nothing has no width');
  if (parts.length === 1) return parts[0]!.asUnsigned();
  const width = parts.reduce((sum, part) => sum + part.width, 0);
  return new Signal(bits(width), {
    kind: 'concat',
    parts: parts.map((part) => part.expression),
    width,
    signed: false,
    locator: captureLocator(),
  });
}

/** Elements as one word, element 0 at the bottom: what `Signal.select` takes apart. */
export function pack(elements: readonly Signal[]): Signal<Bits> {
  return concat(...elements.toReversed());
}

/** The word as `count` equal elements, element 0 at the bottom. */
export function unpack(word: Signal, count: number): Signal<Bits>[] {
  const width = word.width / count;
  return Array.from({ length: count }, (_, index) => word.slice((index + 1) * width - 1, index * width));
}

/** Element `index` of a vector of signals of one width. */
export function at(elements: readonly Signal[], index: Signal): Signal<Bits> {
  const width = elements[0]?.width;
  if (width === undefined) throw new TypeError('at() of an empty vector');
  return elements.length === 1 ? elements[0]!.asUnsigned() : pack(elements).select(index, width);
}

/** Sum of signals of one sign in the fewest bits that hold every sum, as a balanced tree. */
export function sum(terms: readonly Signal[]): Signal {
  if (terms.length === 0) throw new TypeError('sum() of nothing has no width');
  if (terms.length === 1) return terms[0]!;
  const middle = Math.ceil(terms.length / 2);
  const left = sum(terms.slice(0, middle));
  const right = sum(terms.slice(middle));
  const width = Math.max(left.width, right.width) + 1;
  return left.resize(width).add(right.resize(width));
}

/** The signal as a condition: reports HDL0101 where it is not 1 bit. */
export function asCondition(condition: Signal): Signal['expression'] {
  if (condition.width !== 1) {
    report('HDL0101', `a condition has 1 bit, this has ${condition.width}`, {
      hint: 'any() or equals() makes one bit',
    });
    return constant(bits(1), 0).expression;
  }
  if (condition.owner !== currentModule()) {
    report('HDL0105', `a signal of module ${condition.owner.name} is used in module ${currentModule().name}`, {
      hint: 'signals pass between modules through ports',
    });
  }
  return condition.expression;
}
