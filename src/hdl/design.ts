import { checkDesign } from './check/index.js';
import { DesignError } from './check/format.js';
import type { Diagnostic } from './diagnostics.js';
import type { ModuleIr } from './ir.js';
import { type Module, moduleOf } from './module.js';
import { emitDesign, type EmitOptions, type EmittedDesign } from './verilog/emit.js';

/** All findings of a design: those of elaboration and those of the checks, over the whole hierarchy. */
export function check(top: Module): Diagnostic[] {
  const elaboration = [...hierarchy(top.ir)].flatMap((ir) => moduleOf(ir)?.diagnostics ?? []);
  // A design whose expressions are wrong would make the checks report consequences, not causes.
  return elaboration.length > 0 ? elaboration : checkDesign(top.ir);
}

/** Verilog of a checked design. Throws DesignError with every finding where one is an error. */
export function emit(top: Module, options?: EmitOptions): EmittedDesign {
  const findings = check(top);
  if (findings.some(({ severity }) => severity === 'error')) throw new DesignError(findings);
  return emitDesign(top.ir, options);
}

/** Every module of the hierarchy once, children before parents. */
export function hierarchy(top: ModuleIr, seen = new Set<ModuleIr>()): Set<ModuleIr> {
  for (const { module } of top.instances) if (!seen.has(module)) hierarchy(module, seen);
  seen.add(top);
  return seen;
}
