import { type Bits, memory, mux, named, register, type Signal, when } from '../../src/hdl/index.js';
import type { CellOutputs, CellRequests } from './cells.js';
import { driven, every, writeDrivers } from './drivers.js';
import { hasTarget, targetsOf } from './operation.js';
import { type ArrayShape, lineBits, lineContent } from './shape.js';

/** Strobes of the cells: each in one cycle of its phase. */
export interface Strobes {
  readonly sense: Signal;
  readonly write: Signal;
  readonly targetCount: Signal;
}

type MatrixShape = Pick<ArrayShape, 'lines' | 'lanes' | 'searchLines'>;
type Lines = Readonly<Record<'line' | 'target0' | 'target1' | 'target2' | 'lastLine' | 'key', Signal<Bits>>>;
type MatrixRequests = Pick<CellRequests, 'write' | 'data' | 'selected'> & { readonly operation: Lines };

/** The cells as a simulator likes them best: a line is sensed into a latch, up to three are written at once. */
export function behaviouralBody(shape: ArrayShape, { phases, ...requests }: CellRequests): CellOutputs {
  const { sense, write, writtenLines: targetCount } = phases;
  return cellMatrix(shape, requests, { sense: sense.last, write: write.last, targetCount });
}

/** The cells, their sense amplifiers, write drivers and match lines. */
export function cellMatrix(
  shape: MatrixShape,
  { operation, write, data, selected }: MatrixRequests,
  strobes: Strobes,
): CellOutputs {
  const address = (line: Signal): Signal<Bits> => line.slice(lineBits(shape) - 1, 0);
  const cells = memory(lineContent(shape), { depth: shape.lines, name: 'cells' });
  const line = address(operation.line);
  const latched = register(lineContent(shape), { name: 'latched', comment: "the sense amplifiers' latch" });
  const amplified = cells.readNow(line);
  when(strobes.sense, () => latched.next(amplified));
  const drive = writeDrivers(shape, write, data, selected);
  for (const [index, target] of targetsOf(operation).entries()) {
    const place = address(target);
    const old = cells.readNow(place);
    const enable = strobes.write.and(hasTarget(strobes.targetCount, index));
    cells.write({ address: place, data: named(driven(old, drive), `new_${index}`), enable });
  }
  return { sensed: latched, matched: matchLines(shape, operation, (offset) => cells.readNow(line.add(offset))) };
}

/** Lanes in which each searched line equals its bit of the key. */
function matchLines(
  shape: MatrixShape,
  { lastLine, key }: Lines,
  searched: (offset: number) => Signal<Bits>,
): Signal<Bits> {
  const matches = Array.from({ length: shape.searchLines }, (_, offset) => {
    const content = named(searched(offset), `searched_${offset}`);
    const wanted = key.bit(offset).repeat(shape.lanes);
    const equal = content.xor(wanted).not();
    const used = offset === 0 ? undefined : lastLine.greaterOrEqual(offset);
    return named(used === undefined ? equal : mux(used, equal, every(shape)), `match_${offset}`);
  });
  return named(
    matches.reduce((all, match) => all.and(match)),
    'matched',
  );
}
