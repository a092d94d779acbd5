import Datasets
import TestSupport
import Testing

@Suite struct BlockChecksumTests {
  private func bytes(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var generator = SplitMix64(seed: seed)
    return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
  }

  private func sum(_ bytes: [UInt8]) -> UInt64 { bytes.withUnsafeBytes { BlockChecksum.sum($0) } }

  @Test func everyBitCounts() {
    let whole = bytes(200)
    for bit in 0..<8 * whole.count {
      var changed = whole
      changed[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(sum(changed) != sum(whole), "bit \(bit)")
    }
  }

  /// Equal words in another order, zeros at the end, and blocks that change places.
  @Test func orderAndLengthCount() {
    let whole = bytes(256)
    #expect(sum(Array(whole[64...]) + whole[..<64]) != sum(whole))
    #expect(sum(whole + [0]) != sum(whole))
    #expect(sum([]) != sum([0]))
    var (first, second) = (BlockChecksum(), BlockChecksum())
    let (a, b) = (bytes(BlockChecksum.blockBytes), bytes(BlockChecksum.blockBytes, seed: 2))
    (a + b).withUnsafeBytes { first.add($0) }
    (b + a).withUnsafeBytes { second.add($0) }
    #expect(first != second)
    #expect(first.hexadecimal.count == 16)
  }

  @Test(arguments: [0, 64, 128, 65_536])
  func copyingSumsTheSame(count: Int) {
    let source = bytes(count + 3)
    let target = UnsafeMutableRawPointer.allocate(byteCount: max(64, count), alignment: 64)
    defer { target.deallocate() }
    // From any address.
    let found = source.withUnsafeBytes { bytes in
      bytes.baseAddress.map { BlockChecksum.copy($0 + 3, to: target, count: count) }
    }
    #expect(found == sum(Array(source[3...])))
    #expect(UnsafeRawBufferPointer(start: target, count: count).elementsEqual(source[3...]))
  }
}
