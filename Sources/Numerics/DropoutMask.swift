import CLanes

extension Random {
  /// Numbers that are drawn together.
  package static let maskBlock = 64

  /// Sets each element of a range to 0 with probability `rate`, else to 1 / (1 − rate).
  ///
  /// Element i is decided by number i of the stream alone, so that ranges can be filled in any
  /// order. Sixteen blocks of four numbers are drawn at once, in the lanes of vectors: element
  /// `64·g + 16·c + j` takes component c of block `16·g + j`.
  ///
  /// - Precondition: the range starts at a multiple of 64.
  package func fillMask(_ mask: UnsafeMutablePointer<Float>, _ range: Range<Int>, rate: Double) {
    fillMask(mask + range.lowerBound, numbers: range, rate: rate)
  }

  /// The same for an array that begins with the first element of the range.
  ///
  /// - Precondition: the range starts at a multiple of 64.
  package func fillMask(
    _ mask: UnsafeMutablePointer<Float>, numbers range: Range<Int>, rate: Double
  ) {
    precondition(range.lowerBound % 64 == 0)
    let threshold = UInt32(min(rate * 0x1p32, 0x1p32 - 1))
    // In double precision, in which no rate below 1 rounds to it.
    let kept = Float(1 / (1 - rate))
    var index = range.lowerBound
    while index + 64 <= range.upperBound {
      let numbers = sixteenBlocks(from: index / 4)
      let target = mask + (index - range.lowerBound)
      let width = Lanes.scalarCount
      lanes_zero_where_less(numbers.0, threshold, kept).store(to: target)
      lanes_zero_where_less(numbers.1, threshold, kept).store(to: target + width)
      lanes_zero_where_less(numbers.2, threshold, kept).store(to: target + 2 * width)
      lanes_zero_where_less(numbers.3, threshold, kept).store(to: target + 3 * width)
      index += 64
    }
    guard index < range.upperBound else { return }
    let numbers = sixteenBlocks(from: index / 4)
    for offset in 0..<range.upperBound - index {
      let (component, lane) = (offset / 16, offset % 16)
      let number =
        component == 0
        ? numbers.0[lane]
        : component == 1 ? numbers.1[lane] : component == 2 ? numbers.2[lane] : numbers.3[lane]
      mask[index - range.lowerBound + offset] = number < threshold ? 0 : kept
    }
  }
}
