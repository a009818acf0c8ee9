import { currentModule } from '../../src/hdl/context.js';
import {
  bits,
  type Bits,
  blackBox,
  type Bool,
  bool,
  constant,
  enumeration,
  input,
  type Input,
  instance,
  type Module,
  output,
  type Output,
  type Signal,
  switchOver,
  wire,
} from '../../src/hdl/index.js';
import type { Control, Requests } from './control.js';
import { rowContent, rowNumber, rowOperations, type SenseOperation, type SubarrayShape } from './shape.js';

/** Size of a macro. One macro serves every array of its size: it can do all operations, whatever a design uses. */
export type MacroSize = Pick<SubarrayShape, 'rows' | 'columns'>;

/** Pins that ask something of the macro; sampled at the rising edge of `clk`. */
export interface MacroInputs {
  readonly sense: Input<Bool>;
  readonly row: Input<Bits>;
  readonly rowB: Input<Bits>;
  readonly operation: Input<SenseOperation>;
  readonly write: Input<Bool>;
  readonly writeRow: Input<Bits>;
  readonly writeData: Input<Bits>;
  readonly writeMask: Input<Bits>;
}
export type MacroPins = MacroInputs & { readonly sensed: Output<Bits> };

/** Name of the macro in Verilog, Liberty and LEF. */
export function macroName({ rows, columns }: MacroSize): string {
  return `sot_mram_${rows}x${columns}`;
}

/** Header lines that the black box and its simulation model share. */
export function macroDocumentation({ rows, columns }: MacroSize): string[] {
  return [
    `SOT-MRAM macro of ${rows} rows x ${columns} columns`,
    'non-volatile: powers up with the rows written last; those of a new macro are unknown',
    `operation: 0 read; rows row and row_b: ${rowOperations.map((kind, index) => `${index + 1} ${kind}`).join(', ')}`,
  ];
}

export function macroInputs(size: MacroSize): MacroInputs {
  return {
    sense: input(bool(), { comment: 'start sensing' }),
    row: input(rowNumber(size), { comment: 'word line' }),
    rowB: input(rowNumber(size), { comment: 'second word line; of no effect in a read' }),
    operation: input(macroOperation, { comment: 'reference of the sense amplifiers' }),
    write: input(bool(), { comment: 'start writing' }),
    writeRow: input(rowNumber(size)),
    writeData: input(rowContent(size)),
    writeMask: input(rowContent(size), { comment: '1: the column is written' }),
  };
}

/** All the operations in the codes of the macro. */
export const macroOperation: SenseOperation = enumeration('MacroOperation', ['read', ...rowOperations]);

const macros = new Map<string, Module<MacroPins & Readonly<Record<string, Input | Output>>>>();

/** The macro of a size as a black box; its layout and timing come from elsewhere. */
export function subarrayMacro(size: MacroSize): Module<MacroPins & Readonly<Record<string, Input | Output>>> {
  const name = macroName(size);
  const known = macros.get(name);
  if (known !== undefined) return known;
  const made = blackBox(name, { documentation: [`${name}: black box`, ...macroDocumentation(size)] }, () => {
    // Nothing in a black box uses the clock, yet the macro has one.
    currentModule().domain(false);
    return { ...macroInputs(size), sensed: output(rowContent(size), { comment: "the sense amplifiers' latch" }) };
  });
  macros.set(name, made);
  return made;
}

/** The array as an instance of the macro of its size; pins that the array has no port for are tied. */
export function asicBody(shape: SubarrayShape, { row, operands, writing }: Requests, control: Control): Signal<Bits> {
  const { senseStarts, writeStarts } = control;
  const macro = instance(subarrayMacro(shape), { name: 'macro' });
  macro.sense.connect(senseStarts);
  macro.row.connect(row);
  macro.rowB.connect(operands?.rowB ?? 0);
  macro.operation.connect(operands === undefined ? 'read' : inMacroCodes(shape, operands.operation));
  macro.write.connect(writeStarts ?? false);
  macro.writeRow.connect(writing?.writeRow ?? 0);
  macro.writeData.connect(writing?.writeData ?? 0);
  macro.writeMask.connect(writing?.writeMask ?? constant(bits(1), 1).repeat(shape.columns));
  return macro.sensed;
}

/** The operation in the codes of the macro, which knows all of them. */
function inMacroCodes({ operations }: SubarrayShape, operation: Signal<SenseOperation>): Signal<SenseOperation> {
  if (operations.length === rowOperations.length) return operation;
  const code = wire(macroOperation, { name: 'macro_operation' });
  switchOver(operation, Object.fromEntries(operations.map((kind) => [kind, () => code.connect(kind)])), () =>
    code.connect('read'),
  );
  return code;
}
