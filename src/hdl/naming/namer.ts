import { isReservedWord } from './reserved-words.js';

/**
 * Gives the names of one scope. Four policies: a reserved name (a port) is taken as it is or refused; a renameable name
 * gets a number when others want it too; a mergeable name is shared by all that ask for it with equal content; an
 * unnamed temporary gets a leading underscore and a hash of its content.
 */
export class Namer {
  readonly #taken = new Set<string>();
  readonly #merged = new Map<string, string>();

  /** A port or module name: never altered. Throws when it is no legal name of its own. */
  reserve(name: string, what: string): string {
    if (!/^[A-Za-z_][A-Za-z0-9_$]*$/.test(name))
      throw new Error(`${what} "${name}" is no Verilog name: use letters, digits and _.`);
    if (isReservedWord(name)) throw new Error(`${what} "${name}" is a reserved word of Verilog: try "${name}_value".`);
    if (this.#taken.has(name)) throw new Error(`${what} "${name}" exists twice: rename one.`);
    this.#taken.add(name);
    return name;
  }

  /** Names for several things in order: bases that occur once and are free stay, others get `_0`, `_1` …. */
  rename(bases: readonly string[]): string[] {
    const counts = new Map<string, number>();
    for (const base of bases) counts.set(base, (counts.get(base) ?? 0) + 1);
    const single = new Set(
      [...counts].filter(([base, count]) => count === 1 && this.#isFree(base)).map(([base]) => base),
    );
    for (const base of single) this.#taken.add(base);
    const next = new Map<string, number>();
    return bases.map((base) => {
      if (single.has(base)) return base;
      let number = next.get(base) ?? 0;
      while (!this.#isFree(`${base}_${number}`)) number++;
      next.set(base, number + 1);
      this.#taken.add(`${base}_${number}`);
      return `${base}_${number}`;
    });
  }

  /** One name for all with equal `content`. */
  merge(base: string, content: string): string {
    const key = `${base}\n${content}`;
    const known = this.#merged.get(key);
    if (known !== undefined) return known;
    const [name] = this.rename([base]);
    this.#merged.set(key, name!);
    return name!;
  }

  /** `_<what>_<hash of content>`. */
  temporary(what: string, hash: string): string {
    return this.rename([`_${what}_${hash}`])[0]!;
  }

  #isFree(name: string): boolean {
    return !this.#taken.has(name) && !isReservedWord(name);
  }
}
