/** A C++ program around a Verilated model that does what the bench for Icarus does in Verilog. */
import type { SignalIr } from '../../../src/hdl/ir.js';

const frame = `#include "Vmodel.h"
#include "verilated.h"
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

static std::ifstream pokes("pokes.txt");

static std::string next() {
    std::string digits;
    if (pokes >> digits) return digits;
    std::fputs("pokes.txt ends early\\n", stderr);
    std::exit(1);
}

template <typename Port> static void poke(Port& port) { port = static_cast<Port>(std::stoull(next(), nullptr, 16)); }

template <std::size_t words> static void poke(VlWide<words>& port) {
    std::string digits = next();
    digits.insert(0, words * 8 - digits.size(), '0');
    for (std::size_t word = 0; word < words; ++word) {
        port[word] = std::stoul(digits.substr((words - 1 - word) * 8, 8), nullptr, 16);
    }
}

template <typename Port> static void show(const Port& port, int digits) {
    std::printf("%0*llx ", digits, static_cast<unsigned long long>(port));
}

template <std::size_t words> static void show(const VlWide<words>& port, int digits) {
    char text[words * 8 + 1];
    for (std::size_t word = 0; word < words; ++word) std::snprintf(text + word * 8, 9, "%08x", port[words - 1 - word]);
    std::printf("%s ", text + words * 8 - digits);
}
`;

/** The program: it reads `pokes.txt` and prints a line of outputs for each line of it. */
export function nativeBench(inputs: readonly SignalIr[], outputs: readonly SignalIr[], hasClock: boolean): string {
  const edges = ['model.clk = 1;', 'model.eval();', 'model.clk = 0;', 'model.eval();'];
  const body = [
    ...inputs.map(({ name }) => `poke(model.${name!});`),
    'model.eval();',
    ...outputs.map(({ name, width }) => `show(model.${name!}, ${Math.ceil(width / 4)});`),
    'std::printf("\\n");',
    ...(hasClock ? edges : []),
  ];
  return [
    frame,
    'int main() {',
    '    Vmodel model;',
    '    model.eval();',
    '    while ((pokes >> std::ws).peek() != EOF) {',
    ...body.map((line) => `        ${line}`),
    '    }',
    '    model.final();',
    '}\n',
  ].join('\n');
}

/** Bit patterns in hexadecimal, one line a cycle, in the order of the inputs. */
export function pokesText(inputs: readonly SignalIr[], pokes: readonly ReadonlyMap<SignalIr, bigint>[]): string {
  return pokes.map((values) => `${inputs.map((port) => values.get(port)!.toString(16)).join(' ')}\n`).join('');
}
