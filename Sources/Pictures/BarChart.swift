/// A bar for each name, one below the other, from 0 to the right or to the left.
package struct BarChart: Chart {
  package struct Bar {
    package let name: String
    package let value: Double
    /// The uncertainty of the value, to both sides; `nil` where it is not known.
    package let deviation: Double?

    package init(_ name: String, _ value: Double, deviation: Double? = nil) {
      self.name = name
      self.value = value
      self.deviation = deviation
    }
  }

  package let title: String
  let valueLabel: String
  let bars: [Bar]

  package init(title: String, valueLabel: String, bars: [Bar]) {
    self.title = title
    self.valueLabel = valueLabel
    self.bars = bars.filter(\.value.isFinite)
  }

  private static let rowHeight = 22.0
  private static let most = 40
  /// In characters.
  private static let longestName = 22

  package var figure: Figure? {
    let shown = bars.prefix(Self.most)
    let values = shown.map(\.value)
    guard let high = values.max().map({ max(0, $0) }), let low = values.min().map({ min(0, $0) })
    else { return nil }
    let names = Label.distinct(shown.map(\.name), to: Self.longestName)
    let width = Frame.width
    var drawing = Drawing(width: width, height: Double(shown.count) * Self.rowHeight + 8)
    let longest = names.map(\.count).max() ?? 0
    let left = 12 + Double(longest) * 7
    let right = width - 62
    let range = high > low ? high - low : 1
    func place(_ value: Double) -> Double {
      left + (min(max(value, low), high) - low) / range * (right - left)
    }
    for (index, bar) in shown.enumerated() {
      let y = 4 + Double(index) * Self.rowHeight
      let (start, end) = (min(place(0), place(bar.value)), max(place(0), place(bar.value)))
      drawing.text(
        names[index], at: .init(x: left - 6, y: y + 15), anchor: .end, style: "tick")
      drawing.rectangle(
        at: .init(x: start, y: y + 3), width: max(1, end - start), height: Self.rowHeight - 7,
        style: "bar \(bar.value < 0 ? "s1" : "s0")",
        title: "\(bar.name): \(Self.text(bar))")
      if let deviation = bar.deviation {
        let middle = y + Self.rowHeight / 2 - 0.5
        drawing.line(
          from: .init(x: place(bar.value - deviation), y: middle),
          to: .init(x: place(bar.value + deviation), y: middle), style: "whisker")
      }
      drawing.text(
        Digits.text(bar.value, digits: 3),
        at: .init(x: max(end, place(bar.value + (bar.deviation ?? 0))) + 5, y: y + 15),
        style: "tick")
    }
    drawing.line(
      from: .init(x: place(0), y: 2), to: .init(x: place(0), y: drawing.height - 2),
      style: "axis")
    let description = shown.prefix(5).map { "\($0.name) \(Digits.short($0.value))" }
    return Figure(
      title: title,
      svg: drawing.svg(
        title: title, description: "\(valueLabel): \(description.joined(separator: ", "))"),
      table: Figure.Table(
        columns: ["", valueLabel], rows: bars.map { [$0.name, Self.text($0)] }))
  }

  private static func text(_ bar: Bar) -> String {
    Digits.short(bar.value) + (bar.deviation.map { " ± \(Digits.short($0))" } ?? "")
  }
}
