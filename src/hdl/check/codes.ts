import type { Diagnostic } from '../diagnostics.js';

/** One row of the table of findings. */
export interface CodeDescription {
  readonly severity: Diagnostic['severity'];
  readonly title: string;
  /** Short name of the check: a signal or memory with this tag, or with the code as a tag, is exempt. */
  readonly tag: string;
  /** What the finding means and why it matters; for the documentation. */
  readonly meaning: string;
}

function error(title: string, tag: string, meaning: string): CodeDescription {
  return { severity: 'error', title, tag, meaning };
}

function warning(title: string, tag: string, meaning: string): CodeDescription {
  return { severity: 'warning', title, tag, meaning };
}

/**
 * Every finding that the construction language can report. 01xx: an expression is built wrongly; 02xx: drivers;
 * 03xx: paths; 04xx: unused objects; 05xx: names; 06xx: cases; 07xx: memories; 08xx: instances.
 */
export const codes = {
  HDL0101: error(
    'width mismatch',
    'width',
    'Two values that must have one width differ. Nothing is extended or cut silently: resize one of them.',
  ),
  HDL0102: error(
    'sign mismatch',
    'sign',
    'A signed and an unsigned value meet in an operation that needs one sign. Reinterpret one of them.',
  ),
  HDL0103: error(
    'constant does not fit',
    'constant',
    'A constant needs more bits than the value it stands beside, or a negative constant meets an unsigned value.',
  ),
  HDL0104: error('slice out of range', 'slice', 'A slice or bit select names bits that its operand does not have.'),
  HDL0105: error(
    'foreign signal',
    'foreign',
    'A signal of another module is used. Signals pass from module to module through ports only.',
  ),
  HDL0106: error('invalid width', 'width', 'A width, count, depth or stride is not a positive integer.'),
  HDL0107: error(
    'signal used as a value',
    'value',
    'A signal stands where JavaScript needs a value now (if, &&, ===, a template). Use when, and, equal.',
  ),
  HDL0108: error(
    'enumeration mismatch',
    'enumeration',
    'A value of one enumeration meets a value of another, or a plain number is used for a member.',
  ),
  HDL0109: error('no clock', 'clock', 'A register, memory port or assertion stands in a module without a clock.'),
  HDL0110: error(
    'outside a module',
    'outside',
    'A signal, statement or instance is made while no module is being elaborated.',
  ),
  HDL0111: error('not assignable', 'target', 'The left side of an assignment is not a wire, output or register.'),
  HDL0112: error(
    'wrong operand',
    'operand',
    'An operand has a type the operation does not take, such as a condition that is not one bit wide.',
  ),

  HDL0201: error(
    'undriven',
    'undriven',
    'Nothing drives the signal: it has no statement, instance, memory or default.',
  ),
  HDL0202: error('partly driven', 'undriven', 'Some bits of the signal are driven, others never are.'),
  HDL0203: error(
    'several drivers',
    'drivers',
    'Two drivers claim one bit. Each bit has one driver, or statements of which the later is more conditional.',
  ),
  HDL0204: error(
    'dead assignment',
    'dead',
    'An assignment can never take effect, because a later one that always executes replaces it.',
  ),
  HDL0205: error('input assigned', 'drivers', 'An input port is driven from inside its own module.'),
  HDL0206: error(
    'latch',
    'latch',
    'A combinational signal without default keeps its old value on a path that does not assign it.',
  ),

  HDL0301: error('combinational loop', 'combinationalLoop', 'A bit depends on itself without a register between.'),
  HDL0302: error(
    'clock crossing',
    'clockCrossing',
    'A value of one clock is sampled by another with no synchroniser between. Synchronise it, or tag the signal.',
  ),

  HDL0401: warning('unused signal', 'unused', 'A wire or register is never read, except to compute itself.'),
  HDL0402: warning('unused instance', 'unused', 'No output of the instance is read.'),
  HDL0403: warning('unused input', 'unused', 'The module never reads this input port.'),

  HDL0501: error(
    'reserved name',
    'name',
    'A port, parameter or module has a name that Verilog or SystemVerilog reserves.',
  ),
  HDL0502: error('duplicate name', 'name', 'Two ports or parameters of one module have one name.'),
  HDL0503: error(
    'illegal name',
    'name',
    'A name is not an identifier: a letter or underscore, then letters, digits, underscores or $.',
  ),
  HDL0504: warning(
    'names differ by case only',
    'name',
    'Tools and file systems that ignore case take two names for one.',
  ),

  HDL0601: error('duplicate case', 'case', 'One label stands twice in a switch.'),
  HDL0602: error(
    'label does not fit',
    'case',
    'A label is wider than the subject, negative, or no member of its enumeration.',
  ),
  HDL0603: warning('constant condition', 'constantCondition', 'A condition is a constant: one branch is dead.'),
  HDL0604: error('incomplete switch', 'case', 'A switch over an enumeration lacks members and has no otherwise.'),
  HDL0605: warning('dead case', 'case', 'The subject can never have the value of this label.'),

  HDL0701: error('memory without content', 'memory', 'A memory has neither a write port nor an image.'),
  HDL0702: warning('memory never read', 'unused', 'A memory has no read port, or nothing uses the words it reads.'),
  HDL0703: error('image length', 'memory', 'An image does not have exactly as many words as its memory.'),
  HDL0704: warning(
    'memory written by two clocks',
    'clockCrossing',
    'Write ports of one memory belong to different clocks: few targets have such a memory.',
  ),
  HDL0705: warning(
    'index can exceed',
    'index',
    'A select has an index that can reach beyond its last element and then gives unspecified bits.',
  ),
  HDL0706: error('image word does not fit', 'memory', 'A word of an image is negative or wider than its memory.'),

  HDL0801: error('input not connected', 'port', 'An instance leaves an input port of its module open.'),
  HDL0802: error('unknown port', 'port', 'An instance connects a port that its module does not have.'),
  HDL0803: error('port width mismatch', 'port', 'The value at a port and the port differ in width.'),
  HDL0804: error(
    'unknown parameter',
    'parameter',
    'An instance sets a parameter or image that its module does not have.',
  ),
  HDL0805: error(
    'image missing',
    'parameter',
    'A memory takes its image from a parameter for which the instance gives none.',
  ),
} as const satisfies Record<`HDL${string}`, CodeDescription>;

export type DiagnosticCode = keyof typeof codes;

export interface DiagnosticDetails {
  readonly message: string;
  readonly locator: Diagnostic['locator'];
  readonly notes?: Diagnostic['notes'];
  readonly hint?: string;
}

/** A finding of `code`, with severity and title from the table. */
export function diagnostic(code: DiagnosticCode, details: DiagnosticDetails): Diagnostic {
  const { severity, title } = codes[code];
  return {
    code,
    severity,
    title,
    message: details.message,
    locator: details.locator,
    notes: details.notes ?? [],
    ...(details.hint === undefined ? {} : { hint: details.hint }),
  };
}
