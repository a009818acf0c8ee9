import { SimulationBuildError } from './errors.js';
import type { Port } from './port-types.js';

/** A port with the name of its member in the generated class. */
export interface VerilatedPort extends Port {
  readonly member: string;
}

/** Verilator writes a character that C++ does not allow, and the second of two underscores, as `__0` and its code. */
function verilogName(member: string): string {
  return member.replace(/__0([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
}

/**
 * Reads the port macros of a generated class header, `VL_IN8(&name,msb,lsb);`. Signs and the order of declaration are
 * not in it: `signs` has both.
 *
 * @throws SimulationBuildError for a port that has no plain member, or whose sign is not known.
 */
export function readVerilatedPorts(header: string, signs: ReadonlyMap<string, boolean>): VerilatedPort[] {
  const order = [...signs.keys()];
  const ports = [...header.matchAll(/^\s*VL_(IN|OUT|INOUT)(?:8|16|64|W)?\((.+?),(-?\d+),(-?\d+)(?:,\d+)?\);/gm)].map(
    ([, kind, reference = '', left, right]) => {
      const member = /^&(\w+)$/.exec(reference)?.[1];
      if (kind === 'INOUT' || member === undefined) {
        const what = kind === 'INOUT' ? 'is bidirectional' : 'is an unpacked array';
        const message = `port ${verilogName(reference.replace(/\W/g, ''))} ${what}: wrap the module in one with plain ports`;
        throw new SimulationBuildError('describe', 'sotto', message);
      }
      const name = verilogName(member);
      const width = Math.abs(Number(left) - Number(right)) + 1;
      const signed = signs.get(name);
      if (signed === undefined) {
        throw new SimulationBuildError('describe', 'sotto', `port ${name}: whether it is signed cannot be told`);
      }
      return { name, member, width, direction: kind === 'IN' ? 'input' : 'output', signed } as const;
    },
  );
  return ports.sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
}
