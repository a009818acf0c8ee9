import type { Diagnostic } from '../diagnostics.js';
import type { AssignIr, InstanceIr, ModuleIr, SignalIr, StatementIr } from '../ir.js';
import type { Locator } from '../locator.js';
import { allBits, type BitRanges, bitRange, describeBits, intersectBits, noBits, subtractBits } from './bit-ranges.js';
import type { CoverageAnalysis } from './coverage.js';
import { declaration, type Reporter } from './reporter.js';
import { allStatements } from './walk.js';

/** A driver of a whole signal that is no statement. */
export interface WholeDriver {
  readonly what: () => string;
  readonly locator: Locator;
}

/** Instance outputs and memory read ports, by the signal that they drive. */
export function wholeDrivers(module: ModuleIr, reporter: Reporter): Map<SignalIr, WholeDriver[]> {
  const result = new Map<SignalIr, WholeDriver[]>();
  const add = (signal: SignalIr, driver: WholeDriver): void => {
    const drivers = result.get(signal);
    if (drivers === undefined) result.set(signal, [driver]);
    else drivers.push(driver);
  };
  for (const instance of module.instances) {
    for (const [port, signal] of instance.outputs) {
      add(signal, { what: () => reporter.connection(instance, 'output', port), locator: instance.locator });
    }
  }
  for (const memory of module.memories) {
    for (const port of memory.reads) {
      add(port.data, { what: () => `a read port of memory ${reporter.name(memory)}`, locator: port.locator });
    }
  }
  return result;
}

function ofBits(bits: BitRanges, signal: SignalIr): string {
  return subtractBits(allBits(signal.width), bits).length === 0 ? '' : `${describeBits(bits)} of `;
}

function isOrAre(bits: BitRanges, signal: SignalIr): 'is' | 'are' {
  return ofBits(bits, signal).startsWith('bits') ? 'are' : 'is';
}

/** The instance input for which a wire was made, by that wire. */
function connectedInputs(module: ModuleIr): Map<SignalIr, { readonly instance: InstanceIr; readonly port: string }> {
  const result = new Map<SignalIr, { readonly instance: InstanceIr; readonly port: string }>();
  for (const instance of module.instances) {
    for (const [port, value] of instance.inputs) {
      if (value.kind === 'reference' && value.signal.locator === instance.locator) {
        result.set(value.signal, { instance, port });
      }
    }
  }
  return result;
}

/** Undriven and partly driven signals. */
export function checkUndriven(
  module: ModuleIr,
  coverage: CoverageAnalysis,
  whole: ReadonlyMap<SignalIr, readonly WholeDriver[]>,
  reporter: Reporter,
): void {
  const assigned = coverage.ofBlock(module.statements);
  const inputs = connectedInputs(module);
  for (const signal of [...module.ports, ...module.signals]) {
    const settled = signal.kind === 'register' ? signal.reset !== undefined : signal.default !== undefined;
    if (signal.kind === 'input' || settled || whole.has(signal)) continue;
    const missing = subtractBits(allBits(signal.width), assigned.get(signal)?.sometimes ?? noBits);
    if (missing.length === 0) continue;
    const name = reporter.name(signal);
    const connected = inputs.get(signal);
    if (ofBits(missing, signal) === '' && connected !== undefined) {
      const message = `${reporter.connection(connected.instance, 'input', connected.port)} is not connected`;
      const hint = `connect a value of ${signal.width} bits`;
      reporter.report('HDL0801', { message, locator: connected.instance.locator, hint }, signal);
    } else if (ofBits(missing, signal) === '') {
      const hint =
        signal.kind === 'register'
          ? 'assign its next value, or give it a reset value if it is a constant'
          : 'assign it, or give it a default';
      reporter.report('HDL0201', { message: `nothing drives ${name}`, locator: signal.locator, hint }, signal);
    } else {
      const message = `nothing drives ${describeBits(missing)} of ${name}, which has ${signal.width} bits`;
      reporter.report(
        'HDL0202',
        {
          message,
          locator: signal.locator,
          hint:
            signal.kind === 'register'
              ? 'assign all bits, or give it a reset value'
              : 'assign all bits, or give it a default',
        },
        signal,
      );
    }
  }
}

