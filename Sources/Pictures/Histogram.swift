/// How often values occur, in bins of equal width.
package struct Histogram: Chart {
  package let title: String
  let label: String
  let values: [Double]

  package init(title: String, label: String, values: [Double]) {
    self.title = title
    self.label = label
    self.values = values.filter(\.isFinite)
  }

  private static let bins = 31

  package var figure: Figure? {
    guard let x = Axis(label, values) else { return nil }
    var counts = Array(repeating: 0, count: Self.bins)
    let width = (x.high - x.low) / Double(Self.bins)
    for value in values {
      counts[min(Self.bins - 1, max(0, Int((value - x.low) / width)))] += 1
    }
    guard let y = Axis("examples", [0, Double(counts.max() ?? 1)]) else { return nil }
    var frame = Frame(x: x, y: y)
    for (bin, count) in counts.enumerated() {
      let corner = frame.point(x.low + Double(bin) * width, Double(count))
      let end = frame.point(x.low + Double(bin + 1) * width, 0)
      frame.drawing.rectangle(
        at: corner, width: max(1, end.x - corner.x - 1), height: max(0, end.y - corner.y),
        style: "bar s0",
        title: "\(count) from \(Digits.short(x.low + Double(bin) * width)) to "
          + Digits.short(x.low + Double(bin + 1) * width))
    }
    let mean = values.reduce(0, +) / Double(max(1, values.count))
    return Figure(
      title: title,
      svg: frame.drawing.svg(
        title: title,
        description: Digits.count(values.count, "value", "values") + ", mean "
          + Digits.short(mean)),
      table: Figure.Table(
        columns: ["from", "to", "examples"],
        rows: counts.enumerated().map { bin, count in
          [
            Digits.short(x.low + Double(bin) * width),
            Digits.short(x.low + Double(bin + 1) * width), String(count),
          ]
        }))
  }
}
