/**
 * The Verilog syntax tree: what the printer can print and nothing more. Names are final, widths and signs are settled;
 * nothing here needs to be understood to be printed.
 */
export type VerilogUnaryOperator = '~' | '!' | '-' | '&' | '|' | '^';
export type VerilogBinaryOperator =
  | '+'
  | '-'
  | '*'
  | '&'
  | '|'
  | '^'
  | '=='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | '<<'
  | '>>'
  | '>>>';

export type VerilogExpression =
  | { readonly kind: 'name'; readonly name: string }
  /** `name[high:low]`, or `name[high]` when both are equal. */
  | { readonly kind: 'range'; readonly name: string; readonly high: number; readonly low: number }
  /** `name[index]`: one bit of a vector or one word of a memory, or `high … low` of that word. */
  | {
      readonly kind: 'element';
      readonly name: string;
      readonly index: VerilogExpression;
      readonly range?: { readonly high: number; readonly low: number };
    }
  /** `name[base +: width]`. */
  | { readonly kind: 'window'; readonly name: string; readonly base: VerilogExpression; readonly width: number }
  /** `value` is the bit pattern. */
  | { readonly kind: 'number'; readonly width: number; readonly value: bigint; readonly signed: boolean }
  /** An unsized decimal: memory bounds, shift amounts and numeric parameters only. */
  | { readonly kind: 'integer'; readonly value: number }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'unary'; readonly operator: VerilogUnaryOperator; readonly operand: VerilogExpression }
  | {
      readonly kind: 'binary';
      readonly operator: VerilogBinaryOperator;
      readonly left: VerilogExpression;
      readonly right: VerilogExpression;
    }
  | {
      readonly kind: 'ternary';
      readonly condition: VerilogExpression;
      readonly whenTrue: VerilogExpression;
      readonly whenFalse: VerilogExpression;
    }
  | { readonly kind: 'concat'; readonly parts: readonly VerilogExpression[] }
  | { readonly kind: 'replicate'; readonly count: number; readonly part: VerilogExpression }
  | { readonly kind: 'call'; readonly name: string; readonly operands: readonly VerilogExpression[] };

export interface VerilogCaseItem {
  readonly labels: readonly VerilogExpression[];
  readonly body: readonly VerilogStatement[];
}

export type VerilogStatement =
  | {
      readonly kind: 'assign';
      readonly target: VerilogExpression;
      readonly value: VerilogExpression;
      readonly blocking: boolean;
      readonly place?: string;
    }
  | {
      readonly kind: 'if';
      readonly condition: VerilogExpression;
      readonly then: readonly VerilogStatement[];
      readonly otherwise: readonly VerilogStatement[];
    }
  | {
      readonly kind: 'case';
      readonly subject: VerilogExpression;
      readonly items: readonly VerilogCaseItem[];
      readonly otherwise?: readonly VerilogStatement[];
    }
  | { readonly kind: 'comment'; readonly text: string }
  | { readonly kind: 'task'; readonly name: string; readonly operands: readonly VerilogExpression[] }
  | { readonly kind: 'assertion'; readonly condition: VerilogExpression; readonly message: string };

export interface VerilogPort {
  readonly direction: 'input' | 'output';
  readonly storage: 'wire' | 'reg';
  readonly signed: boolean;
  readonly width: number;
  readonly name: string;
  /** What a register that is the port has at power-up. */
  readonly value?: VerilogExpression;
  readonly comment?: string;
}

export interface VerilogDeclaration {
  readonly kind: 'declaration';
  readonly storage: 'wire' | 'reg';
  readonly signed: boolean;
  readonly width: number;
  readonly name: string;
  readonly value?: VerilogExpression;
  /** Words, for a memory. */
  readonly depth?: number;
  /** The bits depend on each other: Verilator is told to take them apart, or it sees a loop where there is none. */
  readonly splitByBits?: boolean;
  /** Synthesis attributes, name to string value. */
  readonly attributes?: readonly (readonly [string, string])[];
  readonly comment?: string;
  readonly place?: string;
}

export type VerilogItem =
  | VerilogDeclaration
  | { readonly kind: 'comment'; readonly text: string }
  | { readonly kind: 'localparam'; readonly width: number; readonly name: string; readonly value: bigint }
  | {
      readonly kind: 'continuous';
      readonly target: VerilogExpression;
      readonly value: VerilogExpression;
      readonly comment?: string;
      readonly place?: string;
    }
  | {
      readonly kind: 'always';
      /** Empty: combinational, `@*`. */
      readonly events: readonly { readonly edge: 'posedge' | 'negedge'; readonly name: string }[];
      readonly body: readonly VerilogStatement[];
    }
  | { readonly kind: 'initial'; readonly body: readonly VerilogStatement[] }
  | {
      readonly kind: 'instance';
      /** Key that the printer's caller resolves to the name of the module. */
      readonly module: string;
      readonly name: string;
      readonly parameters: readonly { readonly name: string; readonly value: VerilogExpression }[];
      readonly connections: readonly { readonly name: string; readonly value: VerilogExpression }[];
      readonly comment?: string;
      readonly place?: string;
    }
  /** Items that synthesis does not see. */
  | { readonly kind: 'simulationOnly'; readonly items: readonly VerilogItem[] };

export interface VerilogModule {
  readonly header: readonly string[];
  readonly blackBox: boolean;
  readonly parameters: readonly { readonly name: string; readonly value: VerilogExpression }[];
  readonly ports: readonly VerilogPort[];
  /** What Verilator reads in place of the sections: port and expression in its own language. */
  readonly verilatorBody?: readonly (readonly [port: string, expression: string])[];
  /** Printed with one empty line between sections. */
  readonly sections: readonly (readonly VerilogItem[])[];
}
