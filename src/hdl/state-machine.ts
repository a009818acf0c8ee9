import { register } from './declare.js';
import type { Register, Signal } from './signal.js';
import { switchOver } from './statements.js';
import { type Bool, enumeration, type EnumerationType } from './types.js';

/** What a state does. All three see the same signals; `goTo` may stand under conditions. */
export interface StateActions<State extends string> {
  /** In every cycle in this state. `goTo` sets the state after the next edge. */
  readonly during: (goTo: (next: State) => void) => void;
  /** In the cycle of the edge that enters this state from another. */
  readonly entry?: () => void;
  /** In the cycle of the edge that leaves it. */
  readonly exit?: () => void;
}

export interface StateMachine<State extends string> {
  readonly state: Register<EnumerationType<State>>;
  is(state: State): Signal<Bool>;
}

/**
 * A register over the enumeration of the states, and a `case` over it. The first state is that after reset.
 * `name` names the type; states keep their names in the Verilog and in waves.
 */
export function stateMachine<const State extends string>(
  name: string,
  states: Readonly<Record<State, StateActions<State>>>,
): StateMachine<State> {
  const names = Object.keys(states) as State[];
  const type = enumeration(name, names);
  const state = register(type as EnumerationType, { reset: names[0]!, name: 'state' }) as unknown as Register<
    EnumerationType<State>
  >;
  const cases = Object.fromEntries(
    names.map((current) => [
      current,
      () => {
        const { during, exit } = states[current];
        during((next) => {
          exit?.();
          states[next].entry?.();
          state.next(next);
        });
      },
    ]),
  ) as Record<State, () => void>;
  switchOver(state, cases);
  return { state, is: (member) => state.is(member) };
}
