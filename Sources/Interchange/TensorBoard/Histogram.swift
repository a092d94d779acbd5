/// How often numbers lie in each of some intervals, as TensorBoard draws it.
struct Histogram {
  /// As many intervals as TensorBoard draws by itself.
  private static let intervals = 30

  private let proto: TensorBoardHistogramProto

  /// - Returns: `nil` if there is no number, or one that is not finite.
  init?(_ values: UnsafeBufferPointer<Float>) {
    guard let first = values.first else { return nil }
    var (least, greatest) = (first, first)
    var (sum, squares) = (0.0, 0.0)
    for value in values {
      least = min(least, value)
      greatest = max(greatest, value)
      sum += Double(value)
      squares += Double(value) * Double(value)
    }
    // One that is not finite makes the sum so.
    guard sum.isFinite else { return nil }
    var proto = TensorBoardHistogramProto()
    (proto.min, proto.max) = (Double(least), Double(greatest))
    (proto.num, proto.sum, proto.sumSquares) = (Double(values.count), sum, squares)
    let width = (Double(greatest) - Double(least)) / Double(Self.intervals)
    if width > 0 {
      var counts = [Double](repeating: 0, count: Self.intervals)
      for value in values {
        let place = Int((Double(value) - Double(least)) / width)
        counts[min(place, Self.intervals - 1)] += 1
      }
      proto.bucketLimit = (1...Self.intervals).map {
        $0 == Self.intervals ? Double(greatest) : Double(least) + Double($0) * width
      }
      proto.bucket = counts
    } else {
      // All are equal. The end of an interval belongs to it.
      proto.bucketLimit = [Double(greatest)]
      proto.bucket = [Double(values.count)]
    }
    self.proto = proto
  }

  func value(_ tag: String) -> TensorBoardSummary.Value {
    .with {
      $0.tag = tag
      $0.histo = proto
    }
  }
}
