/// The axes of a chart, and the place between them.
struct Frame {
  let x: Axis
  let y: Axis
  var drawing: Drawing
  private let left: Double
  private let right: Double
  private let top: Double
  private let bottom: Double

  /// As wide as a telephone, on which it is not made smaller much.
  static let width = 440.0
  static let height = 280.0
  /// Of the legend.
  private static let lineHeight = 17.0

  /// - Parameter legend: what each style of line or dot means.
  init(
    x: Axis, y: Axis, width: Double = Self.width, height: Double = Self.height,
    legend: [(name: String, style: Int)] = []
  ) {
    self.x = x
    self.y = y
    let widest = y.ticks.map(\.label.count).max() ?? 0
    var (left, right) = (30 + min(Double(Label.longest), Double(widest)) * 6.6, width - 10)
    // Half of a label stands beyond its mark.
    for tick in x.ticks {
      let (half, share) = (Double(tick.label.count) * 3.8, x.share(tick.value))
      if share < 0.5 {
        left = max(left, (half - share * right) / (1 - share))
      } else {
        right = min(right, left + (width - half - left) / share)
      }
    }
    (self.left, self.right) = (left, right)
    let lines = Self.lines(of: legend, width: width - left)
    top = 10 + Double(lines.count) * Self.lineHeight
    // What many names need is not taken from the place between the axes.
    let height = height + Double(max(0, lines.count - 2)) * Self.lineHeight
    drawing = Drawing(width: width, height: height)
    bottom = height - 40
    drawLegend(lines)
    drawAxes()
  }

  func point(_ x: Double, _ y: Double) -> Drawing.Point {
    .init(x: place(x: x), y: place(y: y))
  }

  func place(x value: Double) -> Double { left + x.share(value) * (right - left) }

  func place(y value: Double) -> Double {
    bottom - min(max(y.share(value), -0.01), 1.01) * (bottom - top)
  }

  /// From the top to the bottom of the place between the axes.
  mutating func upright(at value: Double, style: String) {
    let place = place(x: value)
    drawing.line(from: .init(x: place, y: top), to: .init(x: place, y: bottom), style: style)
  }

  /// What a pointer between two places is told.
  mutating func tip(from low: Double, to high: Double, _ title: String) {
    let start = min(max(place(x: low), left), right)
    let end = min(max(place(x: high), left), right)
    drawing.rectangle(
      at: .init(x: start, y: top), width: max(1, end - start), height: bottom - top,
      style: "tip", title: title)
  }

  private mutating func drawAxes() {
    for tick in y.ticks {
      let place = place(y: tick.value)
      drawing.line(
        from: .init(x: left, y: place), to: .init(x: right, y: place), style: "grid")
      drawing.text(
        tick.label, at: .init(x: left - 6, y: place + 4), anchor: .end, style: "tick")
    }
    for tick in x.ticks {
      let place = place(x: tick.value)
      drawing.line(
        from: .init(x: place, y: bottom), to: .init(x: place, y: bottom + 4), style: "axis")
      drawing.text(
        tick.label, at: .init(x: place, y: bottom + 17), anchor: .middle, style: "tick")
    }
    drawing.line(
      from: .init(x: left, y: bottom), to: .init(x: right, y: bottom), style: "axis")
    drawing.text(
      Label.middle(x.label, to: Int((right - left) / 6)),
      at: .init(x: (left + right) / 2, y: drawing.height - 6), anchor: .middle,
      style: "label")
    drawing.text(
      Label.middle(y.label, to: Int((bottom - top) / 6)),
      at: .init(x: 12, y: (top + bottom) / 2), anchor: .middle, style: "label", isUpward: true)
  }

  // MARK: - Legend

  private static func lines(
    of legend: [(name: String, style: Int)], width: Double
  ) -> [[(name: String, style: Int, x: Double)]] {
    guard legend.count > 1 else { return [] }
    var lines: [[(name: String, style: Int, x: Double)]] = [[]]
    var x = 0.0
    for (entry, name) in zip(legend, Label.ofLegend(legend.map(\.name))) {
      let needed = 34 + Double(name.count) * 6.6
      if x > 0, x + needed > width {
        lines.append([])
        x = 0
      }
      lines[lines.count - 1].append((name, entry.style, x))
      x += needed
    }
    return lines
  }

  private mutating func drawLegend(_ lines: [[(name: String, style: Int, x: Double)]]) {
    for (index, line) in lines.enumerated() {
      let y = 12 + Double(index) * Self.lineHeight
      for entry in line {
        let start = left + entry.x
        drawing.path(
          [.init(x: start, y: y - 4), .init(x: start + 22, y: y - 4)],
          style: "line \(Style.name(entry.style))", dashes: Style.dashes(entry.style))
        drawing.text(entry.name, at: .init(x: start + 27, y: y), style: "tick")
      }
    }
  }
}

/// How series are told apart: by colour, and for those who see none by dashes.
enum Style {
  static let count = 8

  static func name(_ index: Int) -> String { "s\(index % count)" }

  static func dashes(_ index: Int) -> [Int] {
    [[], [7, 3], [2, 2], [9, 3, 2, 3]][index % 4]
  }
}