/** Inputs that are driven, signals with two whole drivers, and whole drivers beside statements. */
export function checkSeveralDrivers(
  module: ModuleIr,
  whole: ReadonlyMap<SignalIr, readonly WholeDriver[]>,
  reporter: Reporter,
): void {
  for (const [signal, drivers] of whole) {
    const [first, second] = drivers;
    if (signal.kind === 'input') {
      reportInput(signal, first!.locator, reporter);
    } else if (second !== undefined) {
      reporter.report(
        'HDL0203',
        {
          message: `${reporter.name(signal)} is driven by ${second.what()} and by ${first!.what()}`,
          locator: second.locator,
          notes: [{ message: first!.what(), locator: first!.locator }, declaration(reporter, signal)],
          hint: 'give each driver a wire of its own',
        },
        signal,
      );
    }
  }
  const told = new Set<SignalIr>();
  for (const statement of allStatements(module.statements)) {
    if (statement.kind !== 'assign') continue;
    const { signal, high, low } = statement.target;
    if (signal.kind === 'input') {
      reportInput(signal, statement.locator, reporter);
      continue;
    }
    const driver = whole.get(signal)?.[0];
    if (driver === undefined || told.has(signal)) continue;
    told.add(signal);
    reporter.report(
      'HDL0203',
      {
        message: `${ofBits(bitRange(high, low), signal)}${reporter.name(signal)} ${isOrAre(bitRange(high, low), signal)} assigned here and driven by ${driver.what()}`,
        locator: statement.locator,
        notes: [{ message: driver.what(), locator: driver.locator }, declaration(reporter, signal)],
        hint: 'give each driver a wire of its own',
      },
      signal,
    );
  }
}

function reportInput(signal: SignalIr, locator: Locator, reporter: Reporter): void {
  reporter.report(
    'HDL0205',
    {
      message: `${reporter.name(signal)} is an input of this module and cannot be driven from inside`,
      locator,
      notes: [declaration(reporter, signal)],
      hint: 'make it an output, or drive a wire instead',
    },
    signal,
  );
}

/**
 * An assignment that always replaces what statements before it assign: two unconditional drivers of one bit, or a
 * conditional assignment that never takes effect.
 */
export function reportOverwritten(
  later: AssignIr,
  block: readonly StatementIr[],
  index: number,
  bits: BitRanges,
  reporter: Reporter,
): void {
  const { signal } = later.target;
  const overlaps = (assign: AssignIr): boolean =>
    assign.target.signal === signal && intersectBits(bitRange(assign.target.high, assign.target.low), bits).length > 0;
  const notes: Diagnostic['notes'][number][] = [];
  let conditional = false;
  for (const outer of block.slice(0, index)) {
    for (const statement of allStatements([outer])) {
      if (statement.kind !== 'assign' || !overlaps(statement)) continue;
      conditional ||= statement !== outer;
      notes.push({
        message: statement === outer ? 'first assigned here' : 'this assignment never takes effect',
        locator: statement.locator,
      });
    }
  }
  const place = `${ofBits(bits, signal)}${reporter.name(signal)}`;
  if (conditional) {
    reporter.report(
      'HDL0204',
      {
        message: `this always replaces the conditional assignment of ${place} before it`,
        locator: later.locator,
        notes,
        hint: 'write the default first and the exceptions after it',
      },
      signal,
    );
  } else {
    reporter.report(
      'HDL0203',
      {
        message: `${place} ${isOrAre(bits, signal)} already assigned under the same conditions`,
        locator: later.locator,
        notes,
        hint: 'keep one of the assignments, or make this one conditional',
      },
      signal,
    );
  }
}
