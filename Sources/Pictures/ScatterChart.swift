/// Dots over two axes, such as predictions over what is right.
package struct ScatterChart: Chart {
  package struct Dot {
    package let x: Double
    package let y: Double
    /// What a pointer on it is told, and a reader of the table.
    package let name: String
    /// Which kind of dot it is, an index into `kinds`.
    package let kind: Int

    package init(x: Double, y: Double, name: String, kind: Int = 0) {
      self.x = x
      self.y = y
      self.name = name
      self.kind = kind
    }
  }

  package let title: String
  let xLabel: String
  let yLabel: String
  let dots: [Dot]
  /// The names of the kinds.
  let kinds: [String]
  /// Whether x counts something, such as trials.
  let isXWhole: Bool
  let isXLogarithmic: Bool
  let isYLogarithmic: Bool
  /// A line through the dots, such as the best so far; a point for each corner.
  let line: [(x: Double, y: Double)]
  /// Whether a line shows where both axes say the same.
  let hasDiagonal: Bool
  /// The names of the categories where x counts them.
  let categories: [String]?

  package init(
    title: String, xLabel: String, yLabel: String, dots: [Dot], kinds: [String] = [],
    isXWhole: Bool = false, isXLogarithmic: Bool = false, isYLogarithmic: Bool = false,
    line: [(x: Double, y: Double)] = [], hasDiagonal: Bool = false, categories: [String]? = nil
  ) {
    self.title = title
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.dots = dots.filter { $0.x.isFinite && $0.y.isFinite }
    self.kinds = kinds
    self.isXWhole = isXWhole
    self.isXLogarithmic = isXLogarithmic
    self.isYLogarithmic = isYLogarithmic
    self.line = line
    self.hasDiagonal = hasDiagonal
    self.categories = categories
  }

  package var figure: Figure? {
    let values = dots.map(\.y) + line.map(\.y)
    let places = dots.map(\.x) + line.map(\.x)
    let common = hasDiagonal ? values + places : []
    guard
      let x = categories.map({ Axis(xLabel, categories: $0) })
        ?? Axis(xLabel, places + common, isWhole: isXWhole, isLogarithmic: isXLogarithmic),
      let y = Axis(yLabel, values + common, isLogarithmic: isYLogarithmic)
    else { return nil }
    let used = Set(dots.map(\.kind)).sorted()
    var frame = Frame(
      x: x, y: y,
      legend: used.compactMap { kinds.indices.contains($0) ? (kinds[$0], $0) : nil })
    if hasDiagonal {
      let (low, high) = (max(x.low, y.low), min(x.high, y.high))
      frame.drawing.path([frame.point(low, low), frame.point(high, high)], style: "mark")
    }
    if line.count > 1 {
      frame.drawing.path(line.map { frame.point($0.x, $0.y) }, style: "line s1")
    }
    let opacity = dots.count > 300 ? 0.35 : 0.75
    for dot in dots {
      frame.drawing.circle(
        at: frame.point(dot.x, dot.y), radius: dots.count > 300 ? 2.5 : 3.5,
        style: "dot \(Style.name(dot.kind))", opacity: opacity,
        title: dots.count > 600 ? nil : tip(dot))
    }
    return Figure(
      title: title, svg: frame.drawing.svg(title: title, description: description),
      table: Figure.Table(
        columns: ["", xLabel, yLabel],
        rows: dots.map { [$0.name, text(x: $0.x), Digits.short($0.y)] }))
  }

  private func text(x: Double) -> String {
    guard let categories, categories.indices.contains(Int(x)) else { return Digits.short(x) }
    return categories[Int(x)]
  }

  private func tip(_ dot: Dot) -> String {
    "\(dot.name): \(xLabel) \(text(x: dot.x)), \(yLabel) \(Digits.short(dot.y))"
  }

  private var description: String {
    let values = dots.map(\.y)
    guard let low = values.min(), let high = values.max() else { return "" }
    return
      "\(Digits.count(dots.count, "dot", "dots")), \(yLabel) between \(Digits.short(low)) and \(Digits.short(high))"
  }
}
