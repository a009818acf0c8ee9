import type { InstanceIr, ModuleIr } from '../ir.js';
import { checkImage } from './memories.js';
import type { Reporter } from './reporter.js';

function list(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.map((name) => `\`${name}\``).join(', ');
}

/** Connections, parameters and images of every instance against the module that it is an instance of. */
export function checkInstances(module: ModuleIr, reporter: Reporter): void {
  for (const instance of module.instances) {
    checkPorts(instance, reporter);
    checkParameters(instance, reporter);
  }
}

function checkPorts(instance: InstanceIr, reporter: Reporter): void {
  const { module, inputs, outputs, locator } = instance;
  const name = reporter.instance(instance);
  for (const port of module.ports) {
    if (port.kind === 'input' && !inputs.has(port.name!)) {
      const message = `input \`${port.name!}\` of ${name} is not connected`;
      const notes = [{ message: `\`${port.name!}\` is declared here`, locator: port.locator }];
      reporter.report('HDL0801', { message, locator, notes, hint: `connect a value of ${port.width} bits` });
    }
  }
  for (const [kind, connections] of [
    ['input', inputs],
    ['output', outputs],
  ] as const) {
    const ports = new Map(module.ports.filter((port) => port.kind === kind).map((port) => [port.name!, port]));
    for (const [portName, value] of connections) {
      const port = ports.get(portName);
      if (port === undefined) {
        const message = `\`${module.name}\` has no ${kind} \`${portName}\``;
        reporter.report('HDL0802', { message, locator, hint: `its ${kind}s are ${list([...ports.keys()])}` });
      } else if (port.width !== value.width) {
        const message = `${kind} \`${portName}\` of ${name} has ${port.width} bits, but ${value.width} are connected`;
        const notes = [{ message: `\`${portName}\` is declared here`, locator: port.locator }];
        reporter.report('HDL0803', { message, locator, notes, hint: `resize the value to ${port.width} bits` });
      }
    }
  }
}

function checkParameters(instance: InstanceIr, reporter: Reporter): void {
  const { module, parameters, images, locator } = instance;
  const known = new Set(module.parameters.map(({ name }) => name));
  for (const name of parameters.keys()) {
    if (known.has(name)) continue;
    const message = `\`${module.name}\` has no parameter \`${name}\``;
    reporter.report('HDL0804', { message, locator, hint: `its parameters are ${list([...known])}` });
  }
  const filled = new Set<string>();
  for (const memory of module.memories) {
    if (memory.image?.kind !== 'parameter') continue;
    const { parameter } = memory.image;
    filled.add(parameter);
    const words = images.get(parameter);
    if (words === undefined) {
      const message = `${reporter.instance(instance)} gives no image for \`${parameter}\`, which fills memory ${reporter.name(memory)}`;
      const notes = [{ message: 'the memory is declared here', locator: memory.locator }];
      reporter.report('HDL0805', { message, locator, notes, hint: `give ${memory.depth} words` }, memory);
    } else {
      checkImage(words, memory, `image \`${parameter}\``, locator, reporter);
    }
  }
  for (const name of images.keys()) {
    // The memory of a black box is not visible: any of its parameters may name an image.
    if (filled.has(name) || (module.kind === 'blackBox' && known.has(name))) continue;
    const message = `\`${module.name}\` has no image parameter \`${name}\``;
    reporter.report('HDL0804', { message, locator, hint: `its image parameters are ${list([...filled])}` });
  }
}
