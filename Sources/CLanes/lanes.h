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

/// Whether the build's processor reads and writes the first numbers of a vector alone.
LANES_FUNCTION int lanes_have_masks(void) {
#ifdef __AVX__
  return 1;
#else
  return 0;
#endif
}

/// Sixty-four zeros, for sums that begin with a row of them.
LANES_FUNCTION const float *lanes_zeros(void) {
  static const float zeros[64] __attribute__((aligned(64))) = {0};
  return zeros;
}

#if defined(__AVX__) && !defined(__AVX512F__)
typedef float lanes_half __attribute__((vector_size(32)));
typedef int lanes_half_integers __attribute__((vector_size(32)));

/// All ones in the first `count` of eight words.
LANES_FUNCTION lanes_half_integers lanes_half_mask(int count) {
  const lanes_half_integers indices = {0, 1, 2, 3, 4, 5, 6, 7};
  return indices < count;
}
#endif

/// The first `count` numbers at an address, at most sixteen, and zeros behind them.
LANES_FUNCTION lanes_floats lanes_load_first(const float *source, int count) {
#if defined(__AVX512F__)
  return __builtin_ia32_loadups512_mask(source, (lanes_floats)0.0f,
                                        (unsigned short)((1u << count) - 1));
#elif defined(__AVX__)
  const lanes_half *halves = (const lanes_half *)source;
  const lanes_half low = __builtin_ia32_maskloadps256(halves, lanes_half_mask(count));
  const lanes_half high = __builtin_ia32_maskloadps256(halves + 1, lanes_half_mask(count - 8));
  return __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
#else
  lanes_floats x = 0.0f;
  for (int index = 0; index < count; index++) x[index] = source[index];
  return x;
#endif
}

/// Stores the first `count` numbers, at most sixteen.
LANES_FUNCTION void lanes_store_first(lanes_floats x, int count, float *target) {
#if defined(__AVX512F__)
  __builtin_ia32_storeups512_mask(target, x, (unsigned short)((1u << count) - 1));
#elif defined(__AVX__)
  lanes_half *halves = (lanes_half *)target;
  __builtin_ia32_maskstoreps256(halves, lanes_half_mask(count),
                                __builtin_shufflevector(x, x, 0, 1, 2, 3, 4, 5, 6, 7));
  __builtin_ia32_maskstoreps256(halves + 1, lanes_half_mask(count - 8),
                                __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15));
#else
  for (int index = 0; index < count; index++) target[index] = x[index];
#endif
}

/// 2ⁿ for whole numbers from −126 to 127, which are 1.5 · 2²³ + n here: their low bits are those of n.
LANES_FUNCTION lanes_floats lanes_power_of_two(lanes_floats shifted) {
  const lanes_integers zero = (lanes_integers)(lanes_floats)12582912.0f;
  return (lanes_floats)(((lanes_integers)shifted - zero + 127) << 23);
}

/// Stores past the caches what will not be read soon; the address is a multiple of 64.
LANES_FUNCTION void lanes_stream(lanes_words x, void *address) {
  __builtin_nontemporal_store(x, (lanes_words *)address);
}

/// Makes what was stored past the caches visible to others before all that follows.
LANES_FUNCTION void lanes_end_stream(void) {
#ifdef __SSE2__
  __builtin_ia32_sfence();
#endif
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

/// The first halves of two, number by number in turn.
LANES_FUNCTION lanes_floats lanes_interleaved_first(lanes_floats a, lanes_floats b) {
  return __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}

/// The second halves of two, number by number in turn.
LANES_FUNCTION lanes_floats lanes_interleaved_last(lanes_floats a, lanes_floats b) {
  return __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}

/// Makes columns of sixteen rows. Each round puts the halves of the rows in turn, which after four exchanges the four
/// bits of row and column.
LANES_FUNCTION void lanes_turn(lanes_floats rows[16]) {
  lanes_floats next[16];
  for (int round = 0; round < 4; round++) {
    for (int row = 0; row < 8; row++) {
      next[2 * row] = lanes_interleaved_first(rows[row], rows[row + 8]);
      next[2 * row + 1] = lanes_interleaved_last(rows[row], rows[row + 8]);
    }
    for (int row = 0; row < 16; row++) rows[row] = next[row];
  }
}

/// Sixteen rows of sixteen numbers, `stride` apart, as sixteen columns one behind the other.
LANES_FUNCTION void lanes_transpose(const float *source, long stride, float *target) {
  typedef lanes_floats unaligned __attribute__((aligned(4)));
  lanes_floats rows[16];
  for (int row = 0; row < 16; row++) rows[row] = *(const unaligned *)(source + row * stride);
  lanes_turn(rows);
  for (int row = 0; row < 16; row++) *(unaligned *)(target + 16 * row) = rows[row];
}

/// The same of fewer lines and numbers, with zeros in place of missing lines: as many columns as there are numbers.
LANES_FUNCTION void lanes_transpose_part(const float *source, long stride, int lines, int numbers, float *target) {
  typedef lanes_floats unaligned __attribute__((aligned(4)));
  lanes_floats rows[16];
  for (int row = 0; row < 16; row++) {
    rows[row] = row < lines ? lanes_load_first(source + row * stride, numbers) : (lanes_floats)0.0f;
  }
  lanes_turn(rows);
  for (int row = 0; row < numbers; row++) *(unaligned *)(target + 16 * row) = rows[row];
}

/// Asks for what is read soon; nothing happens where there is nothing.
LANES_FUNCTION void lanes_prefetch(const float *source) { __builtin_prefetch(source, 0, 2); }

#undef LANES_FUNCTION
#endif
