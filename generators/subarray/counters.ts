import { type Bits, bits, type Bool, outputOf, type Output, register, type Signal, when } from '../../src/hdl/index.js';
import type { Control, Requests } from './control.js';
import type { RowOperation, SubarrayShape } from './shape.js';

export interface Counters {
  readonly senseCount: Output<Bits>;
  readonly writeCount?: Output<Bits>;
  readonly operationCount?: Readonly<Partial<Record<RowOperation, Output<Bits>>>>;
}

/**
 * What the array did since reset, for simulation and for cost models (energy is a count times that of one operation):
 * all senses, the senses of two rows by operation, and row writes. 32 bits; a counter that is full stays full.
 */
export function counters({ operations }: SubarrayShape, { operands }: Requests, control: Control): Counters {
  const { senseStarts, writeStarts } = control;
  return {
    senseCount: countOf(senseStarts, 'sense_counter', 'senses since reset'),
    ...(writeStarts && { writeCount: countOf(writeStarts, 'write_counter', 'row writes since reset') }),
    ...(operands && {
      operationCount: Object.fromEntries(
        operations.map((kind) => [
          kind,
          countOf(senseStarts.and(operands.operation.is(kind)), `${kind}_counter`, `${kind} of two rows since reset`),
        ]),
      ),
    }),
  };
}

function countOf(event: Signal<Bool>, name: string, comment: string): Output<Bits> {
  const count = register(bits(32), { reset: 0, name });
  when(event.and(count.all().not()), () => count.next(count.add(1)));
  return outputOf(count, { comment });
}
