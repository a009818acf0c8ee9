/** Kinds of layers in words. */
export const layerKinds = {
  convolution: 'convolution',
  fullyConnected: 'fully connected',
  maximumPool: 'maximum pool',
  averagePool: 'average pool',
} as const;
