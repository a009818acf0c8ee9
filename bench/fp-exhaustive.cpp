// Every pair of fp16 operands through the Verilated unit, against this machine's own arithmetic: the sum or product in
// float, which a conversion to 16 bits rounds as if once (a float has 2 * 11 + 2 bits), and flags from exact doubles.
// usage: fp-exhaustive add|multiply FIRST END   (values of a, 0 to 65536)
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <immintrin.h>
#include "Vunit.h"
#include "verilated.h"

static bool isNaN(uint32_t h) { return (h & 0x7fff) > 0x7c00; }
static bool isSignalling(uint32_t h) { return isNaN(h) && !(h & 0x200); }
static bool isInfinity(uint32_t h) { return (h & 0x7fff) == 0x7c00; }

struct Outcome { uint32_t result, flags; };

static Outcome native(bool multiplies, uint32_t a, uint32_t b, float x, float y) {
  const float rounded = multiplies ? x * y : x + y;
  const double exact = multiplies ? double(x) * double(y) : double(x) + double(y);
  if (std::isnan(rounded)) {
    const bool invalid = isSignalling(a) || isSignalling(b) || !(isNaN(a) || isNaN(b));
    return {0x7e00, invalid ? 16u : 0u};
  }
  const uint32_t result = _cvtss_sh(rounded, _MM_FROUND_TO_NEAREST_INT);
  if (isInfinity(a) || isInfinity(b)) return {result, 0};
  if (isInfinity(result)) return {result, 4 | 1};
  if (double(_cvtsh_ss(result)) == exact) return {result, 0};
  // The numbers from here on round to the smallest normal one in 11 bits.
  const bool tiny = std::fabs(exact) < 0x1p-14 - 0x1p-26;
  return {result, tiny ? 2u | 1u : 1u};
}

int main(int, char** arguments) {
  const bool multiplies = !std::strcmp(arguments[1], "multiply");
  const uint32_t first = std::atoi(arguments[2]), end = std::atoi(arguments[3]);
  static float value[65536];
  for (uint32_t h = 0; h < 65536; ++h) value[h] = _cvtsh_ss(h);
  Vunit unit;
  unit.clk = unit.rst = 0;
  unit.in_valid = unit.out_ready = 1;
  uint64_t wrong = 0;
  for (uint32_t a = first; a < end; ++a) {
    unit.a = a;
    for (uint32_t b = 0; b < 65536; ++b) {
      unit.b = b;
      unit.eval();
      const Outcome wanted = native(multiplies, a, b, value[a], value[b]);
      if (unit.result == wanted.result && unit.flags == wanted.flags) continue;
      if (++wrong <= 8)
        std::printf("%04x %04x: %04x flags %x, native %04x flags %x\n", a, b, unit.result, unit.flags, wanted.result,
                    wanted.flags);
    }
  }
  std::printf("%llu pairs, %llu different\n", 65536ull * (end - first), (unsigned long long)wrong);
  return wrong != 0;
}
