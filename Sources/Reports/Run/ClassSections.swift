import Configuration
import Datasets
import Pictures
import Training

/// How classes are told apart, and whether the probabilities can be believed.
struct ClassSections {
  private let examined: ReportedRun.Examined
  private let report: ClassificationReport
  private let target: TargetEncoding

  init(_ examined: ReportedRun.Examined, _ report: ClassificationReport) {
    self.examined = examined
    self.report = report
    target = examined.evaluation.model.encoding.target
  }

  /// More curves are a tangle.
  private static let mostCurves = 8

  var sections: [Page.Section] {
    let matrix = report.confusionMatrix.flatMap {
      MatrixChart(
        title: "Confusion matrix", rowLabel: "actual", columnLabel: "predicted",
        names: report.labels, values: $0
      ).figure
    }
    return [
      Page.Section(
        "classes", target.classes.isEmpty ? "Labels" : "Classes",
        lead: lead,
        [.figure(matrix), .figure(scores.figure), .table(table)]),
      Page.Section("probabilities", "Probabilities", lead: nil, probabilities),
    ]
  }

  private var lead: String {
    let examples = "Of \(Spelling.count(examined.answers.count, "example")) of \(examined.source)."
    guard let threshold = target.threshold, let yes = target.classes.last else { return examples }
    return examples + " The answer is '\(yes)' from a probability above \(Digits.short(threshold))."
  }

  private var scores: BarChart {
    BarChart(
      title: "F1 of each \(target.classes.isEmpty ? "label" : "class")", valueLabel: "f1",
      bars: zip(report.labels, report.scores).map { BarChart.Bar($0, $1.f1) })
  }

  private var table: Page.Table {
    func row(_ name: String, _ score: LabelScore) -> Page.Table.Row {
      Page.Table.Row(
        head: name,
        cells: [score.precision, score.recall, score.f1, score.support].map {
          .init(text: Digits.short($0), isNumber: true)
        })
    }
    return Page.Table(
      caption: "Scores", columns: ["", "precision", "recall", "f1", "examples"],
      rows: zip(report.labels, report.scores).map(row) + [
        row("macro average", report.macro), row("weighted average", report.weighted),
      ])
  }

  // MARK: - Probabilities

  /// The labels whose curves are drawn: of two classes the second, of many those with the lowest scores.
  private var shown: [Int] {
    if target.isBinary { return [report.labels.count - 1] }
    let byScore = report.labels.indices.sorted {
      (report.scores[$0].f1, $0) < (report.scores[$1].f1, $1)
    }
    return byScore.prefix(Self.mostCurves).sorted()
  }

  private var probabilities: [Page.Block?] {
    let curves = shown.compactMap { label in
      RankCurves(ranked(label)).map { (name: report.labels[label], curves: $0) }
    }
    guard !curves.isEmpty else { return [] }
    let isOne = curves.count == 1
    func name(_ entry: (name: String, curves: RankCurves), _ value: Double) -> String {
      "\(entry.name) (\(Digits.text(value, digits: 3)))"
    }
    let note =
      curves.count < (target.isBinary ? 1 : report.labels.count)
      ? "The \(curves.count) of \(report.labels.count) with the lowest f1." : nil
    let area = isOne ? ", area \(Digits.text(curves[0].curves.area, digits: 4))" : ""
    let average =
      isOne
      ? ", average precision \(Digits.text(curves[0].curves.averagePrecision, digits: 4))" : ""
    return [
      .figure(
        LineChart(
          title: "ROC curve\(area)", xLabel: "rate of false positives",
          yLabel: "rate of true positives",
          series: curves.map { entry in
            LineChart.Series(
              name(entry, entry.curves.area),
              entry.curves.receiverOperating.map { ($0.x, $0.y) })
          }, hasDiagonal: true
        ).figure, note: note),
      .figure(
        LineChart(
          title: "Precision and recall\(average)", xLabel: "recall", yLabel: "precision",
          series: curves.map { entry in
            LineChart.Series(
              name(entry, entry.curves.averagePrecision),
              entry.curves.precisionRecall.map { ($0.x, $0.y) })
          }
        ).figure, note: note),
      .figure(
        LineChart(
          title: "Calibration", xLabel: "predicted probability", yLabel: "share that is so",
          series: curves.map { entry in
            LineChart.Series(
              name(entry, entry.curves.calibrationError),
              entry.curves.calibration.map { ($0.predicted, $0.actual) })
          }, hasDiagonal: true
        ).figure,
        note: "On the diagonal, probabilities are what they say. "
          + (isOne
            ? "The mean distance from it is \(Digits.text(curves[0].curves.calibrationError, digits: 3))."
            : "The numbers in brackets are the mean distances from it.")),
      .figure(
        Histogram(
          title: "Confidence", label: "probability of the answer",
          values: examined.answers.sample.compactMap { $0.confidence(of: target.classes) }
        ).figure),
    ]
  }

  private func ranked(_ label: Int) -> [RankedAnswer] {
    examined.answers.sample.compactMap { answer in
      guard let probability = answer.probability(of: label), answer.weight > 0 else { return nil }
      return RankedAnswer(
        probability: probability, isActual: answer.has(label), weight: answer.weight)
    }
  }
}

extension ExaminedAnswers.Answer {
  func probability(of label: Int) -> Float? {
    switch prediction {
    case .label(_, let probabilities), .labels(_, let probabilities),
      .probabilities(let probabilities):
      probabilities.indices.contains(label) ? probabilities[label] : nil
    case .values: nil
    }
  }

  /// Whether a label is one of those that are right.
  func has(_ label: Int) -> Bool {
    if case .label = prediction { return target.first == Float(label) }
    return target.indices.contains(label) && target[label] > 0.5
  }

  /// The probability of the class that was answered, which is not always the likeliest where there is a threshold.
  fileprivate func confidence(of classes: [String]) -> Double? {
    guard case .label(let label, let probabilities) = prediction,
      let answer = classes.firstIndex(of: label), probabilities.indices.contains(answer)
    else { return nil }
    return Double(probabilities[answer])
  }
}
