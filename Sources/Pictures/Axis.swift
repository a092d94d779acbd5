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
  ///   - isLogarithmic: wanted; left aside where a value is not above 0.
  ///   - names: what to write at some numbers in place of them.
  init?(
    _ label: String, _ values: some Sequence<Double>, isLogarithmic: Bool = false,
    isLoose: Bool = true, ticks wanted: Int = 5, names: [Double: String] = [:]
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
    let ticks = powers.count > 2 ? powers : Self.roundNumbers(low, high, wanted)
    self.ticks = names.isEmpty ? ticks : Self.named(ticks, names)
  }

  /// The marks at numbers that have a name, without what all names begin with where that leaves room for the rest.
  private static func named(_ ticks: [Tick], _ names: [Double: String]) -> [Tick] {
    let named = ticks.compactMap { tick in names[tick.value].map { (tick.value, $0) } }
    var texts = named.map(\.1)
    if texts.count > 1, texts.contains(where: { $0.count > longest }) {
      let shared = texts.dropFirst().reduce(texts[0]) { shared, text in
        String(zip(shared, text).prefix { $0 == $1 }.map(\.0))
      }
      if let end = shared.lastIndex(where: { $0 == " " || $0 == "T" }) {
        let start = shared.distance(from: shared.startIndex, to: end) + 1
        texts = texts.map { String($0.dropFirst(start)) }
      }
    }
    return zip(named, labels(of: texts)).map { Tick(value: $0.0, label: $1) }
  }

  /// Categories side by side, each in the middle of its share.
  init(_ label: String, categories: [String]) {
    self.label = label
    (low, high, isLogarithmic) = (-0.5, Double(categories.count) - 0.5, false)
    let step = max(1, (categories.count + 11) / 12)
    ticks = Self.labels(of: categories).enumerated().filter { $0.offset % step == 0 }.map {
      Tick(value: Double($0.offset), label: $0.element)
    }
  }

  /// Where a value lies, from 0 to 1; beyond where it is outside.
  func share(_ value: Double) -> Double {
    isLogarithmic
      ? log(max(value, .leastNormalMagnitude) / low) / log(high / low)
      : (value - low) / (high - low)
  }

  private static func roundNumbers(_ low: Double, _ high: Double, _ wanted: Int) -> [Tick] {
    let rough = (high - low) / Double(max(1, wanted))
    let magnitude = pow(10, floor(log10(rough)))
    let share = rough / magnitude
    let step = (share < 1.5 ? 1 : share < 3 ? 2 : share < 7 ? 5 : 10) * magnitude
    let decimals = max(0, Int(-floor(log10(step) + 1e-9)))
    var ticks: [Tick] = []
    var index = (low / step).rounded(.up)
    while index * step <= high + step * 1e-9, ticks.count < 20 {
      let value = index * step
      // Sums of steps are a little off round numbers.
      let unit = pow(10, Double(decimals))
      let round = decimals < 15 ? (value * unit).rounded() / unit : value
      ticks.append(Tick(value: round, label: Digits.text(round, digits: 6)))
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
          ticks.append(Tick(value: value, label: Digits.text(value, digits: 3)))
        }
      }
      return ticks
    }
    let powers = last - first <= 2 ? [] : marks([1])
    // Of a range such as 0.003 to 0.3, two powers lie within.
    return powers.count > 2 ? powers : marks([1, 2, 5])
  }

  /// Categories cut to what there is room for: at the end, or where others begin alike, in the middle.
  private static func labels(of categories: [String]) -> [String] {
    var labels = categories.map { shortened($0) }
    for cut in [middle, counted] {
      let counts = Dictionary(labels.map { ($0, 1) }, uniquingKeysWith: +)
      for (place, label) in labels.enumerated() where counts[label, default: 1] > 1 {
        labels[place] = cut(categories[place], place)
      }
    }
    return labels
  }

  private static func middle(_ text: String, _ place: Int) -> String {
    text.count > longest ? text.prefix(longest / 2 - 1) + "…" + text.suffix(longest / 2) : text
  }

  private static func counted(_ text: String, _ place: Int) -> String {
    text.count > longest ? text.prefix(longest - 5) + "…#\(place + 1)" : text
  }

  /// In characters.
  static let longest = 14

  static func shortened(_ text: String, to count: Int = Axis.longest) -> String {
    text.count > count ? text.prefix(count - 1) + "…" : text
  }
}
