import {
  bits,
  bitsFor,
  bool,
  defineModule,
  document,
  register,
  signedBits,
  streamIn,
  streamOut,
  when,
} from '../src/hdl/index.js';
import { counter } from './counter.js';

/** Plain data: scores of one image, and their width. */
export interface ArgMaximumShape {
  readonly scores: number;
  readonly scoreBits: number;
}

/** The index of the largest of `scores` two's complement numbers that arrive in turn; of equals, the first. */
export const argMaximum = defineModule(
  ({ scores }: ArgMaximumShape) => `arg_maximum_${scores}`,
  ({ scores, scoreBits }: ArgMaximumShape) => {
    document(
      `arg_maximum_${scores}: index of the largest of ${scores} scores of ${scoreBits} bits; of equals, the first`,
    );
    const input = streamIn({ score: signedBits(scoreBits) });
    const output = streamOut({ label: bits(bitsFor(scores)) });
    const done = register(bool(), { reset: 0, comment: 'all scores have arrived' });
    const best = register(signedBits(scoreBits), { comment: 'largest score so far' });
    const label = register(bits(bitsFor(scores)), { comment: 'its index' });
    input.ready.connect(done.not());
    const index = counter('index', scores, input.fires());
    const wins = index.value.equals(0).or(input.payload.score.greater(best));
    when(input.fires().and(wins), () => {
      best.next(input.payload.score);
      label.next(index.value.resize(label.width).asUnsigned());
    });
    when(input.fires().and(index.last), () => done.next(1)).elsewhen(output.ready, () => done.next(0));
    output.connect({ label }, { valid: done });
    return { input, output };
  },
);
