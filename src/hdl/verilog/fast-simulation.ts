/** Macro under which the second bodies of `inVerilator` are read. */
export const fastSimulationMacro = 'SOTTO_FAST_SIMULATION';
