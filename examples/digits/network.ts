import type { Chain } from '../../src/compression/training/index.js';

/** The network of `examples/digits.onnx`: 1,810 parameters, pixels of 0 … 1 in, ten scores out. */
export const digitNetwork: Chain = {
  name: 'digits',
  inputShape: [1, 16, 16],
  layers: [
    { kind: 'convolution', name: 'conv1', filters: 6, kernel: 3, padding: 1, relu: true },
    { kind: 'maximumPool', name: 'pool1', size: 2 },
    { kind: 'convolution', name: 'conv2', filters: 12, kernel: 3, relu: true },
    { kind: 'maximumPool', name: 'pool2', size: 2 },
    { kind: 'fullyConnected', name: 'classes', outputs: 10, relu: false },
  ],
};

/** What the network reads for a stored byte is byte / 255. */
export const digitRange = 255;
