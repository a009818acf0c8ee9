/* Answers the records of protocol.ts with the floating-point unit of this machine, its rounding modes and its flags.
 * Formats 1 (binary32) and 2 (binary64), rounding modes 0 to 3. Build: gcc -O2 -frounding-math fenv-oracle.c -lm */
#include <fenv.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static float single_of(uint64_t bits) {
  uint32_t word = (uint32_t)bits;
  float value;
  memcpy(&value, &word, sizeof value);
  return value;
}

static double double_of(uint64_t bits) {
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static uint64_t single_bits(float value) {
  uint32_t word;
  memcpy(&word, &value, sizeof word);
  return word;
}

static uint64_t double_bits(double value) {
  uint64_t word;
  memcpy(&word, &value, sizeof word);
  return word;
}

/* Every operand and result goes through a volatile, so that nothing is computed outside the flags' window. */
#define ANSWER(TYPE, OF, BITS, FMA, SQRT)                                                 \
  {                                                                                       \
    volatile TYPE x = OF(a), y = OF(b), z = OF(c), result = 0;                            \
    volatile int truth = -1;                                                              \
    feclearexcept(FE_ALL_EXCEPT);                                                         \
    switch (operation) {                                                                  \
      case 0: result = x + y; break;                                                      \
      case 1: result = x - y; break;                                                      \
      case 2: result = x * y; break;                                                      \
      case 3: result = FMA(x, y, z); break;                                               \
      case 4: result = x / y; break;                                                      \
      case 5: result = SQRT(x); break;                                                    \
      case 6: truth = x == y; break;                                                      \
      case 7: truth = x < y; break;                                                       \
      case 8: truth = x <= y; break;                                                      \
      case 16: result = (TYPE)(int32_t)a; break;                                          \
      case 17: result = (TYPE)(uint32_t)a; break;                                         \
      case 18: result = (TYPE)(int64_t)a; break;                                          \
      default: fprintf(stderr, "unknown operation %d\n", operation); exit(1);             \
    }                                                                                     \
    bits = truth >= 0 ? (uint64_t)truth : BITS(result);                                   \
  }

int main(void) {
  static const int modes[] = {FE_TONEAREST, FE_TOWARDZERO, FE_DOWNWARD, FE_UPWARD};
  uint8_t record[32];
  while (fread(record, sizeof record, 1, stdin) == 1) {
    const int format = record[0], operation = record[1], mode = record[2];
    uint64_t a, b, c, bits = 0;
    memcpy(&a, record + 8, 8);
    memcpy(&b, record + 16, 8);
    memcpy(&c, record + 24, 8);
    if (mode > 3 || fesetround(modes[mode]) != 0) {
      fprintf(stderr, "unknown rounding mode %d\n", mode);
      return 1;
    }
    if (operation == 10 && format == 2) {
      volatile double x = double_of(a);
      feclearexcept(FE_ALL_EXCEPT);
      volatile float result = (float)x;
      bits = single_bits(result);
    } else if (operation == 11 && format == 1) {
      volatile float x = single_of(a);
      feclearexcept(FE_ALL_EXCEPT);
      volatile double result = (double)x;
      bits = double_bits(result);
    } else if (format == 1) {
      ANSWER(float, single_of, single_bits, fmaf, sqrtf)
    } else if (format == 2) {
      ANSWER(double, double_of, double_bits, fma, sqrt)
    } else {
      fprintf(stderr, "unknown format %d\n", format);
      return 1;
    }
    const int raised = fetestexcept(FE_ALL_EXCEPT);
    const uint8_t flags = (uint8_t)((raised & FE_INVALID ? 16 : 0) | (raised & FE_DIVBYZERO ? 8 : 0) |
                                    (raised & FE_OVERFLOW ? 4 : 0) | (raised & FE_UNDERFLOW ? 2 : 0) |
                                    (raised & FE_INEXACT ? 1 : 0));
    fwrite(&bits, sizeof bits, 1, stdout);
    fwrite(&flags, 1, 1, stdout);
  }
  return 0;
}
