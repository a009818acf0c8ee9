export { checkSupport, lowerGraph, SupportError } from './lower-graph.js';
export { inspectGraph, type GraphInspection, type NodeInspection } from './inspect-graph.js';
export { runNetwork } from './run-network.js';
export { formatSupportTable, type SupportProblem } from './support.js';
