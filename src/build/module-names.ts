import { snakeCase } from '../hdl/naming/snake-case.js';

/** Verilog names for layers: the last part of the model's name, made legal, and numbered where two would be one. */
export function moduleNames(layers: readonly string[], top: string): string[] {
  const used = new Set([top]);
  return layers.map((layer, index) => {
    const part = layer.split(/[/:.]/).findLast((piece) => snakeCase(piece) !== undefined);
    const base = (part === undefined ? undefined : snakeCase(part)) ?? `layer${index}`;
    let name = base;
    for (let number = 2; used.has(name); number++) name = `${base}_${number}`;
    used.add(name);
    return name;
  });
}
