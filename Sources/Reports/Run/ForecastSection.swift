import Datasets
import Pictures
import Training

/// Forecasts drawn over the series, and how errors grow with the distance.
struct ForecastSection {
  private let examined: ReportedRun.Examined
  private let target: TargetEncoding
  private let horizon: Int
  private let names: [String]
  private let time: String

  init(_ examined: ReportedRun.Examined) {
    self.examined = examined
    let encoding = examined.evaluation.model.encoding as? TableEncoding
    target = examined.evaluation.model.encoding.target
    horizon = encoding?.window?.horizon ?? 1
    names = encoding?.window?.targets ?? []
    time = encoding?.window?.time ?? "row"
  }

  /// A longer stretch shows no single forecast any more.
  private static let mostRows = 400
  private static let mostTargets = 3
  private static let mostSeries = 4

  var section: Page.Section {
    let series = series
    return Page.Section(
      "forecasts", "Forecasts",
      lead: "Of \(examined.source), each forecast from what was known before it"
        + (series.count > Self.mostSeries
          ? "; the first \(Self.mostSeries) of \(series.count) series." : "."),
      names.indices.prefix(Self.mostTargets).flatMap { column in
        series.prefix(Self.mostSeries).map {
          .figure(picture(of: column, $0).figure, isWide: true)
        }
      } + [horizon > 1 ? .figure(byDistance.figure) : nil])
  }

  /// Answers about one series, in its order.
  private struct AnsweredSeries {
    /// `nil` where there is but one.
    let name: String?
    var answers: [(answer: ExaminedAnswers.Answer, times: [String])] = []
  }

  private var series: [AnsweredSeries] {
    var all: [AnsweredSeries] = []
    for answer in examined.answers.sample {
      let about = examined.describe(answer.example)
      if all.isEmpty || all.last?.name != about?.series {
        all.append(AnsweredSeries(name: about?.series))
      }
      all[all.count - 1].answers.append((answer, about?.times ?? []))
    }
    return all
  }

  private func value(_ answer: ExaminedAnswers.Answer, _ step: Int, _ column: Int) -> (
    predicted: Double, actual: Double
  )? {
    let index = step * names.count + column
    return answer.pair(index, target.columns[index].scale)
  }

  /// Forecasts that follow each other: as many rows later as they reach.
  private func picture(of column: Int, _ series: AnsweredSeries) -> LineChart {
    var (actual, predicted): ([(x: Double, y: Double)], [(x: Double, y: Double)]) = ([], [])
    var times: [Double: String] = [:]
    var next: Int32?
    var row = 0
    for (answer, answerTimes) in series.answers {
      if let next, answer.example < next { continue }
      // Rows that no window predicts leave a gap.
      if let next, answer.example != next {
        actual.append((Double(row - 1), .nan))
        predicted.append((Double(row - 1), .nan))
        row += 1
      }
      for step in 0..<horizon {
        guard let pair = value(answer, step, column) else { continue }
        if answerTimes.indices.contains(step) { times[Double(row)] = answerTimes[step] }
        actual.append((Double(row), pair.actual))
        predicted.append((Double(row), pair.predicted))
        row += 1
      }
      // A forecast stands by itself.
      if horizon > 1 { predicted.append((Double(row - 1), .nan)) }
      next = answer.example + Int32(horizon)
      if row >= Self.mostRows { break }
    }
    let start = series.answers.first?.times.first.map { ", from \($0) on" } ?? ""
    let name = series.name.map { " of \($0)" } ?? ""
    return LineChart(
      title: "Forecasts of " + names[column] + name + start, xLabel: times.isEmpty ? "row" : time,
      yLabel: names[column], series: [.init("actual", actual), .init("predicted", predicted)],
      isXWhole: true, names: times, isWide: true)
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
      }, isXWhole: true)
  }
}
