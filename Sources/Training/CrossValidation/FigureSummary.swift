import Configuration

/// A figure of several folds.
package struct FigureSummary: Sendable, Equatable {
  package let name: String
  package let mean: Double
  /// Of the sample, so with one less than the number of folds below the fraction; not a number for one
  /// fold.
  package let deviation: Double
  /// The folds that have the figure.
  package let folds: Int

  /// - Parameter values: of each fold; those that are not finite are left out.
  package init(name: String, values: [Double]) {
    let values = values.filter(\.isFinite)
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.name = name
    self.mean = mean
    deviation = values.count > 1 ? (squares / (count - 1)).squareRoot() : .nan
    folds = values.count
  }

  /// The figures of one part of several folds, in their order.
  package static func summaries(of figures: [Figures]) -> [FigureSummary] {
    (figures.first?.all ?? []).map { figure in
      FigureSummary(name: figure.name, values: figures.map { $0[figure.name] ?? .nan })
    }
  }

  /// Numbers that JSON does not have become null.
  var json: JSONMember {
    JSONMember(
      name,
      .object([
        "mean": mean.isFinite ? .number(mean) : .null,
        "standard_deviation": deviation.isFinite ? .number(deviation) : .null,
        "folds": .integer(folds),
      ]))
  }
}
