/** Several subarrays in one design, each in all bodies that its shape can have, side by side on common inputs. */
import {
  subarray,
  subarrayMacroModel,
  senseOperation,
  type SubarrayBody,
  type SubarrayShape,
} from '../../../generators/subarray.js';
import {
  bits,
  bitsFor,
  bool,
  defineModule,
  document,
  emit,
  input,
  type Input,
  instance,
  type Output,
  outputOf,
  type PortTree,
} from '../../../src/hdl/index.js';

/** A shape for all bodies; with `words` the array starts from an image, and has no body `asic`. */
export interface BenchArray extends Omit<SubarrayShape, 'body' | 'image'> {
  readonly words?: readonly bigint[];
}

export function bodiesOf({ words }: BenchArray): SubarrayBody[] {
  return words === undefined ? ['behavioural', 'fpga', 'asic'] : ['behavioural', 'fpga'];
}

/** Ports `<name>_<request>` for the inputs, `<name>_<body>_<output>` for what each body answers. */
const benchModule = defineModule('subarray_bench', (arrays: Readonly<Record<string, BenchArray>>) => {
  document('subarray_bench: subarrays of all bodies on common inputs');
  return Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, place(name, array)]));
});

function place(name: string, array: BenchArray): PortTree {
  const { words, ...shape } = array;
  const row = bits(bitsFor(array.rows));
  const requests = { sense: input(bool()), row: input(row) };
  const operands = shape.operations.length > 0 && {
    rowB: input(row),
    operation: input(senseOperation(shape.operations)),
  };
  const writing = shape.writable && {
    write: input(bool()),
    writeRow: input(row),
    writeData: input(bits(array.columns)),
    ...(shape.writeMask && { writeMask: input(bits(array.columns)) }),
  };
  const all: Record<string, Input> = { ...requests, ...operands, ...writing };
  const answers = bodiesOf(array).map((body) => {
    const image = words !== undefined;
    const module = subarray({ ...shape, body, image });
    const placed = instance(module, {
      name: `${name}_${body}`,
      ...(image && { images: { IMAGE: { file: `${name}.mem`, words } } }),
    });
    const inputs = placed as unknown as Readonly<Record<string, { connect(value: Input): void }>>;
    for (const [port, value] of Object.entries(all)) inputs[port]!.connect(value);
    const { sensed, busy, senseCount, writeCount, operationCount } = placed;
    const answer: Record<string, Output> = {
      sensed: outputOf(sensed),
      ...(busy && { busy: outputOf(busy) }),
      ...(senseCount && { senseCount: outputOf(senseCount) }),
      ...(writeCount && { writeCount: outputOf(writeCount) }),
    };
    for (const [kind, count] of Object.entries(operationCount ?? {})) answer[`${kind}Count`] = outputOf(count);
    return [body, answer] as const;
  });
  return { ...all, ...Object.fromEntries(answers) };
}

/** Verilog of the bench with the simulation models of the macros in place of their black boxes; images by file. */
export function emitBench(arrays: Readonly<Record<string, BenchArray>>) {
  const design = emit(benchModule(arrays), { blackBoxStubs: false });
  const models = new Map(
    Object.values(arrays)
      .filter(({ words }) => words === undefined)
      .map(({ rows, columns, readCycles }) => {
        const model = emit(subarrayMacroModel({ rows, columns, readCycles })).modules[0]!;
        return [model.file, model.text] as const;
      }),
  );
  const modules = design.modules.map(({ file, text }) => [file, text] as const);
  return {
    top: design.topName,
    sources: [...modules, ...models].map(([name, text]) => ({ name, text })),
    images: design.images.map(({ file, text }) => ({ name: file, text })),
  };
}
