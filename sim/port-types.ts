/** What a port is. `width` in bits, 1 and up. */
export interface PortShape {
  readonly direction: 'input' | 'output';
  readonly width: number;
  readonly signed?: boolean;
}

/** A map from port names to what the ports are; literal widths give exact value types. */
export type PortShapes = Readonly<Record<string, PortShape>>;

/** Ports known only at run time: every name is accepted by the compiler and checked when used. */
export type AnyPorts = Readonly<Record<string, PortShape>>;

type Range53 = [
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27],
  ...[28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53],
];
/** Every width whose values a `number` holds exactly. */
export type WidthOfNumber = Range53[number];

/** The JavaScript type of a value of `Width` bits: exact in a `number` to 53 bits, a `bigint` above. */
export type ValueOfWidth<Width extends number> = number extends Width
  ? number | bigint
  : Width extends WidthOfNumber
    ? number
    : bigint;

/** The value type of one port. */
export type PortValue<Ports extends PortShapes, Name extends keyof Ports> = ValueOfWidth<Ports[Name]['width']>;

/** Names of the ports that can be poked. */
export type InputName<Ports extends PortShapes> = {
  [Name in keyof Ports]: 'input' extends Ports[Name]['direction'] ? Name : never;
}[keyof Ports] &
  string;

/** Names of all ports. */
export type PortName<Ports extends PortShapes> = keyof Ports & string;

/** A port as a model reports it. */
export interface Port extends PortShape {
  readonly name: string;
  readonly signed: boolean;
}
