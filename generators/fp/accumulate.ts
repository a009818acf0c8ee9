import {
  bits,
  bool,
  type Bool,
  delayed,
  input,
  type Module,
  mux,
  register,
  type Signal,
  when,
  wire,
} from '../../src/hdl/index.js';
import { Chain } from './chain.js';
import type { Result } from './finish.js';
import { precisionOf, type UnitOptions, widthOf } from './float-shape.js';
import { adderLevels, multiplierLevels, reduceLevels, shifterLevels } from './levels.js';
import {
  longBits,
  longProduct,
  type LongShape,
  mergeFacts,
  placed,
  productBits,
  sumMagnitude,
  type TermFacts,
} from './long-sum.js';
import { longestRun, StageError } from './place-registers.js';
import type { Mode } from './rounding.js';
import { withTail } from './tail.js';
import { type Operands, type Surroundings, type UnitBody, type UnitHeader, unitModule } from './unit.js';
import { unpack } from './unpack.js';

/** Products that can be added before the sum could overflow: 2^(growth bits - 1). */
export const accumulatorGrowthBits = 32;

interface Term extends TermFacts {
  readonly term: Signal;
  readonly mode: Mode;
}

interface Total {
  readonly total: ReturnType<typeof placed>;
  readonly facts: TermFacts;
  readonly mode: Mode;
}

interface AccumulateParts {
  readonly header: UnitHeader;
  readonly shape: LongShape;
  readonly toTerm: Chain<Operands, Term>;
  readonly toResult: Chain<Total, Result>;
}

function partsOf(options: UnitOptions): AccumulateParts {
  const { format, flush } = options;
  const width = widthOf(format);
  const precision = precisionOf(format);
  const shape: LongShape = { format, growthBits: accumulatorGrowthBits };
  const windowBits = longBits(shape);
  const toTerm = Chain.of('unpack', 1 + reduceLevels(width), ({ a, b, mode }: Operands) => ({
    x: unpack(a, format, flush, 'a'),
    y: unpack(b, format, flush, 'b'),
    mode,
  }))
    .then('multiply', multiplierLevels(precision), ({ x, y, mode }) => ({ product: longProduct(x, y, 'term'), mode }))
    .then('place', shifterLevels(format.exponentBits + 1) + adderLevels(windowBits), ({ product, mode }): Term => {
      return { ...mergeFacts([product]), term: placed(product, shape, 'term'), mode };
    });
  const toMagnitude = Chain.of('magnitude', adderLevels(windowBits), ({ total, facts, mode }: Total) =>
    sumMagnitude(total, facts, mode, shape),
  );
  return {
    header: {
      operation: 'multiply_accumulate',
      purpose: `the sum of a * b up to in_last, rounded once; exact sum of ${productBits(format)} bits`,
      operands: [
        ['a', width, 'factor'],
        ['b', width, 'factor'],
      ],
      rounds: true,
    },
    shape,
    toTerm,
    toResult: withTail(toMagnitude, { ...options, windowBits, movesRight: false }),
  };
}

/** How many registers stand before the accumulator and how many behind it, so that the longest run is short. */
function split(parts: AccumulateParts, stages: number): { readonly before: number; readonly behind: number } {
  const before = parts.toTerm.steps.length;
  const behind = parts.toResult.steps.length;
  if (!Number.isInteger(stages) || stages < 1 || stages > 1 + before + behind) {
    throw new StageError(
      `${stages} pipeline stages cannot be filled; an accumulating unit takes from 1 to ${1 + before + behind}`,
    );
  }
  const candidates = Array.from({ length: stages }, (_, count) => ({ before: count, behind: stages - 1 - count }));
  const possible = candidates.filter((way) => way.before <= before && way.behind <= behind);
  const longest = (way: (typeof candidates)[number]): number =>
    Math.max(longestRun(parts.toTerm.steps, way.before), longestRun(parts.toResult.steps, way.behind));
  return possible.reduce((best, way) => (longest(way) < longest(best) ? way : best));
}

/**
 * Multiply-accumulate with a long accumulator: takes a product in every cycle, gives one result for every operation
 * with `in_last`, `stages` cycles after it. The order of the products does not matter.
 *
 * @throws StageError unless 1 ≤ stages ≤ the places for registers
 */
export function accumulateUnit(options: UnitOptions): Module {
  const parts = partsOf(options);
  const { before, behind } = split(parts, options.stages);
  const timing = `a product every cycle; result ${options.stages} cycles after the last product`;
  return unitModule(parts.header, options, timing, (surroundings) =>
    accumulate(parts, before, behind, options, surroundings),
  );
}

/** Registers that a unit of these options can take. */
export function accumulateStages(options: UnitOptions): number {
  const { toTerm, toResult } = partsOf(options);
  return 1 + toTerm.steps.length + toResult.steps.length;
}

function accumulate(
  { shape, toTerm, toResult }: AccumulateParts,
  before: number,
  behind: number,
  { handshake }: UnitOptions,
  { operands, inValid, allow }: Surroundings,
): UnitBody {
  const inLast = input(bool(), { comment: 'last product of a sum' });
  const advance = wire(bool(), { comment: 'all stages move' });
  const later = (signal: Signal<Bool>, cycles: number, name: string): Signal<Bool> => {
    let past = signal;
    for (let cycle = 1; cycle <= cycles; cycle += 1) {
      past = delayed(past, { reset: 0, enable: advance, name: `${name}_${cycle}` });
    }
    return past;
  };
  const arrives = later(inValid, before, 'valid_term');
  const last = later(inLast, before, 'last_term');
  const { term, mode, ...facts } = toTerm.build(operands, before, advance);

  const starts = register(bool(), { reset: 1, comment: 'the next product is the first of its sum' });
  const sum = register(bits(longBits(shape)), { comment: 'exact sum' });
  const complete = register(bool(), { reset: 0, comment: 'the sum is complete' });
  const held = factRegisters();
  const heldMode = typeof mode === 'number' ? undefined : register(bits(3), { name: 'mode_of_sum' });
  when(advance, () => {
    complete.next(arrives.and(last));
    when(arrives, () => {
      starts.next(last);
      sum.next(mux(starts, term.asUnsigned(), sum.add(term.asUnsigned())));
      for (const [field, register_] of held) {
        register_.next(mux(starts, facts[field], register_.or(facts[field])));
      }
      if (heldMode !== undefined && typeof mode !== 'number') heldMode.next(mode.asUnsigned());
    });
  });

  const total: Total = {
    total: sum,
    facts: Object.fromEntries(held) as unknown as TermFacts,
    mode: heldMode ?? mode,
  };
  const valid = later(complete, behind, 'valid_result');
  advance.connect(handshake === 'stream' ? allow.or(valid.not()) : allow);
  return { ...toResult.build(total, behind, advance), valid, ready: advance, inputs: { inLast } };
}

type FactRegister = ReturnType<typeof register<ReturnType<typeof bool>>>;

function factRegisters(): (readonly [keyof TermFacts, FactRegister])[] {
  const fields = ['nan', 'invalid', 'positiveInfinity', 'negativeInfinity', 'positive', 'negative'] as const;
  return fields.map((field) => [field, register(bool(), { name: `sum_${field}` })] as const);
}
