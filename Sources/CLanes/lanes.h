// Operations on sixteen numbers at once for which Swift's SIMD16, as which the types below arrive there, has
// loops over the numbers only. They become vector instructions of whatever width the processor has;
// comparisons let a NaN through.
#ifndef HPTRAIN_LANES_H
#define HPTRAIN_LANES_H

typedef float lanes_floats __attribute__((ext_vector_type(16)));
typedef int lanes_integers __attribute__((ext_vector_type(16)));
typedef unsigned int lanes_words __attribute__((ext_vector_type(16)));
typedef unsigned long long lanes_wide __attribute__((ext_vector_type(16)));

#define LANES_FUNCTION static inline __attribute__((always_inline))

/// a + b · c, rounded once where the build's processor can and twice elsewhere.
LANES_FUNCTION lanes_floats lanes_multiply_add(lanes_floats a, lanes_floats b, lanes_floats c) {
  return a + b * c;
}

LANES_FUNCTION lanes_floats lanes_square_roots(lanes_floats x) {
  return __builtin_elementwise_sqrt(x);
}

/// Where a bit of all ones stands in `mask` the first, else the second.
LANES_FUNCTION lanes_floats lanes_select(lanes_integers mask, lanes_floats first,
                                         lanes_floats second) {
  return (lanes_floats)(((lanes_integers)first & mask) | ((lanes_integers)second & ~mask));
}

/// x, but `low` where it is less and `high` where it is more.
LANES_FUNCTION lanes_floats lanes_clamped(lanes_floats x, float low, float high) {
  x = lanes_select(x < (lanes_floats)low, (lanes_floats)low, x);
  return lanes_select(x > (lanes_floats)high, (lanes_floats)high, x);
}

/// The larger of each two; where they cannot be compared the second.
LANES_FUNCTION lanes_floats lanes_larger(lanes_floats first, lanes_floats second) {
  return lanes_select(first > second, first, second);
}

/// Where x is less than the bound the first, else the second.
LANES_FUNCTION lanes_floats lanes_select_less(lanes_floats x, float bound, lanes_floats first,
                                              lanes_floats second) {
  return lanes_select(x < (lanes_floats)bound, first, second);
}

/// The first `count` numbers, and `rest` behind them.
LANES_FUNCTION lanes_floats lanes_first(lanes_floats x, int count, float rest) {
  const lanes_integers indices = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  return lanes_select(indices < (lanes_integers)count, x, (lanes_floats)rest);
}

/// 2ⁿ for whole numbers from −126 to 127, which are 1.5 · 2²³ + n here: their low bits are those of n.
LANES_FUNCTION lanes_floats lanes_power_of_two(lanes_floats shifted) {
  const lanes_integers zero = (lanes_integers)(lanes_floats)12582912.0f;
  return (lanes_floats)(((lanes_integers)shifted - zero + 127) << 23);
}

/// The lower 32 bits of products.
LANES_FUNCTION lanes_words lanes_low_products(lanes_words a, unsigned int b) { return a * b; }

/// The upper 32 bits of products.
LANES_FUNCTION lanes_words lanes_high_products(lanes_words a, unsigned int b) {
  const lanes_wide products = __builtin_convertvector(a, lanes_wide) * (lanes_wide)b;
  return __builtin_convertvector(products >> 32, lanes_words);
}

/// 0 where a word is less than the bound, else the value.
LANES_FUNCTION lanes_floats lanes_zero_where_less(lanes_words words, unsigned int bound,
                                                  float value) {
  return (lanes_floats)((lanes_integers)(lanes_floats)value & ~(words < (lanes_words)bound));
}

#undef LANES_FUNCTION
#endif
