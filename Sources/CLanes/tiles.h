// Products of matrices in bfloat16: of 16 × 32 numbers at a time, on processors with such registers (Intel AMX),
// and the same bits by vectors.
//
// A tile is 16 rows of 16 pairs of numbers. A left factor has its rows there and pairs along the depth; a right
// factor has pairs of rows, and in each its columns. Tiles that follow each other along the depth lie behind each other.
#ifndef HPTRAIN_TILES_H
#define HPTRAIN_TILES_H

#include "lanes.h"
#include <stdbool.h>

#define TILES_FUNCTION static inline __attribute__((always_inline))

/// Words of a tile: two numbers each.
enum { tiles_words = 256 };

// MARK: - Packing

/// The upper halves are the numbers, rounded to the nearest of bfloat16, to the even one of two; the lower halves are
/// left over. Subnormal numbers become zeros, and a NaN stays one.
TILES_FUNCTION lanes_words tiles_rounded(lanes_floats x) {
  const lanes_words bits = (lanes_words)x;
  const lanes_words normal = (lanes_words)((bits & 0x7f800000u) != 0u);
  const lanes_words rounded = (bits + 0x7fffu + ((bits >> 16) & 1u)) & (normal | 0x80000000u);
  return (lanes_words)lanes_select(x == x, (lanes_floats)rounded, (lanes_floats)(bits | 0x400000u));
}

/// Sixteen pairs, of the first numbers and of the second ones.
TILES_FUNCTION lanes_words tiles_pairs(lanes_floats first, lanes_floats second) {
  return (tiles_rounded(first) >> 16) | (tiles_rounded(second) & 0xffff0000u);
}

/// Sixteen pairs of neighbours, of 32 numbers behind each other.
TILES_FUNCTION lanes_words tiles_neighbours(lanes_floats first, lanes_floats last) {
  typedef unsigned short halves __attribute__((ext_vector_type(32)));
  return (lanes_words)__builtin_shufflevector(
      (halves)tiles_rounded(first), (halves)tiles_rounded(last), 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25,
      27, 29, 31, 33, 35, 37, 39, 41, 43, 45, 47, 49, 51, 53, 55, 57, 59, 61, 63);
}

/// Two functions that round what becomes a tile: sixteen lines of 32 numbers, `stride` apart, or 32 places in the depth of
/// sixteen numbers. Lines give rows of pairs, which a right factor wants turned; places give pairs of rows, which a left
/// one does.
#define TILES_PACKING(suffix, attributes, pairs, neighbours)                                                           \
  attributes static inline void tiles_pack_lines##suffix(const float *source, long stride, bool turned,                \
                                                         float *target) {                                              \
    typedef lanes_floats unaligned __attribute__((aligned(4)));                                                        \
    lanes_floats rows[16];                                                                                             \
    _Pragma("unroll") for (int row = 0; row < 16; row++) {                                                             \
      const float *line = source + row * stride;                                                                       \
      rows[row] = (lanes_floats)neighbours(*(const unaligned *)line, *(const unaligned *)(line + 16));                 \
    }                                                                                                                  \
    if (turned) lanes_turn(rows);                                                                                      \
    _Pragma("unroll") for (int row = 0; row < 16; row++) *(unaligned *)(target + 16 * row) = rows[row];                \
  }                                                                                                                    \
  attributes static inline void tiles_pack_places##suffix(const float *source, long stride, bool turned,               \
                                                          float *target) {                                             \
    typedef lanes_floats unaligned __attribute__((aligned(4)));                                                        \
    lanes_floats rows[16];                                                                                             \
    _Pragma("unroll") for (int pair = 0; pair < 16; pair++) {                                                          \
      const float *place = source + 2 * pair * stride;                                                                 \
      rows[pair] = (lanes_floats)pairs(*(const unaligned *)place, *(const unaligned *)(place + stride));               \
    }                                                                                                                  \
    if (turned) lanes_turn(rows);                                                                                      \
    _Pragma("unroll") for (int row = 0; row < 16; row++) *(unaligned *)(target + 16 * row) = rows[row];                \
  }

