/** The clock cycles of an engine, predicted from its plan. */
export { type CyclePrediction, predictCycles } from './predict-cycles.js';
