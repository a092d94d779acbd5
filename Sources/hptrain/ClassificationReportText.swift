import Configuration
import Training

/// A report on classes as two tables for a terminal.
struct ClassificationReportText {
  private let report: ClassificationReport
  /// What a line may be long, in characters.
  private let width: Int
  private let paint: Paint

  private static let longestName = 24

  init(_ report: ClassificationReport, width: Int, paint: Paint) {
    self.report = report
    self.width = width
    self.paint = paint
  }

  var lines: [String] { lines(withMatrix: true) }

  func lines(withMatrix: Bool) -> [String] {
    let matrix = withMatrix ? report.confusionMatrix : nil
    return scoreLines + (matrix.map { matrixLines($0) } ?? []) + [""]
  }

  private var names: [String] { report.labels.map(Self.name) }

  private var scoreLines: [String] {
    var table = TextTable([.left, .right, .right, .right, .right])
    table.add("", "precision", "recall", "f1", "support")
    for (name, score) in zip(names, report.scores) { table.add(Self.cells(name, score)) }
    table.add(Self.cells("macro average", report.macro))
    table.add(Self.cells("weighted average", report.weighted))
    var lines = table.lines()
    for index in [0, lines.count - 2, lines.count - 1] { lines[index] = paint(lines[index], .dim) }
    let subject = report.confusionMatrix == nil ? "answer" : "class"
    let part = report.part.map { " of the \($0.rawValue) part" } ?? ""
    return ["", "each \(subject)\(part):"] + lines
  }

  private static func cells(_ name: String, _ score: LabelScore) -> [String] {
    [name] + [score.precision, score.recall, score.f1].map(share) + [
      WeightText.count(score.support)
    ]
  }

  /// Names above the columns where the line is long enough for them, else numbers.
  private func matrixLines(_ matrix: [[Double]]) -> [String] {
    let named = lines(of: matrix, heads: names, rows: names)
    let fits = named.allSatisfy { $0.count <= width }
    let numbered = names.indices.map { String($0 + 1) }
    var lines =
      fits
      ? named
      : lines(of: matrix, heads: numbered, rows: zip(numbered, names).map { "\($0) \($1)" })
    lines[0] = paint(lines[0], .dim)
    return ["", "confusion matrix, a row for each class and a column for each answer:"] + lines
  }

  private func lines(of matrix: [[Double]], heads: [String], rows: [String]) -> [String] {
    var table = TextTable([.left] + heads.map { _ in .right })
    table.add([""] + heads)
    for (name, counts) in zip(rows, matrix) {
      // What is not confused stays out of the way.
      table.add([name] + counts.map { $0 == 0 ? "·" : WeightText.count($0) })
    }
    return table.lines()
  }

  /// A name that keeps its table in order: on one line, without what a terminal would obey, and not
  /// too long.
  static func name(_ label: String) -> String {
    let plain = TerminalText.line(label)
    guard plain.count > longestName else { return plain.isEmpty ? "\"\"" : plain }
    return plain.prefix(longestName - 1) + "…"
  }

  /// Three decimals of a number from 0 to 1.
  static func share(_ value: Double) -> String {
    let thousandths = Int((value * 1000).rounded())
    let digits = String(thousandths % 1000)
    return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - digits.count) + digits
  }
}
