import CLanes

/// A checksum that keeps up with memory: Fletcher's two sums (Fletcher 1982) over sixteen lanes of 32 bits, of
/// blocks that may be summed in any order and on any thread, and a hash over the sums.
///
/// Every change of a single bit changes a sum, and so the checksum; others go unnoticed once in 2⁶⁴ times. It
/// is for files of this program that are written often; `Checksum` is what others know, too.
package struct BlockChecksum: Sendable, Equatable {
  /// Bytes of a block; only the last may be shorter.
  package static let blockBytes = 1 << 16

  package private(set) var value: UInt64

  package init() { value = 0 }

  /// Takes in the sum of the next block.
  package mutating func add(_ blockSum: UInt64) { value = Self.mix(value, blockSum) }

  /// Takes in the blocks of some bytes, one after the other.
  package mutating func add(_ bytes: UnsafeRawBufferPointer) {
    var offset = 0
    while offset < bytes.count {
      let count = min(Self.blockBytes, bytes.count - offset)
      add(Self.sum(UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])))
      offset += count
    }
  }

  /// Sixteen digits.
  package var hexadecimal: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// The sum of one block.
  package static func sum(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var (first, second) = (SIMD16<UInt32>(repeating: 0), SIMD16<UInt32>(repeating: 0))
    let whole = bytes.count / 64 * 64
    if let start = bytes.baseAddress {
      for offset in stride(from: 0, to: whole, by: 64) {
        first &+= start.loadUnaligned(fromByteOffset: offset, as: SIMD16<UInt32>.self)
        second &+= first
      }
    }
    if whole < bytes.count {
      var rest = SIMD16<UInt32>(repeating: 0)
      withUnsafeMutableBytes(of: &rest) {
        $0.copyBytes(from: UnsafeRawBufferPointer(rebasing: bytes[whole...]))
      }
      first &+= rest
      second &+= first
    }
    return hash(first, second, count: bytes.count)
  }

  /// Copies a block past the caches and sums it on the way.
  ///
  /// - Precondition: the count and the target are multiples of 64.
  package static func copy(
    _ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, count: Int
  ) -> UInt64 {
    precondition(count % 64 == 0 && UInt(bitPattern: target) % 64 == 0)
    var (first, second) = (SIMD16<UInt32>(repeating: 0), SIMD16<UInt32>(repeating: 0))
    for offset in stride(from: 0, to: count, by: 64) {
      let words = source.loadUnaligned(fromByteOffset: offset, as: SIMD16<UInt32>.self)
      lanes_stream(words, target + offset)
      first &+= words
      second &+= first
    }
    lanes_end_stream()
    return hash(first, second, count: count)
  }

  private static func hash(
    _ first: SIMD16<UInt32>, _ second: SIMD16<UInt32>, count: Int
  ) -> UInt64 {
    var sum = mix(0, UInt64(count))
    for lane in 0..<16 { sum = mix(sum, UInt64(first[lane]) << 32 | UInt64(second[lane])) }
    return sum
  }

  /// One to one in either argument, so that a single difference never gets lost; the multiplier and the
  /// shift are those of the finalizer of MurmurHash3 (Appleby 2011).
  private static func mix(_ state: UInt64, _ word: UInt64) -> UInt64 {
    let product = (state ^ word) &* 0xff51_afd7_ed55_8ccd
    return product ^ product >> 33
  }
}
