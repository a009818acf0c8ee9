// Operations a second of a Verilated combinational unit, with random operands that change in every one.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include "Vunit.h"
#include "verilated.h"

int main() {
  Vunit unit;
  unit.clk = unit.rst = 0;
  unit.in_valid = unit.out_ready = 1;
  const uint64_t count = 1 << 23;
  uint64_t word = 1;
  uint32_t sum = 0;
  const auto next = [&word] {
    word ^= word << 13;
    word ^= word >> 7;
    word ^= word << 17;
    return uint32_t(word >> 16);
  };
  const auto start = std::chrono::steady_clock::now();
  for (uint64_t index = 0; index < count; ++index) {
    unit.a = next();
    unit.b = next();
#ifdef HAS_C
    unit.c = next();
#endif
    unit.rounding_mode = index % 5;
    unit.eval();
    sum += unit.result + unit.flags;
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  std::fprintf(stderr, "checksum %u\n", sum);
  std::printf("%.2f\n", count / seconds.count() / 1e6);
}
