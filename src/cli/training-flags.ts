/** What `sotto train` and `sotto compress` have in common. */
import { text, value } from './flags.js';
import { UsageError } from './report-error.js';

export const trainingOptions = {
  data: {
    ...value,
    alias: 'd',
    demandOption: 'give --data DIR',
    describe: 'folder of train-images, train-labels (and t10k-…), as MNIST',
  },
  restart: { type: 'boolean', describe: 'start anew where an interrupted run left OUT.state' },
  preprocess: { ...value, describe: 'raw, unit or mean=M,std=S (default unit, which is byte / 255)' },
} as const;

export const trainingEpilogue =
  'An interrupted run goes on from OUT.state when the command is repeated, with the same result. ' +
  'Training needs ONNX Runtime: npm install onnxruntime-node --ignore-scripts.';

/** What is trained, on which images, and where the result goes. @throws UsageError where one of them is empty */
export function trainingPaths(
  positional: string,
  argv: Readonly<Record<string, unknown>>,
): { readonly from: string; readonly data: string; readonly out: string } {
  const from = text(positional, argv[positional]);
  const data = text('data', argv['data']);
  const out = text('out', argv['out']);
  if (from === undefined || data === undefined || out === undefined) {
    throw new UsageError(`no ${positional}, no --data or no --out`, 'give all three');
  }
  return { from, data, out };
}
