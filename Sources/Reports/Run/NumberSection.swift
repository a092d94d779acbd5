import Configuration
import Datasets
import Pictures
import Training

/// Predicted numbers beside those that are right, in the units of the data.
struct NumberSection {
  private let examined: ReportedRun.Examined
  private let columns: [TargetEncoding.Column]

  init(_ examined: ReportedRun.Examined) {
    self.examined = examined
    columns = examined.evaluation.model.encoding.target.columns
  }

  /// More targets than this make a page of the same pictures; of a window these are its first steps.
  private static let most = 4

  var section: Page.Section {
    Page.Section(
      "numbers", "Predicted and actual", lead: lead,
      columns.indices.prefix(Self.most).flatMap(pictures(of:)))
  }

  private var lead: String {
    let count = examined.answers.sample.count
    let all = examined.answers.count
    let some =
      count < all
      ? "\(Spelling.grouped(count)) of \(Spelling.count(all, "example"))"
      : Spelling.count(all, "example")
    let targets =
      columns.count > Self.most ? "; the first \(Self.most) of \(columns.count) targets" : ""
    return "\(some) of \(examined.source)\(targets)."
  }

  private func pictures(of column: Int) -> [Page.Block?] {
    let name = columns[column].name
    let pairs = examined.answers.sample.compactMap { answer in
      answer.pair(column, columns[column].scale).map { (pair: $0, answer: answer) }
    }
    return [
      .figure(
        ScatterChart(
          title: "Predicted over actual \(name)", xLabel: "actual", yLabel: "predicted",
          dots: pairs.map { entry in
            ScatterChart.Dot(
              x: entry.pair.actual, y: entry.pair.predicted,
              name: examined.name(of: entry.answer.example))
          }, hasDiagonal: true
        ).figure),
      .figure(
        Histogram(
          title: "Errors of \(name)", label: "predicted − actual",
          values: pairs.map { $0.pair.predicted - $0.pair.actual }
        ).figure),
    ]
  }
}

extension ReportedRun.Examined {
  /// What to call an example.
  func name(of example: Int32) -> String {
    describe(example)?.place ?? "example \(example + 1)"
  }
}

extension ExaminedAnswers.Answer {
  /// A predicted number and the right one, in the units of the data.
  func pair(_ column: Int, _ scale: Scale) -> (predicted: Double, actual: Double)? {
    guard case .values(let values) = prediction, values.indices.contains(column),
      target.indices.contains(column)
    else { return nil }
    let actual = scale.invert(Double(target[column]))
    // What is left of 0 after it was scaled and rounded to single precision.
    let zero = scale.invert(0)
    let rest = (abs(zero) + abs(scale.invert(1) - zero)) * 1e-6
    return (values[column], abs(actual) < rest ? 0 : actual)
  }
}
