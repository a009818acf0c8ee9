import { expect, test } from 'vitest';
import {
  bits,
  bool,
  check,
  clockDomain,
  defineModule,
  DesignError,
  emit,
  input,
  instance,
  type Module,
  output,
  register,
  when,
  wire,
} from '../../../src/hdl/index.js';

// Designs in the language itself: a finding names the line of the user's file, told here by a marker on that line.

/** The findings, each with the text of the line that it points at. */
async function findings(top: Module): Promise<string[]> {
  const { readFile } = await import('node:fs/promises');
  const lines = (await readFile(import.meta.filename, 'utf8')).split('\n');
  return check(top).map(({ code, locator }) => {
    expect(locator.file).toBe('test/hdl/check/language.test.ts');
    return `${code} ${/\/\/ here: (.*)$/.exec(lines[locator.line - 1]!)?.[1] ?? `line ${locator.line}`}`;
  });
}

const inverter = defineModule('inverter', () => {
  const data = input(bits(4));
  const inverted = output(bits(4));
  inverted.connect(data.not());
  return { data, inverted };
});

test('a sound design has no findings', async () => {
  const counter = defineModule('counter', () => {
    const enable = input(bool());
    const count = register(bits(4), { reset: 0 });
    when(enable, () => count.next(count.add(1)));
    const value = output(bits(4));
    value.connect(count);
    return { enable, value };
  });
  expect(await findings(counter())).toEqual([]);
});

test('undriven output', async () => {
  const silent = defineModule('silent', () => {
    const result = output(bits(4)); // here: result
    return { result };
  });
  expect(await findings(silent())).toEqual(['HDL0201 result']);
  expect(() => emit(silent())).toThrow(DesignError);
  expect(() => emit(silent())).toThrow('test/hdl/check/language.test.ts');
});

test('latch', async () => {
  const keeper = defineModule('keeper', () => {
    const enable = input(bool());
    const data = input(bits(4));
    const result = output(bits(4));
    when(enable, () => result.connect(data)); // here: when
    return { enable, data, result };
  });
  expect(await findings(keeper())).toEqual(['HDL0206 when']);
});

test('second driver', async () => {
  const twice = defineModule('twice', () => {
    const data = input(bits(4));
    const result = output(bits(4));
    result.connect(data);
    result.connect(data.not()); // here: again
    return { data, result };
  });
  expect(await findings(twice())).toEqual(['HDL0203 again']);
});

test('combinational loop through an instance', async () => {
  const ring = defineModule('ring', () => {
    const result = output(bits(4));
    const part = instance(inverter()); // here: instance
    part.data.connect(part.inverted);
    result.connect(part.inverted);
    return { result };
  });
  expect(await findings(ring())).toEqual(['HDL0301 instance']);
});

test('an input of an instance that is left open', async () => {
  const open = defineModule('open', () => {
    const result = output(bits(4));
    const part = instance(inverter()); // here: instance
    result.connect(part.inverted);
    return { result };
  });
  expect(await findings(open())).toEqual(['HDL0801 instance']);
  expect(check(open())[0]?.message).toMatch(/^input `data` of .* is not connected$/);
});

test('clock crossing', async () => {
  const crossing = defineModule('crossing', () => {
    const data = input(bits(4));
    const fast = input(bool());
    const slow = input(bool());
    const held = register(bits(4), { domain: clockDomain({ clock: fast }) });
    const sampled = register(bits(4), { domain: clockDomain({ clock: slow }) });
    held.next(data);
    sampled.next(held); // here: samples
    const result = output(bits(4));
    result.connect(sampled);
    return { data, fast, slow, result };
  });
  expect(await findings(crossing())).toEqual(['HDL0302 samples']);
});

test('unused wire and input', async () => {
  const idle = defineModule('idle', () => {
    const data = input(bits(4));
    const spare = input(bits(4)); // here: spare
    const never = wire(bits(4)); // here: never
    never.connect(data);
    const result = output(bits(4));
    result.connect(data);
    return { data, spare, result };
  });
  expect(await findings(idle())).toEqual(['HDL0403 spare', 'HDL0401 never']);
});

test('a port with a reserved name', async () => {
  const reserved = defineModule('reserved', () => {
    const data = input(bits(4)); // here: data
    const result = output(bits(4));
    result.connect(data);
    return { reg: data, result };
  });
  expect(await findings(reserved())).toEqual(['HDL0501 data']);
});
