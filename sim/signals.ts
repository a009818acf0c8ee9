import { SimulationError } from './errors.js';

/** A port or a probe inside one instance of a model: little-endian bytes at an address of its memory. */
export interface Signal {
  readonly kind: 'input' | 'output' | 'probe';
  readonly name: string;
  readonly width: number;
  readonly signed: boolean;
  /** Bytes of one element: 1, 2, 4, 8 or a multiple of 4. */
  readonly storageBytes: number;
  /** 1, or the depth of a memory. */
  readonly elements: number;
  /** Index of the element at the address. */
  readonly firstIndex: number;
  readonly address: number;
}

/** Widest value that a `number` holds exactly. */
export const numberWidth = 53;

/** Parses the harness's description of an instance. */
export function parseSignals(text: string, isSigned: (name: string) => boolean): Map<string, Signal> {
  const signals = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Signal => {
      const [kind = '', name = '', ...numbers] = line.split('\t');
      const [width, storageBytes, elements, firstIndex, address] = numbers.map(Number);
      return {
        kind: kind as Signal['kind'],
        name,
        width: width!,
        signed: kind !== 'probe' && isSigned(name),
        storageBytes: storageBytes!,
        elements: elements!,
        firstIndex: firstIndex!,
        address: address!,
      };
    });
  return new Map(signals.map((signal) => [signal.name, signal]));
}

/** Reads one element: a `number` to 53 bits, a `bigint` above. */
export function readSignal(memory: DataView, signal: Signal, element = 0): number | bigint {
  const { width, storageBytes, signed } = signal;
  const address = signal.address + element * storageBytes;
  if (width <= 32) {
    const word =
      storageBytes === 1
        ? memory.getUint8(address)
        : storageBytes === 2
          ? memory.getUint16(address, true)
          : memory.getUint32(address, true);
    return signed ? (word << (32 - width)) >> (32 - width) : word;
  }
  if (width <= numberWidth) {
    const low = memory.getUint32(address, true);
    const high = memory.getUint32(address + 4, true);
    return (signed ? (high << (64 - width)) >> (64 - width) : high) * 2 ** 32 + low;
  }
  let value = 0n;
  for (let limb = storageBytes / 4 - 1; limb >= 0; limb -= 1) {
    value = (value << 32n) | BigInt(memory.getUint32(address + limb * 4, true));
  }
  return signed ? BigInt.asIntN(width, value) : value;
}

/** Writes a value that `checkValue` has passed. */
export function writeSignal(memory: DataView, signal: Signal, value: number | bigint): void {
  const { width, storageBytes, address } = signal;
  if (width <= 32) {
    const word = Number(value) & (width === 32 ? -1 : 2 ** width - 1);
    if (storageBytes === 1) memory.setUint8(address, word);
    else if (storageBytes === 2) memory.setUint16(address, word, true);
    else memory.setInt32(address, word, true);
    return;
  }
  let rest = BigInt.asUintN(width, BigInt(value));
  for (let limb = 0; limb < storageBytes / 4; limb += 1) {
    memory.setUint32(address + limb * 4, Number(rest & 0xffff_ffffn), true);
    rest >>= 32n;
  }
}

/** Smallest and largest value of a width. */
export function rangeOf(width: number, signed: boolean): readonly [minimum: bigint, maximum: bigint] {
  return signed ? [-(1n << BigInt(width - 1)), (1n << BigInt(width - 1)) - 1n] : [0n, (1n << BigInt(width)) - 1n];
}

/** @throws SimulationError naming the port, its width and the value, when the value does not fit. */
export function checkValue(signal: Signal, value: number | bigint, where = ''): void {
  const { name, width, signed } = signal;
  const isInteger = typeof value === 'bigint' || Number.isSafeInteger(value);
  if (isInteger && typeof value === 'number' && width <= numberWidth) {
    const half = 2 ** (width - 1);
    if (signed ? value >= -half && value < half : value >= 0 && value < half * 2) return;
  } else if (isInteger) {
    const [minimum, maximum] = rangeOf(width, signed);
    if (value >= minimum && value <= maximum) return;
  }
  const [minimum, maximum] = rangeOf(width, signed);
  const kind = `${width} bits${signed ? ', signed' : ''}`;
  throw new SimulationError(`port ${name} (${kind})${where}: ${value} is not an integer from ${minimum} to ${maximum}`);
}
