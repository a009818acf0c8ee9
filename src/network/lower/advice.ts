import type { GraphNode } from '../graph.js';

/** Why a node that works on feature maps cannot be part of an engine, and what to do instead. */
export interface Advice {
  readonly reason: string;
  readonly rewrite: string;
}

/** Operators that lowering takes on a feature map. */
export const CHAIN_OPERATORS: ReadonlySet<string> = new Set(
  `Conv Gemm MatMul BatchNormalization Add Sub Mul Div Sum Relu Clip MaxPool AveragePool GlobalAveragePool GlobalMaxPool
  ReduceMean Flatten Reshape Squeeze Unsqueeze Transpose Pad Identity Dropout Cast Softmax LogSoftmax ArgMax
  QuantizeLinear DequantizeLinear`.split(/\s+/),
);

const CURVED: Advice = {
  reason: 'no exact hardware for this curve',
  rewrite: 'retrain with Relu or Clip',
};
const BRANCH: Advice = {
  reason: 'the engine is one chain; a feature map cannot be cut or joined',
  rewrite: 'use a network without branches (LeNet, VGG, MobileNet v1)',
};
const RECURRENT: Advice = {
  reason: 'the engine has no loops or state',
  rewrite: 'use a feed-forward network',
};
const INTEGER: Advice = {
  reason: 'integer operators fix arithmetic that differs from the engine’s',
  rewrite: 'export quantised models in QDQ form',
};

const ADVICE: Readonly<Record<string, Advice>> = {
  Sigmoid: CURVED,
  Tanh: CURVED,
  Elu: CURVED,
  Selu: CURVED,
  Gelu: CURVED,
  Erf: CURVED,
  Exp: CURVED,
  Log: CURVED,
  Softplus: CURVED,
  HardSigmoid: CURVED,
  HardSwish: CURVED,
  LeakyRelu: { reason: 'two slopes need a second multiplier', rewrite: 'retrain with Relu or Clip' },
  PRelu: { reason: 'two slopes need a second multiplier', rewrite: 'retrain with Relu or Clip' },
  LRN: { reason: 'it divides by a power of neighbouring channels', rewrite: 'retrain with BatchNormalization' },
  InstanceNormalization: { reason: 'its statistics depend on the image', rewrite: 'retrain with BatchNormalization' },
  LayerNormalization: { reason: 'its statistics depend on the image', rewrite: 'retrain with BatchNormalization' },
  Concat: BRANCH,
  Split: BRANCH,
  Slice: BRANCH,
  LSTM: RECURRENT,
  GRU: RECURRENT,
  RNN: RECURRENT,
  Loop: RECURRENT,
  Scan: RECURRENT,
  If: { reason: 'the engine has no branches', rewrite: 'export the branch that is taken' },
  ConvInteger: INTEGER,
  MatMulInteger: INTEGER,
  QLinearConv: INTEGER,
  QLinearMatMul: INTEGER,
  DynamicQuantizeLinear: { reason: 'its scale depends on the image', rewrite: 'quantise statically, in QDQ form' },
  ConvTranspose: { reason: 'the engine gathers, it does not scatter', rewrite: 'upsample outside of the network' },
};

/** Advice on a node whose operator lowering does not take, or undefined where it does. */
export function adviceOn(node: GraphNode): Advice | undefined {
  if (node.domain !== '') {
    if (node.domain.startsWith('qonnx') || node.domain.startsWith('onnx.brevitas') || node.domain.startsWith('finn')) {
      return {
        reason: `QONNX: ${node.operator} quantises in its own format`,
        rewrite: 'export in QDQ form (QuantizeLinear, DequantizeLinear)',
      };
    }
    return {
      reason: `domain '${node.domain}' is not of the ONNX standard`,
      rewrite: 'export with standard operators only',
    };
  }
  if (CHAIN_OPERATORS.has(node.operator)) return undefined;
  return ADVICE[node.operator] ?? { reason: 'no hardware for this operator', rewrite: 'rewrite the model without it' };
}

/** Advice on a node that takes two feature maps. */
export function adviceOnJoin(node: GraphNode): Advice {
  switch (node.operator) {
    case 'Add':
    case 'Sum':
    case 'Sub':
      return {
        reason: `${node.operator} of two feature maps (residual): the engine is one chain`,
        rewrite: 'use a network without shortcuts (LeNet, VGG, MobileNet v1)',
      };
    case 'Conv':
    case 'Gemm':
    case 'MatMul':
    case 'BatchNormalization':
      return {
        reason: 'its weights are computed while the network runs',
        rewrite: 'weights must be constants; an attention layer has no engine',
      };
    default:
      return BRANCH;
  }
}
