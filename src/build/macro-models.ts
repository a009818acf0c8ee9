import { macroName, subarrayMacroModel } from '../../generators/subarray.js';
import { emit, type EmittedDesign } from '../hdl/index.js';
import type { SubarrayGeometry } from '../layout/plan.js';
import type { DesignFile } from './write-design.js';

/** Folder of the simulation models within a design: apart from its Verilog, which is for synthesis. */
export const modelsFolder = 'models';

/**
 * A simulation model for each macro of a design, under the file name of its black box: a simulator reads the one, a
 * synthesis tool the other. None where the design has no macro.
 */
export function macroModels(
  design: EmittedDesign,
  { rows, columns, readCycles }: SubarrayGeometry,
  headerLines: readonly string[],
): DesignFile[] {
  return design.modules
    .filter(({ module }) => module.kind === 'blackBox')
    .map(({ name }) => {
      if (name !== macroName({ rows, columns })) throw new Error(`no simulation model is known for ${name}`);
      const { modules } = emit(subarrayMacroModel({ rows, columns, readCycles }), { headerLines });
      const [{ file, text }] = modules as [(typeof modules)[number]];
      return { file: `${modelsFolder}/${file}`, text };
    });
}
