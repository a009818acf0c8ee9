import {
  bits,
  type Bits,
  type Bool,
  constant,
  mux,
  named,
  pack,
  register,
  type Signal,
  when,
} from '../../src/hdl/index.js';
import { times } from '../counter.js';

/** Address registers; register 0 is always zero. */
const registers = 8;
const lineWidth = 9;
const incrementWidth = 13;
const incrementsPerWord = 3;

export interface AddressRequests {
  readonly clear: Signal<Bool>;
  /** The increments are added. */
  readonly changes: Signal<Bool>;
  /** Three increments: each a register (3 bits) above a signed amount (10 bits). */
  readonly increments: Signal<Bits>;
}

/** The registers that loops step through lines with; gives the line that an operand (register above line) means. */
export function addressRegisters({
  clear,
  changes,
  increments,
}: AddressRequests): (operand: Signal<Bits>) => Signal<Bits> {
  const parts = times(incrementsPerWord).map((index) => {
    const low = index * incrementWidth;
    // Sums are modulo 512: the top bit of an amount makes no difference.
    return {
      register: named(increments.slice(low + 12, low + 10), `increment_${index}_register`),
      amount: named(increments.slice(low + lineWidth - 1, low), `increment_${index}_amount`),
    };
  });
  const values = times(registers).map((index): Signal<Bits> => {
    if (index === 0) return constant(bits(lineWidth), 0);
    const value = register(bits(lineWidth), { name: `address_${index}` });
    const none = constant(bits(lineWidth), 0);
    const sum = parts.reduce<Signal<Bits>>(
      (total, part, place) =>
        named(total.add(mux(part.register.equals(index), part.amount, none)), `address_${index}_sum_${place}`),
      value,
    );
    when(clear, () => value.next(0)).elsewhen(changes, () => value.next(sum));
    return value;
  });
  const file = named(pack(values), 'address_registers');
  return (operand) => {
    const offset = file.select(operand.slice(11, 9), lineWidth);
    return operand.slice(lineWidth - 1, 0).add(offset);
  };
}
