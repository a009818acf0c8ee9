export { accumulatorBits, formatRange } from './accumulator.js';
export { checkQuantizedNetwork } from './check-quantized.js';
export { encodeInput, inputTable } from './encode-input.js';
export {
  type QuantizedBatchResult,
  type QuantizedInput,
  type QuantizedResult,
  QuantizedRunner,
  runQuantized,
  runQuantizedBatch,
} from './run-quantized.js';
