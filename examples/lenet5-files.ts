/** Three results of compressing LeNet-5; see examples/README.md. */
import { fileURLToPath } from 'node:url';

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

export const lenet5Files = {
  /** 8 bits, nothing removed. */
  dense: path('lenet5-dense.safetensors'),
  /** One weight of 40 at most. */
  structured: path('lenet5-structured.safetensors'),
  /** One weight of 240 at most. */
  small: path('lenet5-small.safetensors'),
} as const;
