/** Which weights are not zero, a bit each: bit i % 8 of byte ⌊i / 8⌋, the lowest first; bits after the last are 0. */
export function nonzeroMask(weights: Int8Array): Uint8Array {
  const mask = new Uint8Array(Math.ceil(weights.length / 8));
  weights.forEach((weight, index) => {
    if (weight !== 0) mask[index >> 3]! |= 1 << (index & 7);
  });
  return mask;
}

/** The first place where a mask is not that of the weights; undefined where it is. */
export function maskContradiction(mask: Uint8Array, weights: Int8Array): number | undefined {
  const expected = nonzeroMask(weights);
  const byte = expected.findIndex((bits, index) => bits !== mask[index]);
  if (byte < 0) return undefined;
  return byte * 8 + Math.log2((expected[byte]! ^ mask[byte]!) & -(expected[byte]! ^ mask[byte]!));
}
