import {
  bits,
  type Bits,
  bitsFor,
  type Bool,
  enumeration,
  type EnumerationType,
  type Input,
  type Output,
  type PortTree,
} from '../../src/hdl/index.js';

/** Logic that the sense amplifiers compute of two rows when two word lines are active. */
export type RowOperation = 'and' | 'nand' | 'or' | 'nor' | 'xor' | 'xnor';

/** Every row operation, in the order of the codes of the port `operation`, after `read`. */
export const rowOperations: readonly RowOperation[] = ['and', 'nand', 'or', 'nor', 'xor', 'xnor'];

export type SubarrayBody = 'behavioural' | 'fpga' | 'asic';

/** One SOT-MRAM subarray: its size, what it can do, how long that takes, and what it is made of. */
export interface SubarrayShape {
  /** Word lines, at least 2. */
  readonly rows: number;
  /** Bit lines: bits of a row, at least 1. */
  readonly columns: number;
  /** Clock cycles of one sense, at least 1. */
  readonly readCycles: number;
  /** Clock cycles of one write, at least 1; of no effect without `writable`. */
  readonly writeCycles: number;
  readonly body: SubarrayBody;
  /** Row operations beside the plain read; none: one word line is sensed at a time. */
  readonly operations: readonly RowOperation[];
  /** The array has a write port. An array of body `asic` needs it, because nothing else brings the weights in. */
  readonly writable: boolean;
  /** A mask with one bit a column: columns whose bit is 0 keep their cell. Needs `writable`. */
  readonly writeMask?: boolean;
  /** The content at power-up comes from the file named by the string parameter `IMAGE`; not for body `asic`. */
  readonly image: boolean;
  /** Saturating 32-bit counters of what the array did, as outputs. */
  readonly counters: boolean;
}

/** What the sense amplifiers are told: `read` row `row` alone, or combine it with `row_b`. */
export type SenseOperation<Operation extends RowOperation = RowOperation> = EnumerationType<'read' | Operation>;

const knownTypes = new Map<string, SenseOperation>();

/** The type of the port `operation` of an array that has these row operations. */
export function senseOperation(operations: readonly RowOperation[]): SenseOperation {
  const members = rowOperations.filter((operation) => operations.includes(operation));
  const key = members.join();
  const known = knownTypes.get(key) ?? enumeration('Operation', ['read', ...members]);
  knownTypes.set(key, known);
  return known;
}

// Type aliases, not interfaces: only these are port trees for the compiler.
type SensePorts = {
  /** Start sensing `row`. */
  readonly sense: Input<Bool>;
  readonly row: Input<Bits>;
  /** The sense amplifiers' latch: takes the result `readCycles` cycles after `sense`, then holds it. */
  readonly sensed: Output<Bits>;
  /** 1 while a sense or write of more than one cycle runs; absent when none can. */
  readonly busy?: Output<Bool>;
};
type OperationPorts<Operation extends RowOperation> = {
  readonly rowB: Input<Bits>;
  readonly operation: Input<SenseOperation<Operation>>;
};
type WritePorts = {
  readonly write: Input<Bool>;
  readonly writeRow: Input<Bits>;
  readonly writeData: Input<Bits>;
};
type MaskPort = { readonly writeMask: Input<Bits> };
type CounterPorts = { readonly senseCount: Output<Bits> };
type WriteCounterPort = { readonly writeCount: Output<Bits> };
type OperationCounterPorts<Operation extends RowOperation> = {
  readonly operationCount: { readonly [Kind in Operation]: Output<Bits> };
};

/** The ports where a flag is known to be set, none where it is known not to be, else perhaps the ports. */
type Where<Flag, Ports> = [Flag] extends [true] ? Ports : [Flag] extends [false | undefined] ? unknown : Partial<Ports>;
type IsFilled<List extends readonly unknown[]> = List extends readonly []
  ? false
  : List extends readonly [unknown, ...unknown[]]
    ? true
    : boolean;
