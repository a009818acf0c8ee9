// The one file of the simulator that knows the construction language: from an elaborated module to a running model.
import { type Module, type PortTree, emit, type EmitOptions } from '../src/hdl/index.js';
import type { BuildOptions } from './build.js';
import { cxxrtl } from './cxxrtl.js';
import type { EngineName, Model } from './model.js';
import type { PortsOf } from './module-ports.js';
import type { Simulation, SimulationOptions } from './simulation.js';
import type { Source } from './sources.js';
import type { StateNames } from './state-names.js';
import { verilate } from './verilator.js';

/** How the model of a module is built. */
export interface ModuleBuildOptions extends Omit<BuildOptions, 'sources' | 'top' | 'parameters' | 'dataFiles'> {
  /** Default `'verilator'`. */
  readonly engine?: EngineName;
  /** Verilog bodies of the design's black boxes. */
  readonly blackBoxes?: readonly Source[];
  readonly emit?: Omit<EmitOptions, 'blackBoxStubs'>;
}

/** How a module is built and run. With `waves` the model is built for them. */
export interface SimulateOptions extends ModuleBuildOptions, Omit<SimulationOptions, 'dataFiles' | 'stateNames'> {}

type EmittedNames = ReturnType<typeof emit>['names'];

/** The names of the values of every enumerated signal below a module, by hierarchical path. */
function enumeratedSignals(names: EmittedNames, ir: Module['ir'], path: string): StateNames {
  const own = names.get(ir);
  const states: Record<string, Readonly<Record<number, string>>> = {};
  for (const signal of [...ir.ports, ...ir.signals]) {
    const name = own?.signals.get(signal);
    if (signal.enumeration === undefined || name === undefined) continue;
    const members = [...signal.enumeration.members].map(([member, code]) => [Number(code), member]);
    states[`${path}.${name}`] = Object.fromEntries(members) as Record<number, string>;
  }
  for (const instance of ir.instances) {
    const name = own?.instances.get(instance);
    if (name !== undefined) Object.assign(states, enumeratedSignals(names, instance.module, `${path}.${name}`));
  }
  return states;
}

/**
 * Emits a module and builds its model. Instances of the model name the states of enumerated signals in their waves.
 *
 * @throws DesignError when the checks of the design find errors.
 * @throws SimulationBuildError when the engine refuses the Verilog.
 */
export async function modelOf<Ports extends PortTree>(
  module: Module<Ports>,
  options: ModuleBuildOptions = {},
): Promise<Model<PortsOf<Ports>>> {
  const { engine = 'verilator', blackBoxes = [], emit: emitOptions, ...build } = options;
  const { topName, modules, images, names } = emit(module, { ...emitOptions, blackBoxStubs: blackBoxes.length === 0 });
  const make = engine === 'cxxrtl' ? cxxrtl : verilate;
  return make<PortsOf<Ports>>({
    ...build,
    stateNames: { ...enumeratedSignals(names, module.ir, topName), ...build.stateNames },
    top: topName,
    sources: [...modules.map(({ file, text }) => ({ name: file, text })), ...blackBoxes],
    dataFiles: images.map(({ file, text }) => ({ name: file, text })),
  });
}

/** Builds the model of a module and powers it up; see `modelOf`. */
export async function simulate<Ports extends PortTree>(
  module: Module<Ports>,
  options: SimulateOptions = {},
): Promise<Simulation<PortsOf<Ports>>> {
  const { clock, reset, resetActive, waves, print, ...build } = options;
  const model = await modelOf(module, { ...build, trace: build.trace ?? waves !== undefined });
  return model.instantiate({
    ...(clock !== undefined && { clock }),
    ...(reset !== undefined && { reset }),
    ...(resetActive !== undefined && { resetActive }),
    ...(waves !== undefined && { waves }),
    ...(print !== undefined && { print }),
  });
}
