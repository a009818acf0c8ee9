import { expect, test } from 'vitest';
import { Namer } from '../../../src/hdl/naming/namer.js';
import { constantCase, snakeCase } from '../../../src/hdl/naming/snake-case.js';

test.each([
  ['weightPlane', 'weight_plane'],
  ['HTTPServer', 'http_server'],
  ['#count', 'count'],
  ['x2Y', 'x2_y'],
  ['2nd', 'n2nd'],
  ['___', undefined],
])('%s is spelt %s', (from, to) => {
  expect(snakeCase(from)).toBe(to);
});

test('constants are spelt in capitals', () => expect(constantCase('loadWeights')).toBe('LOAD_WEIGHTS'));

test('one of a name keeps it, several are numbered in order', () => {
  expect(new Namer().rename(['sum', 'lane', 'lane', 'lane'])).toEqual(['sum', 'lane_0', 'lane_1', 'lane_2']);
});

test('a reserved word or a port is never given to a local signal', () => {
  const namer = new Namer();
  namer.reserve('sum', 'Port');
  expect(namer.rename(['reg', 'sum', 'logic'])).toEqual(['reg_0', 'sum_0', 'logic_0']);
});

test('a number that a given name has already taken is passed over', () => {
  expect(new Namer().rename(['lane_0', 'lane', 'lane'])).toEqual(['lane_0', 'lane_1', 'lane_2']);
});

test.each([
  ['reg', /reserved word/],
  ['a-b', /no Verilog name/],
])('the port name %s is refused', (name, message) => {
  expect(() => new Namer().reserve(name, 'Port')).toThrow(message);
});

test('a port name that exists is refused', () => {
  const namer = new Namer();
  namer.reserve('a', 'Port');
  expect(() => namer.reserve('a', 'Port')).toThrow(/twice/);
});

test('equal content shares a name', () => {
  const namer = new Namer();
  expect([namer.merge('x', '1'), namer.merge('x', '1'), namer.merge('x', '2')]).toEqual(['x', 'x', 'x_0']);
});
