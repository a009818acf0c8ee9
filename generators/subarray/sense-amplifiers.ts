import { type Bits, type Signal, switchOver, wire } from '../../src/hdl/index.js';
import { rowContent, type RowOperation, type SenseOperation, type SubarrayShape } from './shape.js';

/** What one sense shows: row `first` alone, or both rows combined as `operation` says. Combinational, word-wise. */
export function senseAmplifiers(
  shape: Pick<SubarrayShape, 'columns' | 'operations'>,
  operation: Signal<SenseOperation> | undefined,
  first: Signal<Bits>,
  second: Signal<Bits> | undefined,
): Signal<Bits> {
  if (operation === undefined || second === undefined) return first;
  const combine: Readonly<Record<RowOperation, () => Signal<Bits>>> = {
    and: () => first.and(second),
    nand: () => first.and(second).not(),
    or: () => first.or(second),
    nor: () => first.or(second).not(),
    xor: () => first.xor(second),
    xnor: () => first.xor(second).not(),
  };
  const result = wire(rowContent(shape), { name: 'amplified', comment: 'what the sense amplifiers see' });
  const cases = shape.operations.map((kind) => [kind, () => result.connect(combine[kind]())] as const);
  switchOver(operation, Object.fromEntries(cases), () => result.connect(first));
  return result;
}
