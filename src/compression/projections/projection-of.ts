import { keepBlocks, keepChannels, keepFilters, keepShape } from './blocks.js';
import type { Levels, ProjectionDescription } from './description.js';
import { keepFiltersAndShape } from './filter-and-shape.js';
import { projectToLevels } from './levels.js';
import type { Projection } from './matrix.js';
import { ProjectionError } from './projection-error.js';
import { keepLargest } from './unstructured.js';

/**
 * The projection that a description stands for. All but two give a nearest matrix: `filterAndShape` (see there), and a
 * sequence, which gives the nearest for `unstructured`, then `levels` (at any scale, the largest magnitudes gain most from
 * being kept), and a near one otherwise. All are idempotent, and of equal candidates the lowest index wins.
 *
 * @throws ProjectionError for a description that no matrix can meet; the projection throws for those that a given one cannot
 */
export function projectionOf(description: ProjectionDescription): Projection {
  checkDescription(description);
  switch (description.kind) {
    case 'unstructured':
      return (matrix) => keepLargest(matrix, description.keep);
    case 'filter':
      return (matrix) => keepFilters(matrix, description.keep);
    case 'shape':
      return (matrix) => keepShape(matrix, description.keep);
    case 'channel':
      return (matrix) => keepChannels(matrix, description.keep, description.kernel);
    case 'block':
      return (matrix) => keepBlocks(matrix, description, description.keep);
    case 'filterAndShape':
      return (matrix) => keepFiltersAndShape(matrix, description.filters, description.columns);
    case 'levels':
      return (matrix) => projectToLevels(matrix, description).matrix;
    case 'sequence': {
      const steps = description.steps.map(projectionOf);
      return (matrix) => steps.reduce((result, step) => step(result), matrix);
    }
  }
}

/** The levels that a description ends with, if it does. */
export function levelsOf(description: ProjectionDescription): Levels | undefined {
  const last = description.kind === 'sequence' ? description.steps.at(-1) : description;
  return last?.kind === 'levels' ? last : undefined;
}

/** @throws ProjectionError for numbers that are no sizes, and levels that are not last */
export function checkDescription(description: ProjectionDescription): void {
  if (description.kind === 'sequence') {
    const { steps } = description;
    if (steps.length === 0) {
      throw new ProjectionError("projection 'sequence'", 'it has no steps', 'give at least one projection');
    }
    if (steps.slice(0, -1).some(({ kind }) => kind === 'levels')) {
      throw new ProjectionError("projection 'sequence'", 'levels are not its last step', 'put levels at the end, once');
    }
    steps.forEach(checkDescription);
    return;
  }
  if (description.kind === 'levels') {
    const { bits, spacing } = description;
    const most = spacing === 'equidistant' ? 8 : 4;
    if (Number.isInteger(bits) && bits >= 2 && bits <= most) return;
    throw new ProjectionError(
      "projection 'levels'",
      `${bits} bits with ${spacing === 'equidistant' ? 'equidistant levels' : 'levels of powers of two'}`,
      `allowed are whole numbers 2 … ${most}`,
    );
  }
  const { kind, ...sizes } = description;
  for (const [name, size] of Object.entries(sizes)) {
    if (Number.isInteger(size) && size >= 1) continue;
    throw new ProjectionError(`projection '${kind}'`, `${name} is ${size}`, `${name} is a whole number from 1`);
  }
}
