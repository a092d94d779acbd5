/// What is known of numbers that were seen once: how many, their mean and spread, and the ends of their range.
struct NumberTally {
  private(set) var count = 0
  private(set) var missing = 0
  private(set) var mean = 0.0
  /// The sum of the squared distances from the mean.
  private(set) var squares = 0.0
  private(set) var least = Double.infinity
  private(set) var greatest = -Double.infinity

  /// Adds the numbers of some rows; those that are not a number are missing.
  ///
  /// Within a table the squares are summed around its own mean, and tables are put together as of Chan, Golub and LeVeque
  /// (1979), which keeps the digits that a difference of sums would lose.
  ///
  /// - Returns: the first rows with the least and the greatest number, where these are new.
  mutating func add(_ values: UnsafeBufferPointer<Double>, _ rows: [Int32]) -> [Int32] {
    var sum = 0.0
    var added = 0
    var (lowest, highest) = (least, greatest)
    var (lowestRow, highestRow): (Int32?, Int32?)
    for row in rows {
      let value = values[Int(row)]
      guard !value.isNaN else {
        missing += 1
        continue
      }
      added += 1
      sum += value
      if value < lowest { (lowest, lowestRow) = (value, row) }
      if value > highest { (highest, highestRow) = (value, row) }
    }
    (least, greatest) = (lowest, highest)
    guard added > 0 else { return [] }
    let center = sum / Double(added)
    var spread = 0.0
    for row in rows {
      let distance = values[Int(row)] - center
      if !distance.isNaN { spread += distance * distance }
    }
    merge(added, mean: center, squares: spread)
    return [lowestRow, highestRow].compactMap { $0 }
  }

  /// The same numbers with one in the place of each that is missing.
  func filled(with value: Double?) -> NumberTally {
    guard let value, missing > 0 else { return self }
    var filled = self
    filled.merge(missing, mean: value, squares: 0)
    filled.missing = 0
    filled.least = min(least, value)
    filled.greatest = max(greatest, value)
    return filled
  }

  private mutating func merge(_ others: Int, mean other: Double, squares spread: Double) {
    guard count > 0 else {
      (count, mean, squares) = (others, other, spread)
      return
    }
    let total = Double(count + others)
    let difference = other - mean
    squares += spread + difference * difference * (Double(count) * Double(others) / total)
    mean += difference * (Double(others) / total)
    count += others
  }

  /// The scale of the numbers.
  ///
  /// - Precondition: the scaling needs no order of all of them.
  func scale(_ scaling: Scaling) -> Scale {
    guard count > 0 else { return .identity }
    switch scaling {
    case .none, .quantile, .robust, .log: return .identity
    case .standard:
      let deviation = (squares / Double(count)).squareRoot()
      return Scale(offset: mean, divisor: deviation > 0 ? deviation : 1)
    case .minMax:
      return Scale(offset: least, divisor: greatest > least ? greatest - least : 1)
    }
  }
}

extension Scaling {
  /// Whether its scale follows from a tally.
  var isOfTally: Bool { [.none, .standard, .minMax].contains(self) }
}
