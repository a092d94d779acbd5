import Glibc

/// A range of numbers along a side of a chart, with marks at round ones (after Heckbert, "Nice numbers for graph
/// labels", Graphics Gems, 1990).
struct Axis {
  struct Tick {
    let value: Double
    let label: String
  }

  let label: String
  let low: Double
  let high: Double
  let isLogarithmic: Bool
  let ticks: [Tick]

  /// The range that holds all values, and a little more where `isLoose`.
  ///
  /// - Parameters:
  ///   - isWhole: whether values are counted, so that there is nothing between whole numbers.
  ///   - isLogarithmic: wanted; left aside where a value is not above 0.
  ///   - names: what to write at some numbers in place of them.
  init?(
    _ label: String, _ values: some Sequence<Double>, isWhole: Bool = false,
    isLogarithmic: Bool = false, isLoose: Bool = true, ticks wanted: Int = 5,
    names: [Double: String] = [:]
  ) {
    var (low, high) = (Double.infinity, -Double.infinity)
    for value in values where value.isFinite {
      low = min(low, value)
      high = max(high, value)
    }
    guard low <= high else { return nil }
    self.label = label
    let isLogarithmic = isLogarithmic && low > 0
    if low == high {
      let room = isLogarithmic ? 0 : max(abs(low) * 0.1, 1e-12)
      (low, high) = isLogarithmic ? (low / 2, high * 2) : (low - room, high + room)
    } else if isLoose {
      if isLogarithmic {
        let room = pow(high / low, 0.04)
        (low, high) = (low / room, high * room)
      } else {
        let room = (high - low) * 0.04
        (low, high) = (low - room, high + room)
      }
    }
    self.low = low
    self.high = high
    self.isLogarithmic = isLogarithmic
    let powers = isLogarithmic ? Self.powers(low, high, wanted) : []
    // Within a power of ten there are few of them.
    let ticks = powers.count > 2 ? powers : Self.roundNumbers(low, high, wanted, isWhole)
    self.ticks = names.isEmpty ? ticks : Self.named(ticks, names)
  }

  /// The marks at numbers that have a name, without what all names begin with where that leaves room for the rest.
  private static func named(_ ticks: [Tick], _ names: [Double: String]) -> [Tick] {
    let named = ticks.compactMap { tick in names[tick.value].map { (tick.value, $0) } }
    var texts = named.map(\.1)
    if texts.count > 1, texts.contains(where: { $0.count > Label.longest }) {
      let shared = Label.sharedWords(texts)
      texts = texts.map { String($0.dropFirst(shared)) }
    }
    return zip(named, Label.distinct(texts)).map { Tick(value: $0.0, label: $1) }
  }

  /// Categories side by side, each in the middle of its share.
  init(_ label: String, categories: [String]) {
    self.label = label
    (low, high, isLogarithmic) = (-0.5, Double(categories.count) - 0.5, false)
    let step = max(1, (categories.count + 11) / 12)
    ticks = Label.distinct(categories).enumerated().filter { $0.offset % step == 0 }.map {
      Tick(value: Double($0.offset), label: $0.element)
    }
  }

  /// Where a value lies, from 0 to 1; beyond where it is outside.
  func share(_ value: Double) -> Double {
    isLogarithmic
      ? log(max(value, .leastNormalMagnitude) / low) / log(high / low)
      : (value - low) / (high - low)
  }

  private static func roundNumbers(
    _ low: Double, _ high: Double, _ wanted: Int, _ isWhole: Bool
  ) -> [Tick] {
    let rough = (high - low) / Double(max(1, wanted))
    let magnitude = pow(10, floor(log10(rough)))
    let share = rough / magnitude
    let nice = (share < 1.5 ? 1 : share < 3 ? 2 : share < 7 ? 5 : 10) * magnitude
    let step = isWhole ? max(1, nice) : nice
    let decimals = max(0, Int(-floor(log10(step) + 1e-9)))
    var ticks: [Tick] = []
    var index = (low / step).rounded(.up)
    while index * step <= high + step * 1e-9, ticks.count < 20 {
      let value = index * step
      // Sums of steps are a little off round numbers.
      let unit = pow(10, Double(decimals))
      let round = decimals < 15 ? (value * unit).rounded() / unit : value
      ticks.append(Tick(value: round, label: Digits.grouped(round, digits: 6)))
      index += 1
    }
    return ticks
  }

  private static func powers(_ low: Double, _ high: Double, _ wanted: Int) -> [Tick] {
    let first = Int(floor(log10(low)))
    let last = Int(ceil(log10(high)))
    let step = max(1, (last - first + wanted - 1) / max(1, wanted))
    func marks(_ factors: [Double]) -> [Tick] {
      var ticks: [Tick] = []
      for exponent in Swift.stride(from: first, through: last, by: step) {
        for factor in factors {
          let value = factor * pow(10, Double(exponent))
          guard value >= low * 0.999, value <= high * 1.001 else { continue }
          ticks.append(Tick(value: value, label: Digits.grouped(value, digits: 3)))
        }
      }
      return ticks
    }
    let powers = last - first <= 2 ? [] : marks([1])
    // Of a range such as 0.003 to 0.3, two powers lie within.
    return powers.count > 2 ? powers : marks([1, 2, 5])
  }
}
