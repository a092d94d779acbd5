import Datasets
import Pictures
import Training

/// Figures, learning rate and gradients over the epochs.
struct LearningCurves {
  let runs: [ReportedRun]
  /// What to call each run; empty for a single one.
  var labels: [String] = []

  /// A picture with more lines is a tangle.
  private static let mostRuns = 8

  private var shown: ArraySlice<ReportedRun> { runs.prefix(Self.mostRuns) }

  var section: Page.Section {
    var names: [String] = []
    for run in runs {
      for name in run.curves.figureNames where !names.contains(name) { names.append(name) }
    }
    return Page.Section(
      "curves", "Learning curves", lead: lead,
      names.map { .figure(chart(of: $0).figure) } + [
        .figure(
          chart("Learning rate", "learning rate") { $0.learningRate }.figure),
        .figure(
          chart(
            "Length of the gradient", "gradient norm", isLogarithmic: true
          ) { $0.gradientNorm ?? .nan }.figure,
          note: "The mean of some updates of an epoch, before clipping."),
      ])
  }

  private var lead: String? {
    runs.count > Self.mostRuns ? "The first \(Self.mostRuns) of \(runs.count) runs." : nil
  }

  private func chart(of name: String) -> LineChart {
    var series: [LineChart.Series] = []
    var all: [Double] = []
    for (index, run) in shown.enumerated() {
      for part in [Part.train, .validation] {
        // Of several runs the part that counts.
        let hasValidation = run.curves.epochs.contains { $0.figures[.validation]?[name] != nil }
        if runs.count > 1, part == .train, hasValidation { continue }
        let points = run.curves.epochs.compactMap { epoch in
          epoch.figures[part]?[name].map { (x: Double(epoch.number), y: $0) }
        }
        guard !points.isEmpty else { continue }
        all += points.map(\.y).filter(\.isFinite)
        let label = runs.count > 1 ? "\(labels[index]), \(part.rawValue)" : part.rawValue
        series.append(LineChart.Series(label, points))
      }
    }
    // A loss that falls by powers of ten shows nothing else on an even scale.
    let positive = all.filter { $0 > 0 }
    let isWide = (positive.max() ?? 1) > 20 * (positive.min() ?? 1)
    return LineChart(
      title: FigureTitle.of(name), xLabel: "epoch", yLabel: name.spaced, series: series,
      isXWhole: true,
      isYLogarithmic: name == FigureName.loss && isWide && positive.count == all.count,
      marks: marks)
  }

  private func chart(
    _ title: String, _ label: String, isLogarithmic: Bool = false,
    _ value: (RunCurves.Epoch) -> Double
  ) -> LineChart {
    LineChart(
      title: title, xLabel: "epoch", yLabel: label,
      series: shown.enumerated().map { index, run in
        LineChart.Series(
          runs.count > 1 ? labels[index] : label,
          run.curves.epochs.map { (Double($0.number), value($0)) })
      }, isXWhole: true, isYLogarithmic: isLogarithmic, marks: marks)
  }

  private var marks: [(x: Double, name: String)] {
    guard runs.count == 1, let run = runs.first else { return [] }
    let best = run.record.summary?.bestEpoch.map { [(x: Double($0), name: "best epoch")] } ?? []
    return best
      + run.curves.resumptions.map { (x: Double($0), name: "went on with other settings") }
  }
}
