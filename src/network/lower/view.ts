import { intAttribute, intsAttribute } from '../float/operator.js';
import { transposeIndex } from '../float/operators/movement.js';
import { elementCount } from '../tensor.js';
import { type Chain, NO_PADDING } from './chain.js';
import type { Step } from './step.js';
import { Unsupported } from './support.js';

/** Flatten, Reshape, Squeeze, Unsqueeze: the same elements in the same order. */
export function lowerReshape(chain: Chain, step: Step): void {
  expectNoPadding(chain);
  const shape = step.shape;
  if (elementCount(shape) === elementCount(chain.shape) && (shape[0] === chain.batch || chain.batch === 1)) {
    chain.shape = shape;
    return;
  }
  throw new Unsupported(
    `it mixes the images of a batch: [${chain.shape.join(', ')}] to [${shape.join(', ')}]`,
    'keep the batch as the first dimension',
  );
}

/** Transpose: the order of the elements changes, which the next fully connected layer takes into its weights. */
export function lowerTranspose(chain: Chain, step: Step): void {
  expectNoPadding(chain);
  const { shape } = chain;
  const order = intsAttribute(step.context, 'perm') ?? shape.map((_, d) => shape.length - 1 - d);
  if (chain.batch !== 1 && order[0] !== 0) {
    throw new Unsupported('it moves the batch', 'keep the batch as the first dimension');
  }
  // With a batch of 1, elements of one image are all elements, wherever the batch dimension goes.
  const whole = chain.batch === 1;
  const index = whole
    ? transposeIndex(shape, order)
    : transposeIndex(
        shape.slice(1),
        order.slice(1).map((d) => d - 1),
      );
  const before = chain.order;
  const after = index.map((i) => before?.[i] ?? i);
  chain.order = after.every((place, i) => place === i) ? undefined : after;
  chain.shape = step.shape;
}

/** Softmax, LogSoftmax and ArgMax over all scores: what the network ends with. */
export function lowerEnding(chain: Chain, step: Step): void {
  const { shape } = chain;
  const argmax = step.node.operator === 'ArgMax';
  const early = step.context.opset < 13;
  const stated = intAttribute(step.context, 'axis', argmax ? 0 : early ? 1 : -1);
  const axis = stated < 0 ? stated + shape.length : stated;
  const covered = !argmax && early ? elementCount(shape.slice(axis)) : shape[axis];
  if (covered !== chain.elements || chain.order !== undefined) {
    throw new Unsupported('it does not run over all scores of an image', 'end with one vector of scores');
  }
  if (argmax && intAttribute(step.context, 'select_last_index', 0) !== 0) {
    throw new Unsupported('it takes the last of equal scores', 'use select_last_index = 0');
  }
  if (chain.padding !== NO_PADDING || chain.ending === 'argmax')
    throw new Unsupported('nothing may come before it', 'leave it out');
  chain.ending = argmax ? 'argmax' : 'softmax';
  chain.shape = step.shape;
}

function expectNoPadding(chain: Chain): void {
  if (chain.padding !== NO_PADDING) throw new Unsupported('a padded map is reshaped', 'pad only before a convolution');
}
