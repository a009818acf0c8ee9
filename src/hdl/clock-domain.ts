import { currentModule } from './context.js';
import type { ClockDomainIr } from './ir.js';
import type { Input } from './signal.js';

export interface ClockDomainOptions {
  readonly clock: Input;
  readonly edge?: 'rising' | 'falling';
  /** Absent: registers of the domain are not reset. */
  readonly reset?: Input;
  readonly resetActive?: 'high' | 'low';
  readonly resetKind?: 'synchronous' | 'asynchronous';
}

/** A clock with its reset, for modules with more than the implicit `clk` and `rst`. */
export interface ClockDomain {
  /** @internal */
  readonly ir: ClockDomainIr;
}

export function clockDomain(options: ClockDomainOptions): ClockDomain {
  const { clock, edge = 'rising', reset, resetActive = 'high', resetKind = 'synchronous' } = options;
  return {
    ir: {
      clock: clock.signal,
      edge,
      ...(reset && { reset: { signal: reset.signal, active: resetActive, kind: resetKind } }),
    },
  };
}

/** Registers, memories, instances and assertions made in `body` belong to `domain`. */
export function inDomain(domain: ClockDomain, body: () => void): void {
  currentModule().inDomain(domain.ir, body);
}
