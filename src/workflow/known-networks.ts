import type { Chain } from '../compression/training/chain.js';

/** Networks that `train` knows by name. */
export const knownNetworks: readonly Chain[] = [
  {
    // Caffe's examples/mnist/lenet.prototxt, with relu after both convolutions: 430,500 weights.
    name: 'lenet5',
    inputShape: [1, 28, 28],
    layers: [
      { kind: 'convolution', name: 'conv1', filters: 20, kernel: 5, relu: true },
      { kind: 'maximumPool', name: 'pool1', size: 2 },
      { kind: 'convolution', name: 'conv2', filters: 50, kernel: 5, relu: true },
      { kind: 'maximumPool', name: 'pool2', size: 2 },
      { kind: 'fullyConnected', name: 'fc1', outputs: 500, relu: true },
      { kind: 'fullyConnected', name: 'fc2', outputs: 10, relu: false },
    ],
  },
  {
    // LeCun et al. 1998, "LeNet-300-100": 266,200 weights.
    name: 'lenet300',
    inputShape: [784, 1, 1],
    layers: [
      { kind: 'fullyConnected', name: 'fc1', outputs: 300, relu: true },
      { kind: 'fullyConnected', name: 'fc2', outputs: 100, relu: true },
      { kind: 'fullyConnected', name: 'fc3', outputs: 10, relu: false },
    ],
  },
];
