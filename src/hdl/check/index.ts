import type { Diagnostic } from '../diagnostics.js';
import type { ModuleIr } from '../ir.js';
import { checkCases } from './cases.js';
import { checkClockCrossings } from './clock-crossing.js';
import { checkCombinationalLoops } from './combinational-loop.js';
import { CoverageAnalysis } from './coverage.js';
import { checkSeveralDrivers, checkUndriven, reportOverwritten, wholeDrivers } from './drivers.js';
import { declaredName } from '../naming/declared-name.js';
import { ModuleAnalysis, type ModulePaths } from './fan-in.js';
import { checkInstances } from './instances.js';
import { checkLatches } from './latch.js';
import { checkMemories, checkSelects } from './memories.js';
import { checkModuleNames, checkNames } from './names.js';
import { type Named, Reporter } from './reporter.js';
import { checkUnused, readSignals } from './unused.js';
import { verifyIr } from './verify-ir.js';
import { modulesOf } from './walk.js';

export { type CodeDescription, codes, diagnostic, type DiagnosticCode, type DiagnosticDetails } from './codes.js';
export { DesignError, formatDiagnostics, type FormatOptions, formatLocator } from './format.js';
export { IrError, verifyIr } from './verify-ir.js';
export type { Named } from './reporter.js';

export interface CheckOptions {
  /** Name of an object that carries none, for messages. Default: that of the variable which holds it. */
  readonly nameOf?: (object: Named) => string | undefined;
}

/**
 * Every finding about the design under `top`, each distinct module once, sorted by file and line. Empty: the design is
 * sound. Linear in the size of the design but for loops of words, which are looked at bit by bit.
 * @throws IrError if the representation itself is broken, which is a bug of its builder.
 */
export function checkDesign(top: ModuleIr, options: CheckOptions = {}): Diagnostic[] {
  verifyIr(top);
  const reporter = new Reporter(options.nameOf ?? ((object) => declaredName(object.locator)));
  const modules = modulesOf(top);
  const paths = new Map<ModuleIr, ModulePaths>();
  for (const module of modules) {
    checkNames(module, reporter);
    paths.set(module, module.kind === 'blackBox' ? blackBoxPaths : checkModule(module, paths, reporter));
  }
  checkModuleNames(modules, reporter);
  return reporter.sorted();
}

/** Nothing is known of what comes from elsewhere: its outputs begin new paths, and no clock is told. */
const blackBoxPaths: ModulePaths = { outputs: new Map(), dependencies: new Map(), samplers: new Map() };

function checkModule(module: ModuleIr, paths: ReadonlyMap<ModuleIr, ModulePaths>, reporter: Reporter): ModulePaths {
  const coverage = new CoverageAnalysis((assign, block, index, bits) =>
    reportOverwritten(assign, block, index, bits, reporter),
  );
  for (const instance of module.instances) reporter.addConnections(instance);
  const whole = wholeDrivers(module, reporter);
  checkUndriven(module, coverage, whole, reporter);
  checkSeveralDrivers(module, whole, reporter);
  checkLatches(module, coverage, reporter);
  checkCases(module, reporter);
  checkSelects(module, reporter);
  checkInstances(module, reporter);

  const analysis = new ModuleAnalysis(module, (child) => paths.get(child) ?? blackBoxPaths, reporter);
  checkMemories(analysis, reporter);
  checkUnused(module, readSignals(analysis.graph), coverage, whole, reporter);
  checkCombinationalLoops(analysis, reporter);
  return checkClockCrossings(analysis, reporter);
}