type Both<First, Second> = [First] extends [true] ? Second : [First] extends [false] ? false : First | Second;

type AllPorts<Shape extends SubarrayShape> = SensePorts &
  Where<IsFilled<Shape['operations']>, OperationPorts<Shape['operations'][number]>> &
  Where<Shape['writable'], WritePorts> &
  Where<Shape['writeMask'], MaskPort> &
  Where<Shape['counters'], CounterPorts> &
  Where<Both<Shape['counters'], Shape['writable']>, WriteCounterPort> &
  Where<Both<Shape['counters'], IsFilled<Shape['operations']>>, OperationCounterPorts<Shape['operations'][number]>>;

/** Ports of `subarray(shape)`: those that the literal type of the shape decides are there, the others may be. */
export type SubarrayPorts<Shape extends SubarrayShape = SubarrayShape> =
  AllPorts<Shape> extends infer Ports extends PortTree ? Ports : never;

/** The type of a row number. */
export function rowNumber({ rows }: Pick<SubarrayShape, 'rows'>): Bits {
  return bits(bitsFor(rows));
}

/** The type of a row's content. */
export function rowContent({ columns }: Pick<SubarrayShape, 'columns'>): Bits {
  return bits(columns);
}

/** True when some operation of the array takes more than one cycle: then it has the port `busy`. */
export function canBeBusy({ readCycles, writable, writeCycles }: SubarrayShape): boolean {
  return readCycles > 1 || (writable && writeCycles > 1);
}

/**
 * The shape with its row operations in the order of their codes.
 *
 * @throws {RangeError} one line that names every fault of the shape and what to do.
 */
export function checkedShape(shape: SubarrayShape): SubarrayShape {
  const faults: string[] = [];
  const whole = (name: 'rows' | 'columns' | 'readCycles' | 'writeCycles', least: number): void => {
    const value = shape[name];
    if (!Number.isInteger(value) || value < least) {
      faults.push(`${name} is ${value}; give a whole number of at least ${least}`);
    }
  };
  whole('rows', 2);
  whole('columns', 1);
  whole('readCycles', 1);
  whole('writeCycles', 1);
  const { operations, body, writable, writeMask = false, image, writeCycles } = shape;
  for (const operation of new Set(operations)) {
    if (!rowOperations.includes(operation)) {
      faults.push(`'${operation}' is no row operation; they are ${rowOperations.join(', ')}`);
    }
  }
  if (new Set(operations).size < operations.length) faults.push(`operations names one twice: ${operations.join(', ')}`);
  if (writeMask && !writable) faults.push('a write mask needs writable: true');
  if (body === 'asic' && image) {
    faults.push('an image does not survive an ASIC flow; set image: false and write the rows after power-up');
  } else if (body === 'asic' && !writable) {
    faults.push('a macro powers up without content; set writable: true and write the rows after power-up');
  } else if (!image && !writable) {
    faults.push('the array has no content; set image: true or writable: true');
  }
  if (body === 'fpga' && writeMask && writeCycles < 2) {
    faults.push('a masked write to block memory reads the row first; give writeCycles of at least 2');
  }
  if (faults.length > 0) throw new RangeError(`subarray: ${faults.join('. ')}`);
  return { ...shape, writeMask, operations: rowOperations.filter((operation) => operations.includes(operation)) };
}

/** Name of the Verilog module: size, then what differs from a plain array that reads in one cycle. */
export function subarrayName(shape: SubarrayShape): string {
  const { rows, columns, readCycles, writeCycles, body, operations, writable, writeMask, counters } = shape;
  return [
    `subarray_${rows}x${columns}`,
    ...operations,
    ...(writable ? [writeMask ? 'masked' : 'writable'] : []),
    ...(canBeBusy(shape) ? [`r${readCycles}${writable ? `w${writeCycles}` : ''}`] : []),
    ...(counters ? ['counted'] : []),
    ...(body === 'behavioural' ? [] : [body]),
  ].join('_');
}
