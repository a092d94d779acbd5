/// The values of trials in the order of their numbers, or of the epochs of one, and the best one so far, in
/// characters.
///
/// What is far worse than most stands at the edge, so that the rest can be told apart. Values that are all the same are
/// a line in the middle.
struct HistoryPlot {
  struct Trial {
    let number: Int
    let value: Double
    let isPruned: Bool
  }

  /// By number.
  let trials: [Trial]
  /// What is numbered: `trial` or `epoch`.
  let unit: String
  let isMaximized: Bool
  let isASCII: Bool
  /// Characters of a line, with the labels.
  let width: Int
  /// Lines of the plot, without the axis.
  let height: Int

  /// The share of the trials that the plot has room for; the others stand at the edge.
  private static let shown = 0.8

  /// The plot and its axis; nothing without two values.
  var lines: [String] {
    let finite = trials.filter(\.value.isFinite)
    let values = finite.map { isMaximized ? -$0.value : $0.value }
    let sorted = values.sorted()
    guard sorted.count > 1, let best = sorted.first, let first = finite.first?.number,
      let last = finite.last?.number
    else { return [] }
    let start = min(first, 1)
    // Where most are as good as the best one, the next ones have room.
    let worst = sorted[Int(Self.shown * Double(sorted.count))...].first { $0 > best } ?? best
    let isFlat = worst == best
    let middle = height / 2
    let labels = (0..<height).map { index -> String? in
      guard !isFlat else {
        return index == middle ? TrainingReporter.short(isMaximized ? -best : best) : nil
      }
      guard index == 0 || index == height - 1 || index == middle else { return nil }
      let share = Double(index) / Double(height - 1)
      let cost = isMaximized ? best + share * (worst - best) : worst + share * (best - worst)
      return TrainingReporter.short(isMaximized ? -cost : cost)
    }
    let margin = max(PlotLabel.width, labels.compactMap { $0?.count }.max() ?? 0)
    let columns = max(16, width - margin - 2)
    var cells = Array(
      repeating: [Character](repeating: " ", count: columns), count: height)
    func column(_ number: Int) -> Int {
      (number - start) * (columns - 1) / max(1, last - start)
    }
    func row(_ value: Double) -> Int {
      guard !isFlat else { return middle }
      let share = min(1, (value - best) / (worst - best))
      // Of what is minimized the best is below, of what is maximized above.
      let fromBest = Int((share * Double(height - 1)).rounded())
      return isMaximized ? fromBest : height - 1 - fromBest
    }
    var soFar = Double.infinity
    var bests = [Double](repeating: .infinity, count: columns)
    for (trial, value) in zip(finite, values) {
      if !trial.isPruned { soFar = min(soFar, value) }
      for later in column(trial.number)..<columns { bests[later] = soFar }
    }
    for (place, value) in bests.enumerated() where value.isFinite {
      cells[row(value)][place] = isASCII ? "-" : "─"
    }
    for (trial, value) in zip(finite, values) {
      let mark: Character = trial.isPruned ? (isASCII ? "x" : "×") : isASCII ? "o" : "●"
      cells[row(value)][column(trial.number)] = mark
    }
    return cells.enumerated().map { index, line in
      let label = labels[index]
      let edge = isASCII ? "|" : label != nil ? "┤" : "│"
      return PlotLabel.trimmed(
        PlotLabel.padded(label ?? "", to: margin) + " " + edge + String(line))
    } + axis(start, last, margin: margin, columns: columns)
  }

  private func axis(_ first: Int, _ last: Int, margin: Int, columns: Int) -> [String] {
    let line = String(repeating: isASCII ? "-" : "─", count: columns)
    let name = "\(unit) \(last)"
    return [
      PlotLabel.padded("", to: margin) + " " + (isASCII ? "+" : "└") + line,
      PlotLabel.padded("", to: margin) + "  \(first)"
        + String(repeating: " ", count: max(1, columns - 1 - name.count))
        + name,
    ]
  }
}
