/** A number held by lines: bit i of every lane's number is line `lines[i]`. Least significant bit first. */
export interface Field {
  readonly name: string;
  readonly lines: readonly number[];
}

export function fieldWidth(field: Field): number {
  return field.lines.length;
}

/** Bits `from` (included) to `to` (excluded) of a field, as a field of its own. */
export function slice(field: Field, from: number, to: number): Field {
  if (from < 0 || to > field.lines.length || from > to) {
    throw new RangeError(`bits ${from} to ${to} of field '${field.name}', which has ${field.lines.length} bits`);
  }
  return { name: `${field.name}[${to - 1}:${from}]`, lines: field.lines.slice(from, to) };
}

/** The line of one bit. */
export function bit(field: Field, index: number): number {
  const line = field.lines[index];
  if (line === undefined) {
    throw new RangeError(`bit ${index} of field '${field.name}', which has ${field.lines.length} bits`);
  }
  return line;
}

/** Fields joined into one, the first least significant. */
export function join(name: string, ...parts: readonly Field[]): Field {
  return { name, lines: parts.flatMap((part) => part.lines) };
}
