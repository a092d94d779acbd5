extension IDXFile {
  /// The share of the largest byte below which dividing by that leaves inputs too small.
  private static let leastShare = 0.1

  /// The largest number of some examples of bytes if it is below a tenth of what a byte holds, as of digits from 0 to 16;
  /// `nil` for others. Most files tell within their first examples that they are others.
  package func largestOfDark(_ examples: some Sequence<Int>) -> Int? {
    let width = header.dimensions.dropFirst().reduce(1, *)
    return withUnsignedBytes { bytes -> Int? in
      var largest: UInt8 = 0
      for example in examples {
        largest = max(largest, bytes[example * width..<(example + 1) * width].max() ?? 0)
        if Double(largest) >= Self.leastShare * Double(UInt8.max) { return nil }
      }
      return Int(largest)
    } ?? nil
  }
}
