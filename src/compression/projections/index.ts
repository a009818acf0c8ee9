export type {
  BlockPruning,
  ChannelPruning,
  FilterAndShapePruning,
  FilterPruning,
  Levels,
  ProjectionDescription,
  PruningDescription,
  Sequence,
  ShapePruning,
  UnstructuredPruning,
} from './description.js';
export { type LevelledMatrix, projectToLevels } from './levels.js';
export { keptMask, type Matrix, matrixOf, type Projection } from './matrix.js';
export { ProjectionError } from './projection-error.js';
export { checkDescription, levelsOf, projectionOf } from './projection-of.js';
