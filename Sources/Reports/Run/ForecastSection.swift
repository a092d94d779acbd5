import Datasets
import Pictures
import Training

/// Forecasts drawn over the series, and how errors grow with the distance.
struct ForecastSection {
  private let examined: ReportedRun.Examined
  private let target: TargetEncoding
  private let horizon: Int
  private let names: [String]

  init(_ examined: ReportedRun.Examined) {
    self.examined = examined
    let encoding = examined.evaluation.model.encoding as? TableEncoding
    target = examined.evaluation.model.encoding.target
    horizon = encoding?.window?.horizon ?? 1
    names = encoding?.window?.targets ?? []
  }

  /// A longer stretch shows no single forecast any more.
  private static let mostRows = 400
  private static let mostTargets = 3

  var section: Page.Section {
    Page.Section(
      "forecasts", "Forecasts",
      lead: "Of \(examined.source), each forecast from what was known before it.",
      names.indices.prefix(Self.mostTargets).map { column in
        .figure(overSeries(column).figure, isWide: true)
      } + [horizon > 1 ? .figure(byDistance.figure) : nil])
  }

  private func value(_ answer: ExaminedAnswers.Answer, _ step: Int, _ column: Int) -> (
    predicted: Double, actual: Double
  )? {
    let index = step * names.count + column
    return answer.pair(index, target.columns[index].scale)
  }

  /// Forecasts that follow each other: as many rows later as they reach.
  private func overSeries(_ column: Int) -> LineChart {
    var (actual, predicted): ([(x: Double, y: Double)], [(x: Double, y: Double)]) = ([], [])
    var next: Int32?
    var last: Int32?
    var row = 0
    for answer in examined.answers.sample {
      if let next, answer.example < next, last.map({ answer.example > $0 }) ?? true { continue }
      // Rows that no window predicts, and the beginning of another series, leave a gap.
      if let next, answer.example != next {
        actual.append((Double(row), .nan))
        predicted.append((Double(row), .nan))
        row += 1
      }
      for step in 0..<horizon {
        guard let pair = value(answer, step, column) else { continue }
        actual.append((Double(row), pair.actual))
        predicted.append((Double(row), pair.predicted))
        row += 1
      }
      // A forecast stands by itself.
      if horizon > 1 { predicted.append((Double(row) - 0.5, .nan)) }
      last = answer.example
      next = answer.example + Int32(horizon)
      if row >= Self.mostRows { break }
    }
    let begin = examined.answers.sample.first.flatMap { examined.describe($0.example) }
    let place = begin?.fields.last.map { ", from \($0.text) on" } ?? ""
    return LineChart(
      title: "\(names[column])\(place)", xLabel: "row", yLabel: names[column],
      series: [.init("actual", actual), .init("predicted", predicted)], isWide: true)
  }

  private var byDistance: LineChart {
    LineChart(
      title: "Error by distance", xLabel: "rows ahead", yLabel: "root mean square error",
      series: names.indices.prefix(Self.mostTargets).map { column in
        LineChart.Series(
          names[column],
          (0..<horizon).map { step in
            let errors = examined.answers.sample.compactMap { value($0, step, column) }
              .map { ($0.predicted - $0.actual) * ($0.predicted - $0.actual) }
            let mean = errors.reduce(0, +) / Double(max(1, errors.count))
            return (Double(step + 1), mean.squareRoot())
          })
      })
  }
}
