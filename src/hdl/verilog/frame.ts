import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Handlebars from 'handlebars';

export interface ModuleFrame {
  readonly header: readonly string[];
  readonly before: readonly string[];
  readonly name: string;
  readonly parameters: string;
  readonly ports: string;
  readonly sections: readonly string[];
  readonly after: readonly string[];
}

let template: ((frame: ModuleFrame) => string) | undefined;

/** The templates lie at the root of the package, for the sources as for the compiled files. */
function findTemplate(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const file = join(folder, 'templates', 'verilog', 'module.hbs');
    if (existsSync(file)) return file;
    if (folder === dirname(folder))
      throw new Error('templates/verilog/module.hbs is missing: install the package again.');
  }
}

/** Puts the parts of a module into the frame `templates/verilog/module.hbs`. */
export function moduleFrame(frame: ModuleFrame): string {
  template ??= Handlebars.compile<ModuleFrame>(readFileSync(findTemplate(), 'utf8'), { noEscape: true, strict: true });
  return template(frame);
}
