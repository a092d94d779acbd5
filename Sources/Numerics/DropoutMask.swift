extension Random {
  /// Sets each element of a range to 0 with probability `rate`, else to 1 / (1 − rate).
  ///
  /// Element i is decided by number i of the stream alone, so that ranges can be filled in any
  /// order. Sixteen blocks of four numbers are drawn at once, in the lanes of vectors: element
  /// `64·g + 16·c + j` takes component c of block `16·g + j`.
  ///
  /// - Precondition: the range starts at a multiple of 64.
  package func fillMask(_ mask: UnsafeMutablePointer<Float>, _ range: Range<Int>, rate: Float) {
    precondition(range.lowerBound % 64 == 0)
    let threshold = UInt32(min(Double(rate) * 0x1p32, 0x1p32 - 1))
    let kept = SIMD16<Float>(repeating: 1 / (1 - rate))
    let zero = SIMD16<Float>(repeating: 0)
    var index = range.lowerBound
    while index + 64 <= range.upperBound {
      let numbers = sixteenBlocks(from: index / 4)
      for (component, number) in [numbers.0, numbers.1, numbers.2, numbers.3].enumerated() {
        let values = kept.replacing(with: zero, where: number .< threshold)
        UnsafeMutableRawPointer(mask + index + 16 * component)
          .storeBytes(of: values, as: SIMD16<Float>.self)
      }
      index += 64
    }
    let numbers = sixteenBlocks(from: index / 4)
    for (component, number) in [numbers.0, numbers.1, numbers.2, numbers.3].enumerated() {
      for lane in 0..<16 where index + 16 * component + lane < range.upperBound {
        mask[index + 16 * component + lane] = number[lane] < threshold ? 0 : 1 / (1 - rate)
      }
    }
  }
}
