import CProcessor

/// Whether products in bfloat16 are those of the processor.
package enum BFloat16Tiles {
  /// Whether this process multiplies by tiles (Intel AMX), sixteen times as many numbers at once as a vector has. Else
  /// vectors compute the same bits, more slowly than in single precision.
  ///
  /// A build for processors without AVX-512 leaves them alone, so that it shows what such a processor does.
  package static let areAvailable =
    processor_vector_bits() >= 512 && processor_allows_tiles()
}
