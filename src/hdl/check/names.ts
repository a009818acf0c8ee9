import type { ModuleIr } from '../ir.js';
import type { Locator } from '../locator.js';
import { isReservedWord } from '../naming/reserved-words.js';
import type { Named, Reporter } from './reporter.js';

const identifier = /^[A-Za-z_][A-Za-z0-9_$]*$/;

interface Claim {
  readonly what: string;
  readonly name: string;
  readonly locator: Locator;
  /** What to call it instead of a reserved word. */
  readonly suggestion: string;
  readonly concerned: readonly Named[];
}

function checkOne({ what, name, locator, suggestion, concerned }: Claim, reporter: Reporter): void {
  if (isReservedWord(name)) {
    const message = `${what} \`${name}\` has a name that Verilog reserves`;
    reporter.report('HDL0501', { message, locator, hint: `call it \`${suggestion}\`` }, ...concerned);
  } else if (!identifier.test(name)) {
    const legal = name.replaceAll(/[^A-Za-z0-9_$]+/g, '_').replace(/^(?=[0-9$])/, '_');
    const hint = `a letter or underscore, then letters, digits, underscores or $${legal === '' ? '' : `: \`${legal}\``}`;
    reporter.report('HDL0503', { message: `${what} \`${name}\` is no identifier`, locator, hint }, ...concerned);
  }
}

/** Names that are kept as they are written must be legal and distinct; local names are made so by the namer. */
function checkDistinct(claims: readonly Claim[], reporter: Reporter): void {
  const exact = new Map<string, Claim>();
  const folded = new Map<string, Claim>();
  for (const claim of claims) {
    const { what, name, locator, concerned } = claim;
    const same = exact.get(name);
    const similar = folded.get(name.toLowerCase());
    if (same !== undefined) {
      reporter.report(
        'HDL0502',
        {
          message: `${what} \`${name}\` has the name of another ${same.what}`,
          locator,
          notes: [{ message: `${same.what} \`${name}\``, locator: same.locator }],
          hint: 'rename one of them',
        },
        ...concerned,
      );
    } else if (similar !== undefined) {
      reporter.report(
        'HDL0504',
        {
          message: `${what} \`${name}\` and ${similar.what} \`${similar.name}\` differ by case only`,
          locator,
          notes: [{ message: `${similar.what} \`${similar.name}\``, locator: similar.locator }],
          hint: 'rename one of them',
        },
        ...concerned,
      );
    }
    if (same === undefined) exact.set(name, claim);
    if (similar === undefined) folded.set(name.toLowerCase(), claim);
  }
}

/** Names of ports and parameters of one module, and its own. */
export function checkNames(module: ModuleIr, reporter: Reporter): void {
  const own = { what: 'module', name: module.name, locator: module.locator, suggestion: `${module.name}_unit` };
  checkOne({ ...own, concerned: [] }, reporter);
  const claims: Claim[] = [];
  for (const port of module.ports) {
    if (port.name === undefined) continue;
    const suggestion = `${port.name}_${port.kind === 'input' ? 'in' : 'out'}`;
    claims.push({ what: 'port', name: port.name, locator: port.locator, suggestion, concerned: [port] });
  }
  for (const { name } of module.parameters) {
    const suggestion = `${name.toUpperCase()}_VALUE`;
    claims.push({ what: 'parameter', name, locator: module.locator, suggestion, concerned: [] });
  }
  for (const claim of claims) checkOne(claim, reporter);
  checkDistinct(claims, reporter);
}

/** Modules become files: two names that differ by case only are one file on many systems. */
export function checkModuleNames(modules: readonly ModuleIr[], reporter: Reporter): void {
  const names = new Map<string, ModuleIr>();
  // Equal names are no mistake: the emitter tells different modules of one name apart.
  for (const module of modules) if (!names.has(module.name)) names.set(module.name, module);
  const claims = [...names.values()].map((module) => ({
    what: 'module',
    name: module.name,
    locator: module.locator,
    suggestion: module.name,
    concerned: [],
  }));
  checkDistinct(claims, reporter);
}
