export {
  type Chain,
  type Parameters,
  type ParameterShape,
  parameterShapes,
  randomParameters,
  type TrainedConvolution,
  type TrainedFullyConnected,
  type TrainedLayer,
  type TrainedMaximumPool,
} from './chain.js';
export { inferenceGraph, trainedGraph } from './forward.js';
export { type Feed, RuntimeGraph } from './runtime.js';
export { SeededRandom } from './seeded-random.js';
export { gradientGraph, type Optimiser, type StepOptions, stepGraph } from './step-graph.js';
export { type EpochOptions, type Pull, Trainer, type TrainerOptions, type TrainingSet } from './trainer.js';
