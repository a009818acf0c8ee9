/**
 * The typed intermediate representation of a design: what elaboration produces, what the checks read, and what is
 * lowered to Verilog. Everything is immutable; every expression knows its width, sign and place in the user's source.
 *
 * Widths are settled here. Every operator states its own width rule below, and a rule that a node does not follow is a
 * bug of the builder, not of the user.
 */
import type { Locator } from './locator.js';

/** A named set of states or codes. Values are unique and fit `width` bits. */
export interface EnumerationIr {
  readonly name: string;
  readonly width: number;
  /** Member name to code, in order of declaration. */
  readonly members: ReadonlyMap<string, bigint>;
}

export type SignalKind = 'input' | 'output' | 'wire' | 'register';

/** A clock domain: registers, memory ports and assertions belong to exactly one. */
export interface ClockDomainIr {
  readonly clock: SignalIr;
  readonly edge: 'rising' | 'falling';
  /** Absent: registers of this domain have no reset. */
  readonly reset?: {
    readonly signal: SignalIr;
    readonly active: 'high' | 'low';
    readonly kind: 'synchronous' | 'asynchronous';
  };
}

/** A check that the user has switched off on one signal, by its code or its short name. */
export type CheckTag = string;

/**
 * A named value. `output` and `wire` are combinational and driven by statements, by an instance or by a memory read;
 * `register` is driven by statements and keeps its value where no statement assigns it.
 */
export interface SignalIr {
  readonly kind: SignalKind;
  /** Wanted name; the namer makes it unique and legal. Absent: derived from the source (see `declaredName`). */
  readonly name?: string;
  readonly width: number;
  readonly signed: boolean;
  readonly enumeration?: EnumerationIr;
  /** `register` only. */
  readonly domain?: ClockDomainIr;
  /** `register` only: bit pattern taken on reset and at power-up. Absent: not reset. */
  readonly reset?: bigint;
  /** `wire` and `output`: bit pattern where no statement assigns it. Absent: every path must assign. */
  readonly default?: bigint;
  /** One line for the reader of the Verilog. */
  readonly comment?: string;
  readonly tags: readonly CheckTag[];
  readonly locator: Locator;
}

interface ExpressionBase {
  readonly width: number;
  readonly signed: boolean;
  readonly locator: Locator;
}

/** `value` is the bit pattern, 0 ≤ value < 2^width, for signed constants too. */
export interface ConstantIr extends ExpressionBase {
  readonly kind: 'constant';
  readonly value: bigint;
  /** Set when the constant is a member of an enumeration. */
  readonly enumeration?: EnumerationIr;
}
export interface ReferenceIr extends ExpressionBase {
  readonly kind: 'reference';
  readonly signal: SignalIr;
}
/** not, negate: width and sign of the operand. reduce*: 1 bit, unsigned. */
export interface UnaryIr extends ExpressionBase {
  readonly kind: 'unary';
  readonly operator: 'not' | 'negate' | 'reduceAnd' | 'reduceOr' | 'reduceXor';
  readonly operand: ExpressionIr;
}
export type BinaryOperator =
  | 'add'
  | 'subtract'
  | 'and'
  | 'or'
  | 'xor'
  | 'multiply'
  | 'equal'
  | 'notEqual'
  | 'less'
  | 'lessEqual'
  | 'greater'
  | 'greaterEqual'
  | 'shiftLeft'
  | 'shiftRight';
/**
 * add, subtract, and, or, xor: both operands and the result have one width and one sign; arithmetic is modulo 2^width.
 * multiply: operands of one sign, any widths; the width is the sum of theirs, so the product is exact.
 * Comparisons: operands of one width and one sign; the result is 1 bit, unsigned. less … compare as signed if signed.
 * Shifts: width and sign of the left operand; the right operand is unsigned, of any width; bits shifted out are lost;
 * shiftRight of a signed value copies the sign. A shift by the width or more gives 0 (or all sign bits).
 */
