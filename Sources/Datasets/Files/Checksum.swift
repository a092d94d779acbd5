import CZlib

/// CRC-32 (ISO 3309), which notices every flipped bit and every burst of up to 32.
package enum Checksum {
  package static func crc32(_ bytes: UnsafeRawBufferPointer, continuing sum: UInt32 = 0) -> UInt32 {
    var sum = UInt(sum)
    var rest = bytes[...]
    // zlib counts in 32 bits.
    while !rest.isEmpty {
      let chunk = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
      sum = CZlib.crc32(
        sum, chunk.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt32(chunk.count))
      rest = rest.dropFirst(chunk.count)
    }
    return UInt32(truncatingIfNeeded: sum)
  }
}
