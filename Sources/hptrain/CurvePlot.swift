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
    var canvas = Canvas(
      columns: columns, rows: height, dotColumns: isASCII ? 1 : 2, dotRows: isASCII ? 1 : 4)
    let range = high > low ? high - low : 1
    let dots = points.map { point in
      (
        x: Int((share(of: point.x) * Double(canvas.dotWidth - 1)).rounded()),
        y: Int(((high - point.y) / range * Double(canvas.dotHeight - 1)).rounded())
      )
    }
    for (start, end) in zip(dots, dots.dropFirst()) { canvas.draw(from: start, to: end) }
    return canvas.lines(isASCII ? { $0 == 0 ? " " : "*" } : Self.braille)
  }

  /// The characters from U+2800 hold eight dots, one a bit: the columns from above, and then the fourth row.
  private static func braille(_ dots: UInt8) -> Character {
    guard dots != 0, let scalar = Unicode.Scalar(0x2800 + UInt32(dots)) else { return " " }
    return Character(scalar)
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

/// Dots in a grid of characters.
private struct Canvas {
  let columns: Int
  let rows: Int
  /// Dots of a character.
  let dotColumns: Int
  let dotRows: Int
  /// For each character, row by row, its dots as the bits of Braille.
  private var cells: [UInt8]

  /// The bits of a character's dots: rows from above, each from the left.
  private static let bits: [[UInt8]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]

  init(columns: Int, rows: Int, dotColumns: Int, dotRows: Int) {
    self.columns = columns
    self.rows = rows
    self.dotColumns = dotColumns
    self.dotRows = dotRows
    cells = Array(repeating: 0, count: columns * rows)
  }

  var dotWidth: Int { columns * dotColumns }
  var dotHeight: Int { rows * dotRows }

  /// A straight line; both ends are drawn, and nothing outside the grid.
  mutating func draw(from start: (x: Int, y: Int), to end: (x: Int, y: Int)) {
    let steps = max(abs(end.x - start.x), abs(end.y - start.y))
    for step in 0...steps {
      let share = steps == 0 ? 0 : Double(step) / Double(steps)
      let x = Int((Double(start.x) + share * Double(end.x - start.x)).rounded())
      let y = Int((Double(start.y) + share * Double(end.y - start.y)).rounded())
      guard (0..<dotWidth).contains(x), (0..<dotHeight).contains(y) else { continue }
      cells[y / dotRows * columns + x / dotColumns] |= Self.bits[y % dotRows][x % dotColumns]
    }
  }

  func lines(_ character: (UInt8) -> Character) -> [String] {
    (0..<rows).map { row in String(cells[row * columns..<(row + 1) * columns].map(character)) }
  }
}
