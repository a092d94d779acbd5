import Glibc

/// A curve over a logarithmic axis in characters: lines of eight dots a character in Braille, or asterisks.
struct CurvePlot {
  /// By ascending x, which is above 0.
  let points: [(x: Double, y: Double)]
  /// An x to point at below the axis; `nil` for none.
  let mark: Double?
  let isASCII: Bool
  /// Characters of a line, with the labels.
  let width: Int
  /// Lines of the curve, without the axis.
  let height: Int

  private var columns: Int { max(16, width - PlotLabel.width - 2) }

  /// The curve, its axis and the mark; nothing for fewer than two points.
  var lines: [String] {
    guard let first = points.first, let last = points.last, first.x < last.x else { return [] }
    let values = points.map(\.y)
    let (low, high) = (values.min() ?? 0, values.max() ?? 0)
    let rows = curve(low: low, high: high)
    var lines = rows.enumerated().map { index, row in
      let share = Double(index) / Double(max(1, height - 1))
      let isLabeled = index == 0 || index == height - 1 || index == height / 2
      let label = isLabeled ? TrainingReporter.short(high + (low - high) * share) : ""
      let edge = isASCII ? "|" : isLabeled ? "┤" : "│"
      return PlotLabel.trimmed(PlotLabel.padded(label) + " " + edge + row)
    }
    lines += axis
    return lines
  }

  /// Where an x lies on the axis, from 0 to 1.
  private func share(of x: Double) -> Double {
    guard let first = points.first, let last = points.last else { return 0 }
    return log(x / first.x) / log(last.x / first.x)
  }

  // MARK: - Curve

  private func curve(low: Double, high: Double) -> [String] {
    var canvas = DotCanvas(columns: columns, rows: height, isASCII: isASCII)
    let range = high > low ? high - low : 1
    let dots = points.map { point in
      (
        x: Int((share(of: point.x) * Double(canvas.dotWidth - 1)).rounded()),
        y: Int(((high - point.y) / range * Double(canvas.dotHeight - 1)).rounded())
      )
    }
    for (start, end) in zip(dots, dots.dropFirst()) { canvas.draw(from: start, to: end) }
    return (0..<height).map { canvas.line($0) }
  }

  // MARK: - Axis

  /// The axis with a tick at each power of ten, their names, and the mark.
  private var axis: [String] {
    guard let first = points.first, let last = points.last else { return [] }
    var ticks = Array(repeating: isASCII ? "-" : "─", count: columns)
    var names = Array(repeating: " ", count: columns)
    var nextFree = 0
    let exponents =
      Int(
        log10(first.x).rounded(.up))...max(
        Int(log10(first.x).rounded(.up)), Int(log10(last.x).rounded(.down)))
    for exponent in exponents {
      let x = pow(10, Double(exponent))
      guard x >= first.x * 0.999, x <= last.x * 1.001 else { continue }
      let column = column(of: x)
      ticks[column] = isASCII ? "+" : "┬"
      let name = "1e\(exponent)"
      guard column >= nextFree, column + name.count <= columns else { continue }
      for (offset, character) in name.enumerated() { names[column + offset] = String(character) }
      nextFree = column + name.count + 1
    }
    let margin = PlotLabel.padded("") + " "
    var lines = [
      margin + (isASCII ? "+" : "└") + ticks.joined(),
      PlotLabel.trimmed(margin + " " + names.joined()),
    ]
    if let mark, mark >= first.x, mark <= last.x {
      lines.append(
        margin + " " + String(repeating: " ", count: column(of: mark)) + (isASCII ? "^" : "▲"))
    }
    return lines
  }

  private func column(of x: Double) -> Int {
    min(columns - 1, max(0, Int((share(of: x) * Double(columns - 1)).rounded())))
  }
}
