import Configuration
import Datasets
import Pictures
import Training

/// What the answers depend on: the coefficients of a linear model, and the permutation importance of each column.
struct ImportanceSection {
  private let examined: ReportedRun.Examined

  init(_ examined: ReportedRun.Examined) { self.examined = examined }

  private static let mostOutputs = 4

  var section: Page.Section {
    Page.Section("columns", "Columns", coefficients + [permutation])
  }

  private var permutation: Page.Block? {
    guard let importance = examined.importance else { return nil }
    return .figure(
      BarChart(
        title: "Permutation importance", valueLabel: "growth of the loss",
        bars: importance.shares.map { .init($0.column, $0.increase, deviation: $0.deviation) }
      ).figure,
      note:
        "What the loss of \(Digits.short(importance.loss)) grows by if a column says what it says of other examples, "
        + "and how far that varies; of \(Spelling.count(importance.examples, "example")) of \(examined.source)."
    )
  }

  private var coefficients: [Page.Block?] {
    guard let linear = LinearModel(examined.evaluation.model) else { return [] }
    return linear.outputs.prefix(Self.mostOutputs).map { output in
      .figure(
        BarChart(
          title: "Coefficients of \(output.name)", valueLabel: "coefficient",
          bars: zip(linear.inputs, output.coefficients).map { .init($0, $1) }
            .sorted { abs($0.value) > abs($1.value) }
        ).figure,
        note: "In the units of the data; the intercept is \(Digits.short(output.intercept)).")
    }
  }
}