TILES_PACKING(_by_lanes, , tiles_pairs, tiles_neighbours)

#if defined(__x86_64__)
// A processor with tiles rounds in one instruction.
#define TILES_ROUNDED(first, last) ((tiles_halves)__builtin_ia32_cvtne2ps2bf16_512(last, first))
typedef unsigned short tiles_halves __attribute__((ext_vector_type(32)));
#define TILES_NEIGHBOURS(first, last) TILES_ROUNDED(first, last)
#define TILES_PAIRS(first, second)                                                                                   \
  __builtin_shufflevector(TILES_ROUNDED(first, second), TILES_ROUNDED(first, second), 0, 16, 1, 17, 2, 18, 3, 19, 4, \
                          20, 5, 21, 6, 22, 7, 23, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
TILES_PACKING(, __attribute__((target("avx512f,avx512bw,avx512vl,avx512bf16,evex512"))), TILES_PAIRS, TILES_NEIGHBOURS)
#undef TILES_PAIRS
#undef TILES_NEIGHBOURS
#undef TILES_ROUNDED
#endif
#undef TILES_PACKING

// MARK: - Products

/// A block of 16 or 32 × 32 numbers, C = initial + A·B, from one or two rows of tiles of A and two columns of tiles of B.
///
/// Each number is one sum: of 32 products at a time, those with even and those with odd places for themselves, which are
/// added to each other and then to what there is (Intel 64 and IA-32 Architectures Software Developer's Manual,
/// TDPBF16PS). Products of bfloat16 are exact in single precision.
struct tiles_block {
  const float *a, *b;
  /// Elements from a row of tiles to the other.
  long a_step, b_step;
  /// Rows of tiles, and tiles along the depth.
  long rows, depth;
  float *c;
  /// Elements from a row to the next.
  long c_step;
  /// C itself, a row with a step of 0, or null for zeros.
  const float *initial;
  long initial_step;
};

/// By vectors. The thread takes subnormal numbers as zeros, as tiles do.
static inline void tiles_multiply_by_lanes(const struct tiles_block *block) {
  typedef lanes_floats unaligned __attribute__((aligned(4)));
  typedef lanes_words unaligned_words __attribute__((aligned(4)));
  enum { rows = 8 };
  for (int first = 0; first < 16 * block->rows; first += rows) {
    const float *a = block->a + first / 16 * block->a_step + first % 16 * 16, *b = block->b;
    float *c = block->c + first * block->c_step;
    for (int row = 0; row < rows; row++) {
      const float *initial = block->initial ? block->initial + (first + row) * block->initial_step : 0;
      for (int column = 0; column < 32; column += 16) {
        *(unaligned *)(c + row * block->c_step + column) =
            initial ? *(const unaligned *)(initial + column) : (lanes_floats)0.0f;
      }
    }
    for (long index = 0; index < block->depth; index++, a += tiles_words, b += tiles_words) {
      // Single numbers, which instructions multiply by all lanes as they read them.
      lanes_floats firsts[rows], seconds[rows];
      for (int row = 0; row < rows; row++) {
        const lanes_words pairs = *(const unaligned_words *)(a + 16 * row);
        firsts[row] = (lanes_floats)(pairs << 16);
        seconds[row] = (lanes_floats)(pairs & 0xffff0000u);
      }
      for (int column = 0; column < 2; column++) {
        lanes_floats even[rows] = {0}, odd[rows] = {0};
        for (int pair = 0; pair < 16; pair++) {
          const lanes_words pairs = *(const unaligned_words *)(b + column * block->b_step + 16 * pair);
          const lanes_floats first_factors = (lanes_floats)(pairs << 16);
          const lanes_floats second_factors = (lanes_floats)(pairs & 0xffff0000u);
          for (int row = 0; row < rows; row++) {
            even[row] += (lanes_floats)((const float *)&firsts[row])[pair] * first_factors;
            odd[row] += (lanes_floats)((const float *)&seconds[row])[pair] * second_factors;
          }
        }
        for (int row = 0; row < rows; row++) {
          *(unaligned *)(c + row * block->c_step + 16 * column) += even[row] + odd[row];
        }
      }
    }
  }
}

#if defined(__x86_64__)
/// What a thread says before its first product by tiles: eight of 16 rows of 64 bytes.
__attribute__((target("amx-tile"))) static inline void tiles_begin(void) {
  struct {
    unsigned char palette, start, reserved[14];
    unsigned short row_bytes[16];
    unsigned char rows[16];
  } form = {.palette = 1};
  for (int tile = 0; tile < 8; tile++) {
    form.row_bytes[tile] = 64;
    form.rows[tile] = 16;
  }
  __builtin_ia32_tile_loadconfig(&form);
}

/// What it says behind the last one, so that the system need not save the tiles.
__attribute__((target("amx-tile"))) static inline void tiles_end(void) { __builtin_ia32_tilerelease(); }

/// By tiles, between `tiles_begin` and `tiles_end`; where `processor_allows_tiles` said so.
__attribute__((target("amx-tile,amx-bf16"))) static inline void tiles_multiply(const struct tiles_block *block) {
  const long step = block->initial_step * sizeof(float), target = block->c_step * sizeof(float);
  const float *lower = block->initial ? block->initial + 16 * block->initial_step : 0;
  const bool is_tall = block->rows > 1;
  __builtin_ia32_tilezero(0);
  __builtin_ia32_tilezero(1);
  __builtin_ia32_tilezero(2);
  __builtin_ia32_tilezero(3);
  if (block->initial) {
    __builtin_ia32_tileloadd64(0, block->initial, step);
    __builtin_ia32_tileloadd64(1, block->initial + 16, step);
  }
  if (block->initial && is_tall) {
    __builtin_ia32_tileloadd64(2, lower, step);
    __builtin_ia32_tileloadd64(3, lower + 16, step);
  }
  const float *a = block->a, *b = block->b;
  for (long index = 0; index < block->depth; index++, a += tiles_words, b += tiles_words) {
    __builtin_ia32_tileloadd64(4, a, 64);
    __builtin_ia32_tileloadd64(6, b, 64);
    __builtin_ia32_tdpbf16ps(0, 4, 6);
    __builtin_ia32_tileloadd64(7, b + block->b_step, 64);
    __builtin_ia32_tdpbf16ps(1, 4, 7);
    if (is_tall) {
      __builtin_ia32_tileloadd64(5, a + block->a_step, 64);
      __builtin_ia32_tdpbf16ps(2, 5, 6);
      __builtin_ia32_tdpbf16ps(3, 5, 7);
    }
  }
  __builtin_ia32_tilestored64(0, block->c, target);
  __builtin_ia32_tilestored64(1, block->c + 16, target);
  if (is_tall) {
    __builtin_ia32_tilestored64(2, block->c + 16 * block->c_step, target);
    __builtin_ia32_tilestored64(3, block->c + 16 * block->c_step + 16, target);
  }
}
#else
static inline void tiles_begin(void) {}
static inline void tiles_end(void) {}
static inline void tiles_multiply(const struct tiles_block *block) { tiles_multiply_by_lanes(block); }
static inline void tiles_pack_lines(const float *source, long stride, bool turned, float *target) {
  tiles_pack_lines_by_lanes(source, stride, turned, target);
}
static inline void tiles_pack_places(const float *source, long stride, bool turned, float *target) {
  tiles_pack_places_by_lanes(source, stride, turned, target);
}
#endif

/// A tile that a matrix does not fill, of so many lines and places in the depth: with zeros around them.
static inline void tiles_pack_part(const float *source, long line_stride, long depth_stride, long lines, long depth,
                                   bool turned, bool by_lanes, float *target) {
  float copy[16 * 32] = {0};
  for (long line = 0; line < lines; line++) {
    for (long place = 0; place < depth; place++) {
      copy[32 * line + place] = source[line * line_stride + place * depth_stride];
    }
  }
  if (by_lanes) {
    tiles_pack_lines_by_lanes(copy, 32, turned, target);
  } else {
    tiles_pack_lines(copy, 32, turned, target);
  }
}

#undef TILES_FUNCTION
#endif