export interface BinaryIr extends ExpressionBase {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly left: ExpressionIr;
  readonly right: ExpressionIr;
}
/** `condition` has 1 bit; both arms have the node's width and sign. */
export interface MuxIr extends ExpressionBase {
  readonly kind: 'mux';
  readonly condition: ExpressionIr;
  readonly whenTrue: ExpressionIr;
  readonly whenFalse: ExpressionIr;
}
/** Most significant part first; unsigned; the width is the sum. */
export interface ConcatIr extends ExpressionBase {
  readonly kind: 'concat';
  readonly parts: readonly ExpressionIr[];
}
/** `count` ≥ 1 copies; unsigned. */
export interface RepeatIr extends ExpressionBase {
  readonly kind: 'repeat';
  readonly count: number;
  readonly operand: ExpressionIr;
}
/** Bits high … low, both within the operand; unsigned. */
export interface SliceIr extends ExpressionBase {
  readonly kind: 'slice';
  readonly operand: ExpressionIr;
  readonly high: number;
  readonly low: number;
}
/**
 * `width` bits of the operand from bit `index · stride` up; unsigned. Operand width is a multiple of `stride`;
 * an index beyond the last element gives unspecified bits (a check warns unless the index cannot reach it).
 */
export interface SelectIr extends ExpressionBase {
  readonly kind: 'select';
  readonly operand: ExpressionIr;
  readonly index: ExpressionIr;
  readonly stride: number;
}
/** Extension by the operand's sign or truncation to `width`; keeps the sign. */
export interface ResizeIr extends ExpressionBase {
  readonly kind: 'resize';
  readonly operand: ExpressionIr;
}
/** The same bits read with the other sign. */
export interface ReinterpretIr extends ExpressionBase {
  readonly kind: 'reinterpret';
  readonly operand: ExpressionIr;
}

export type ExpressionIr =
  | ConstantIr
  | ReferenceIr
  | UnaryIr
  | BinaryIr
  | MuxIr
  | ConcatIr
  | RepeatIr
  | SliceIr
  | SelectIr
  | ResizeIr
  | ReinterpretIr;

/** Bits high … low of a wire, output or register. */
export interface TargetIr {
  readonly signal: SignalIr;
  readonly high: number;
  readonly low: number;
}
/** `value` has exactly the target's width. To a register it takes effect at the next clock edge. */
export interface AssignIr {
  readonly kind: 'assign';
  readonly target: TargetIr;
  readonly value: ExpressionIr;
  readonly locator: Locator;
}
export interface IfIr {
  readonly kind: 'if';
  readonly condition: ExpressionIr;
  readonly then: readonly StatementIr[];
  readonly otherwise: readonly StatementIr[];
  readonly locator: Locator;
}
export interface SwitchCaseIr {
  /** Bit patterns of the subject's width, none twice in one switch. */
  readonly labels: readonly bigint[];
  readonly body: readonly StatementIr[];
  readonly locator: Locator;
}
export interface SwitchIr {
  readonly kind: 'switch';
  readonly subject: ExpressionIr;
  readonly cases: readonly SwitchCaseIr[];
  /** Absent: nothing happens for other values; over an enumeration every member then has a case. */
  readonly otherwise?: readonly StatementIr[];
  readonly locator: Locator;
}
/** Checked at each active edge outside reset while the enclosing conditions hold. */
export interface AssertIr {
  readonly kind: 'assert';
  readonly condition: ExpressionIr;
  readonly message: string;
  readonly domain: ClockDomainIr;
  readonly locator: Locator;
}
/** A comment line that the author wants in the Verilog, before the statement that follows. */
export interface CommentIr {
  readonly kind: 'comment';
  readonly text: string;
}
export type StatementIr = AssignIr | IfIr | SwitchIr | AssertIr | CommentIr;

