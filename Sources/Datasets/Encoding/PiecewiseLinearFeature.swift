import Configuration

/// A number by how far through each of some bins it is, so that a network can have a slope of its own in each: 1 for
/// the bins below it, 0 for those above it, and for its own the share that lies below it. The first and the last bin
/// have no end (Gorishniy, Rubachev and Babenko, On Embeddings for Numerical Features in Tabular Deep Learning,
/// NeurIPS 2022, equation 1).
package struct PiecewiseLinearFeature: FeatureEncoding {
  package static let type = "piecewise_linear"
  package static let summary = "A number by how far through each of some bins it is."

  package var name = ""
  /// Where bins begin and end, ascending: one more than there are bins.
  package var edges: [Double] = []
  /// What stands in for a missing number; `nil` makes it an error.
  package var missingValue: Double?
  package var hasIndicator = false
  /// Inputs are not further from 0; `nil` for no limit.
  package var clip: Double?

  package init() {}

  /// The feature of a column whose training part holds these numbers.
  ///
  /// - Parameter bins: how many there are at most, at least 1; ties make fewer.
  /// - Returns: `nil` where all numbers are the same, or there is none.
  package init?(name: String, bins: Int, fitting numbers: [Double], clip: Double? = nil) {
    let edges = Self.edges(of: numbers, bins: bins)
    guard edges.count > 1 else { return nil }
    self.name = name
    self.edges = edges
    self.clip = clip
  }

  package static let keys: [Key<Self>] = [
    Key("name", \.name, .string(), help: "The column."),
    Key("edges", \.edges, .list(.number(), atLeast: 2), help: "Where bins begin and end."),
    .number("missing_value", \.missingValue, help: "Stands in for a missing number."),
    .boolean("indicator", \.hasIndicator, help: "Whether a last input says that it is missing."),
    .number("clip", \.clip, in: .above(0), help: "How far from 0 an input may be."),
  ]

  package var bins: Int { edges.count - 1 }
  package var width: Int { bins + (hasIndicator ? 1 : 0) }
  package var standsInForMissing: Bool { missingValue != nil }
  package var holdsNumbers: Bool { true }

  /// How numbers become the input of the first bin.
  var firstScale: Scale { Scale(offset: edges[0], divisor: edges[1] - edges[0]) }

  /// What each input says.
  package var inputNames: [String] {
    zip(edges, edges.dropFirst()).map {
      "\(name) from \(JSONNumber($0).text) to \(JSONNumber($1).text)"
    }
  }

  /// Why the feature of a model file cannot be; `nil` if it is sound.
  package var problem: String? {
    zip(edges, edges.dropFirst()).allSatisfy { $0 < $1 } ? nil : "its bins do not ascend"
  }

  /// The distinct quantiles of numbers at equal shares from 0 to 1, between two of them in proportion.
  private static func edges(of numbers: [Double], bins: Int) -> [Double] {
    guard !numbers.isEmpty else { return [] }
    let sorted = numbers.sorted()
    return (0...bins).reduce(into: []) { edges, share in
      // In whole numbers, so that no quantile is off a tie by a last bit.
      let (lower, rest) = (share * (sorted.count - 1)).quotientAndRemainder(dividingBy: bins)
      let quantile =
        rest == 0
        ? sorted[lower]
        : sorted[lower] + (sorted[lower + 1] - sorted[lower]) * (Double(rest) / Double(bins))
      // A model file holds numbers of single precision.
      let edge = quantile.fitsSinglePrecision ? quantile : 0
      if edges.last.map({ edge > $0 }) ?? true { edges.append(edge) }
    }
  }

  /// The bin that a number lies in, and its input.
  private func place(_ value: Double) -> (bin: Int, input: Float) {
    var (low, high) = (1, bins)
    while low < high {
      let middle = (low + high) / 2
      if edges[middle] <= value { low = middle + 1 } else { high = middle }
    }
    let bin = low - 1
    return (bin, limited((value - edges[bin]) / (edges[low] - edges[bin])))
  }

  private func limited(_ input: Double) -> Float {
    Float(clip.map { min(max(input, -$0), $0) } ?? input)
  }

  /// The input of the bin that a number lies in; infinite where single precision does not hold it.
  package func reach(_ value: Double) -> Float { place(value).input }

  /// - Parameter inputs: room for one for each bin.
  /// - Returns: that of the bin in which the number lies.
  @discardableResult
  package func encode(_ value: Double, into inputs: UnsafeMutablePointer<Float>) -> Float {
    let (bin, input) = place(value)
    inputs.update(repeating: limited(1), count: bin)
    inputs[bin] = input
    (inputs + bin + 1).update(repeating: 0, count: bins - bin - 1)
    return input
  }
}
