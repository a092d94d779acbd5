import Numerics
import Testing

struct DropoutMaskTests {
  private let random = Random(seed: 9, .dropout(layer: 1), step: 4)

  private func mask(_ ranges: [Range<Int>], rate: Double, capacity: Int) -> [Float] {
    var mask = [Float](repeating: -1, count: capacity)
    mask.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return }
      for range in ranges { random.fillMask(start, range, rate: rate) }
    }
    return mask
  }

  /// Element 64·g + 16·c + j is decided by component c of block 16·g + j.
  private func definition(count: Int, rate: Double) -> [Float] {
    (0..<count).map { index in
      let block = random.block(index / 64 * 16 + index % 16)
      let number = Double(block[index % 64 / 16])
      return number < rate * 0x1p32 ? 0 : Float(1 / (1 - rate))
    }
  }

  @Test(arguments: [0, 1, 17, 63, 64, 65, 127, 128, 1000], [0, 0.25, 0.5, 0.999] as [Double])
  func equalsTheDefinition(count: Int, rate: Double) {
    let mask = mask([0..<count], rate: rate, capacity: count + 100)
    #expect(Array(mask[..<count]) == definition(count: count, rate: rate))
    #expect(mask[count...].allSatisfy { $0 == -1 }, "written beyond the range")
  }

  @Test func doesNotDependOnHowRangesAreSplit() {
    let whole = mask([0..<1000], rate: 0.3, capacity: 1000)
    #expect(mask([640..<1000, 0..<64, 64..<640], rate: 0.3, capacity: 1000) == whole)
  }
}
