extension [Float] {
  /// The least and the greatest of the first numbers of each row, but for what is no number; `nil` if there is none.
  func range(everyFirst count: Int, of width: Int) -> ClosedRange<Double>? {
    var (least, greatest) = (Float.infinity, -Float.infinity)
    for start in stride(from: 0, to: self.count, by: Swift.max(1, width)) {
      for value in self[start..<start + count] where !value.isNaN {
        least = Swift.min(least, value)
        greatest = Swift.max(greatest, value)
      }
    }
    return least <= greatest ? Double(least)...Double(greatest) : nil
  }
}
