import { InputError } from '../build/input-error.js';
import type { Targets } from '../compression/admm/project-chain.js';
import type { LayerMatrix } from '../compression/admm/pruned-chain.js';
import type { Pattern } from '../compression/admm/pruning-path.js';
import type { PruningDescription } from '../compression/projections/index.js';
import type { CompressOptions } from './compress-options.js';

/**
 * Constraints of layers whose sizes the user gave; layers that are not named stay whole.
 *
 * @throws InputError for a layer that is not there, and for a size that is more than there is or none
 */
export function givenTargets(
  keep: NonNullable<CompressOptions['keep']>,
  { pattern = 'structured', block = { rows: 512, columns: 256 } }: Pick<CompressOptions, 'pattern' | 'block'>,
  matrices: readonly LayerMatrix[],
): Targets {
  const names = matrices.map(({ name }) => name);
  const unknown = Object.keys(keep).find((name) => !names.includes(name));
  if (unknown !== undefined) fail(`there is no layer '${unknown}'`, `layers with weights are ${names.join(', ')}`);
  const targets = new Map<string, PruningDescription>();
  let feeding = matrices[0]!.columns / matrices[0]!.block;
  matrices.forEach((matrix, layer) => {
    const { name, rows, block: reading } = matrix;
    const inputs = feeding * reading;
    feeding = rows;
    const sizes = keep[name];
    if (sizes === undefined) return;
    const limits = limitsOf(pattern, { ...matrix, columns: inputs }, block);
    const words = limits.map(([word]) => word).join(' and ');
    if (sizes.length !== limits.length) {
      fail(`${name} has ${sizes.length} sizes`, `pattern ${pattern} takes ${words}, such as ${example(name, limits)}`);
    }
    limits.forEach(([word, most], place) => {
      const size = sizes[place]!;
      if (Number.isInteger(size) && size >= 1 && size <= most) return;
      fail(`${name} cannot keep ${size} ${word}`, `there are ${most}: give 1 … ${most}`);
    });
    const description = describe(pattern, sizes, reading, block);
    const filters =
      description.kind === 'filter' ? sizes[0]! : description.kind === 'filterAndShape' ? sizes[0]! : rows;
    if (layer === matrices.length - 1 && filters < rows) {
      fail(`${name} gives the ${rows} scores`, 'all of its filters have to stay');
    }
    feeding = filters;
    targets.set(name, description);
  });
  return targets;
}

type Limit = readonly [word: string, most: number];

function limitsOf(
  pattern: Pattern,
  { rows, columns, block: reading }: LayerMatrix,
  block: { readonly rows: number; readonly columns: number },
): readonly Limit[] {
  switch (pattern) {
    case 'structured':
      return [
        ['filters', rows],
        ['columns', columns],
      ];
    case 'filter':
      return [['filters', rows]];
    case 'shape':
      return [['columns', columns]];
    case 'channel':
      return [['channels', columns / reading]];
    case 'block':
      return [['blocks', Math.ceil(rows / block.rows) * Math.ceil(columns / block.columns)]];
    case 'unstructured':
      return [['weights', rows * columns]];
  }
}

function describe(
  pattern: Pattern,
  [first, second]: readonly number[],
  kernel: number,
  block: { readonly rows: number; readonly columns: number },
): PruningDescription {
  const keep = first!;
  switch (pattern) {
    case 'structured':
      return { kind: 'filterAndShape', filters: keep, columns: second! };
    case 'channel':
      return { kind: 'channel', keep, kernel };
    case 'block':
      return { kind: 'block', keep, ...block };
    default:
      return { kind: pattern, keep };
  }
}

function example(name: string, limits: readonly Limit[]): string {
  return `${name}=${limits.map(([, most]) => Math.ceil(most / 2)).join('x')}`;
}

function fail(what: string, hint: string): never {
  throw new InputError('option', 'keep', what, hint);
}
