/// Lines over a common axis, such as figures over epochs.
package struct LineChart: Chart {
  package struct Series {
    package let name: String
    /// By ascending x; what is not finite leaves a gap.
    package let points: [(x: Double, y: Double)]

    package init(_ name: String, _ points: [(x: Double, y: Double)]) {
      self.name = name
      self.points = points
    }
  }

  package let title: String
  let xLabel: String
  let yLabel: String
  let series: [Series]
  /// Whether x counts something, such as epochs.
  let isXWhole: Bool
  let isXLogarithmic: Bool
  let isYLogarithmic: Bool
  /// What some numbers on the axis stand for, such as times.
  let names: [Double: String]
  /// Places on the axis to point at.
  let marks: [(x: Double, name: String)]
  let isWide: Bool
  /// Whether a line shows where both axes say the same.
  let hasDiagonal: Bool

  package init(
    title: String, xLabel: String, yLabel: String, series: [Series], isXWhole: Bool = false,
    isXLogarithmic: Bool = false, isYLogarithmic: Bool = false, names: [Double: String] = [:],
    marks: [(x: Double, name: String)] = [], isWide: Bool = false, hasDiagonal: Bool = false
  ) {
    self.names = names
    self.title = title
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.series = series.filter { $0.points.contains { $0.y.isFinite } }
    self.isXWhole = isXWhole
    self.isXLogarithmic = isXLogarithmic
    self.isYLogarithmic = isYLogarithmic
    self.marks = marks
    self.isWide = isWide
    self.hasDiagonal = hasDiagonal
  }

  /// More points than this lie closer together than a screen shows.
  private static let mostPoints = 400
  private static let mostTips = 160

  package var figure: Figure? {
    guard
      let x = Axis(
        xLabel, series.flatMap { $0.points.map(\.x) }, isWhole: isXWhole,
        isLogarithmic: isXLogarithmic, isLoose: false, ticks: 6, names: names),
      let y = Axis(
        yLabel, series.flatMap { $0.points.map(\.y) }, isLogarithmic: isYLogarithmic)
    else { return nil }
    var frame = Frame(
      x: x, y: y, width: isWide ? 2 * Frame.width : Frame.width,
      legend: series.enumerated().map { ($0.element.name, $0.offset) })
    if hasDiagonal {
      let (low, high) = (max(x.low, y.low), min(x.high, y.high))
      frame.drawing.path([frame.point(low, low), frame.point(high, high)], style: "mark")
    }
    for mark in marks { frame.upright(at: mark.x, style: "mark") }
    for (index, series) in series.enumerated() {
      for run in Self.runs(series.points) {
        let points = Self.thinned(run, to: Self.mostPoints).map { frame.point($0.x, $0.y) }
        guard points.count > 1 else {
          if let only = points.first {
            frame.drawing.circle(at: only, radius: 3, style: "dot \(Style.name(index))")
          }
          continue
        }
        frame.drawing.path(
          points, style: "line \(Style.name(index))", dashes: Style.dashes(index))
      }
    }
    let rows = tableRows
    addTips(&frame, rows)
    return Figure(
      title: title, svg: frame.drawing.svg(title: title, description: description),
      table: Figure.Table(
        columns: [xLabel] + series.map(\.name),
        rows: rows.map { row in [name(of: row.x)] + row.values.map(Self.cell) }))
  }

  private func name(of x: Double) -> String { names[x] ?? Digits.short(x) }

  private static func cell(_ value: Double?) -> String { value.map(Digits.short) ?? "" }

  private func addTips(_ frame: inout Frame, _ rows: [(x: Double, values: [Double?])]) {
    guard rows.count > 1 else { return }
    let step = max(1, (rows.count + Self.mostTips - 1) / Self.mostTips)
    let shown = Swift.stride(from: 0, to: rows.count, by: step).map { rows[$0] }
    for (index, row) in shown.enumerated() {
      let before = index > 0 ? (shown[index - 1].x + row.x) / 2 : row.x
      let after = index + 1 < shown.count ? (row.x + shown[index + 1].x) / 2 : row.x
      let mark = marks.first { $0.x == row.x }.map { ", \($0.name)" } ?? ""
      let values = zip(series, row.values).compactMap { series, value in
        value.map { "\(series.name) \(Digits.short($0))" }
      }
      frame.tip(
        from: before, to: after,
        "\(xLabel) \(name(of: row.x))\(mark): \(values.joined(separator: ", "))")
    }
  }

  private var description: String {
    series.map { series in
      let values = series.points.map(\.y).filter(\.isFinite)
      guard let first = values.first, let last = values.last, let low = values.min(),
        let high = values.max()
      else { return series.name }
      return "\(series.name) from \(Digits.short(first)) to \(Digits.short(last)), "
        + "between \(Digits.short(low)) and \(Digits.short(high))"
    }.joined(separator: "; ")
      + marks.map { "; \($0.name) at \(xLabel) \(Digits.short($0.x))" }.joined()
  }

  /// The values of all series at each x that one of them has; a gap behind a value is none.
  private var tableRows: [(x: Double, values: [Double?])] {
    var rows: [Double: [Double?]] = [:]
    for (index, series) in series.enumerated() {
      for point in series.points {
        var values = rows[point.x] ?? Array(repeating: nil, count: self.series.count)
        if point.y.isFinite || values[index] == nil { values[index] = point.y }
        rows[point.x] = values
      }
    }
    return rows.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// The points between gaps.
  private static func runs(_ points: [(x: Double, y: Double)]) -> [[(x: Double, y: Double)]] {
    points.split { !$0.y.isFinite }.map(Array.init)
  }

  /// Of many points the lowest and the highest of each stretch, so that no peak is lost.
  static func thinned(
    _ points: [(x: Double, y: Double)], to most: Int
  ) -> [(x: Double, y: Double)] {
    guard points.count > most else { return points }
    let stretches = most / 2
    return (0..<stretches).flatMap { index in
      let range = points.count * index / stretches..<points.count * (index + 1) / stretches
      guard let low = range.min(by: { points[$0].y < points[$1].y }),
        let high = range.max(by: { points[$0].y < points[$1].y })
      else { return [(x: Double, y: Double)]() }
      return low == high ? [points[low]] : [min(low, high), max(low, high)].map { points[$0] }
    }
  }
}
