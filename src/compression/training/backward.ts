/**
 * Gradients by backpropagation, written as inference operators: the gradient of a convolution's weights is a
 * convolution of the transposed input with the transposed gradient, that of its input a transposed convolution.
 */
import type { ForwardLayer } from './forward.js';
import type { GraphBuilder } from './graph-builder.js';

/**
 * Adds the gradients of a loss whose gradient with respect to the scores is `scoreGradient`, for `images` images.
 *
 * @returns the gradient's tensor for each parameter name
 */
export function addBackward(
  builder: GraphBuilder,
  layers: readonly ForwardLayer[],
  scoreGradient: string,
  images: number,
): ReadonlyMap<string, string> {
  const gradients = new Map<string, string>();
  let gradient = scoreGradient;
  layers.toReversed().forEach((forward, index) => {
    const { layer, input, outputShape, inputShape } = forward;
    const first = index === layers.length - 1;
    if (layer.kind === 'maximumPool') {
      gradient = poolGradient(builder, forward, layer.size, gradient, images);
      return;
    }
    // The output of a relu is 0 or positive, so its sign is the derivative (0 at 0).
    if (layer.relu) gradient = builder.node('Mul', [gradient, builder.node('Sign', [forward.output])]);
    const weight = `${layer.name}.weight`;
    if (layer.kind === 'fullyConnected') {
      gradients.set(weight, builder.node('Gemm', [gradient, input], { transA: 1 }));
      gradients.set(`${layer.name}.bias`, sumOver(builder, gradient, [0]));
      if (first) return;
      gradient = builder.node('MatMul', [gradient, weight]);
      // Rows of a matrix become maps again where the layer before gave maps.
      if (layers[layers.length - 2 - index]!.layer.kind !== 'fullyConnected') {
        gradient = builder.reshape(gradient, [images, ...inputShape]);
      }
      return;
    }
    const padding = layer.padding ?? 0;
    const pads = [padding, padding, padding, padding];
    gradients.set(weight, convolutionWeightGradient(builder, input, gradient, outputShape, pads));
    gradients.set(`${layer.name}.bias`, sumOver(builder, gradient, [0, 2, 3]));
    if (first) return;
    gradient = builder.node('ConvTranspose', [gradient, weight], { kernel_shape: [layer.kernel, layer.kernel], pads });
  });
  return gradients;
}

/** Σ over images and places: images take the part of the channels that a convolution sums over. */
function convolutionWeightGradient(
  builder: GraphBuilder,
  input: string,
  gradient: string,
  [, height, width]: ForwardLayer['outputShape'],
  pads: readonly number[],
): string {
  const exchange = { perm: [1, 0, 2, 3] };
  const transposed = [input, gradient].map((value) => builder.node('Transpose', [value], exchange));
  return builder.node(
    'Transpose',
    [builder.node('Conv', transposed, { kernel_shape: [height, width], pads })],
    exchange,
  );
}

/** Each gradient goes to the window's largest value; equal ones get it all. */
function poolGradient(
  builder: GraphBuilder,
  { input, sum, inputShape, outputShape }: ForwardLayer,
  size: number,
  gradient: string,
  images: number,
): string {
  const [channels, height, width] = inputShape;
  const [, rows, columns] = outputShape;
  const exact = rows * size === height && columns * size === width;
  const covered = exact
    ? input
    : builder.node('Slice', [
        input,
        builder.ints([0, 0]),
        builder.ints([rows * size, columns * size]),
        builder.ints([2, 3]),
      ]);
  const windows = builder.reshape(covered, [images * channels, rows, size, columns, size]);
  const one = [images * channels, rows, 1, columns, 1];
  const largest = builder.node('Equal', [windows, builder.reshape(sum, one)]);
  const spread = builder.node('Where', [largest, builder.reshape(gradient, one), builder.scalar(0)]);
  const whole = builder.reshape(spread, [images, channels, rows * size, columns * size]);
  if (exact) return whole;
  const pads = [0, 0, 0, 0, 0, 0, height - rows * size, width - columns * size];
  return builder.node('Pad', [whole, builder.ints(pads)]);
}

function sumOver(builder: GraphBuilder, value: string, axes: readonly number[]): string {
  return builder.node('ReduceSum', [value, builder.ints(axes)], { keepdims: 0 });
}
