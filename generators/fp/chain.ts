import { delayed, Signal } from '../../src/hdl/index.js';
import { snakeCase } from '../../src/hdl/naming/snake-case.js';
import { placeRegisters } from './place-registers.js';

/** Estimated levels of six-input tables of one combinational step. */
export interface Step {
  readonly name: string;
  readonly levels: number;
}

/** Gives the signals as the next step sees them: themselves, or a cycle later. */
type Cut = <Signals>(index: number, signals: Signals) => Signals;

/**
 * Combinational logic as a chain of steps, each a function from a record of signals to the next. Between two steps, and
 * after the last, a register may stand; which do is decided by the levels of the steps, not by the steps themselves.
 */
export class Chain<Inputs, Outputs> {
  readonly steps: readonly Step[];
  readonly #run: (inputs: Inputs, cut: Cut) => Outputs;

  private constructor(steps: readonly Step[], run: (inputs: Inputs, cut: Cut) => Outputs) {
    this.steps = steps;
    this.#run = run;
  }

  static of<Inputs, Outputs>(name: string, levels: number, logic: (inputs: Inputs) => Outputs): Chain<Inputs, Outputs> {
    return new Chain([{ name, levels }], logic);
  }

  then<Next>(name: string, levels: number, logic: (signals: Outputs) => Next): Chain<Inputs, Next> {
    const index = this.steps.length;
    return new Chain([...this.steps, { name, levels }], (inputs, cut) => logic(cut(index, this.#run(inputs, cut))));
  }

  /**
   * The outputs, `registers` cycles after the inputs while `enable` is 1.
   *
   * @throws StageError when there are fewer places for registers than `registers`
   */
  build(inputs: Inputs, registers: number, enable: Signal | undefined): Outputs {
    const { steps } = this;
    const places = placeRegisters(steps, registers);
    const cut: Cut = (index, signals) =>
      places.has(index) ? pastOf(signals, steps[index - 1]!.name, enable) : signals;
    return cut(steps.length, this.#run(inputs, cut));
  }
}

function isSignal(node: unknown): node is Signal {
  return node instanceof Signal;
}

/** The record with every signal of it a cycle later; equal signals share a register. */
function pastOf<Signals>(signals: Signals, step: string, enable: Signal | undefined): Signals {
  const past = new Map<unknown, Signal>();
  const visit = (node: unknown, path: readonly string[]): unknown => {
    if (isSignal(node)) {
      const known = past.get(node.expression);
      if (known !== undefined) return known;
      const name = [...path, step].map((part) => snakeCase(part) ?? part).join('_');
      const later = delayed(node, { name, ...(enable !== undefined && { enable }) });
      past.set(node.expression, later);
      return later;
    }
    if (typeof node !== 'object' || node === null) return node;
    if (Array.isArray(node)) return node.map((child: unknown, index) => visit(child, [...path, String(index)]));
    return Object.fromEntries(
      Object.entries(node).map(([key, child]: [string, unknown]) => [key, visit(child, [...path, key])]),
    );
  };
  return visit(signals, []) as Signals;
}