/**
 * The content of a memory. `words` has exactly `depth` bit patterns. `inline`: an initial block in the Verilog.
 * `file`: `$readmemh` of `file`, which is written beside the Verilog. `parameter`: `$readmemh` of the string parameter
 * `parameter` of the module, so that instances share one module and differ in their image; its default is `file`.
 */
export type MemoryImageIr =
  | { readonly kind: 'inline'; readonly words: readonly bigint[] }
  | { readonly kind: 'file'; readonly file: string; readonly words: readonly bigint[] }
  | { readonly kind: 'parameter'; readonly parameter: string };

export interface MemoryReadPortIr {
  /** Receives the word. Synchronous: it changes one cycle after the address, and holds while `enable` is 0. */
  readonly data: SignalIr;
  readonly address: ExpressionIr;
  readonly enable?: ExpressionIr;
  /** Absent: asynchronous read (small tables, distributed memory). */
  readonly domain?: ClockDomainIr;
  readonly locator: Locator;
}
/** Read and write of one address in one cycle: the read gives the old word. */
export interface MemoryWritePortIr {
  readonly address: ExpressionIr;
  readonly data: ExpressionIr;
  readonly enable: ExpressionIr;
  /** One bit for each group of `width / mask.width` data bits, 1 = write. */
  readonly mask?: ExpressionIr;
  readonly domain: ClockDomainIr;
  readonly locator: Locator;
}
export interface MemoryIr {
  readonly name?: string;
  readonly width: number;
  readonly depth: number;
  readonly image?: MemoryImageIr;
  /** Wanted implementation, written as a synthesis attribute. */
  readonly style?: 'block' | 'distributed';
  readonly reads: readonly MemoryReadPortIr[];
  readonly writes: readonly MemoryWritePortIr[];
  readonly comment?: string;
  readonly tags: readonly CheckTag[];
  readonly locator: Locator;
}

export type ParameterValue = string | number;

export interface InstanceIr {
  readonly module: ModuleIr;
  readonly name?: string;
  /** Every input port of the module, by port name. */
  readonly inputs: ReadonlyMap<string, ExpressionIr>;
  /** A wire of the parent for each output port; a port that is absent is left open. */
  readonly outputs: ReadonlyMap<string, SignalIr>;
  readonly parameters: ReadonlyMap<string, ParameterValue>;
  /** Content of image parameters, by parameter name: written to disk under the parameter's value. */
  readonly images: ReadonlyMap<string, readonly bigint[]>;
  readonly comment?: string;
  readonly locator: Locator;
}

export interface ModuleParameterIr {
  readonly name: string;
  readonly default: ParameterValue;
}

/** Two modules with equal content are one module in the output. */
export interface ModuleIr {
  /** Wanted name; the emitter adds a suffix from content where two different modules want one name. */
  readonly name: string;
  /** Header of the Verilog file: one string a line. The first says what the module is. */
  readonly documentation: readonly string[];
  /** `blackBox`: ports and parameters only, the body comes from elsewhere. */
  readonly kind: 'module' | 'blackBox';
  readonly ports: readonly SignalIr[];
  readonly parameters: readonly ModuleParameterIr[];
  /** Wires and registers, in order of creation. Ports are not repeated here. */
  readonly signals: readonly SignalIr[];
  readonly memories: readonly MemoryIr[];
  readonly instances: readonly InstanceIr[];
  /**
   * In source order. Of several assignments to the same bits on one path the last one counts; it must be the more
   * conditional one (a default, then exceptions). A wire that is read always has its final value of the cycle,
   * wherever the reading statement stands.
   */
  readonly statements: readonly StatementIr[];
  /**
   * For each output port an expression in the simulator's own language that computes the same from the input ports, for
   * combinational modules that Verilator runs much faster so. Every other tool reads the statements.
   */
  readonly verilatorBody?: ReadonlyMap<string, string>;
  readonly locator: Locator;
}
