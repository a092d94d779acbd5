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
    // Of the values and not of the axis, which has room at its ends where there may be no value, as beyond a
    // probability of 1.
    let (low, high) = (values.min() ?? 0, values.max() ?? 0)
    let width = (high - low) / Double(Self.bins)
    let bins = width > 0 && width.isFinite ? Self.bins : 1
    func end(_ bin: Int) -> Double {
      bin == 0 ? low : bin == bins ? high : low + Double(bin) * width
    }
    var counts = Array(repeating: 0, count: bins)
    for value in values {
      counts[bins > 1 ? min(bins - 1, Int((value - low) / width)) : 0] += 1
    }
    guard let y = Axis("examples", [0, Double(counts.max() ?? 1)], isWhole: true) else {
      return nil
    }
    var frame = Frame(x: x, y: y)
    for (bin, count) in counts.enumerated() {
      let corner = frame.point(end(bin), Double(count))
      let foot = frame.point(end(bin + 1), 0)
      // A single value has a bin without a width.
      frame.drawing.rectangle(
        at: corner, width: max(3, foot.x - corner.x - 1), height: max(0, foot.y - corner.y),
        style: "bar s0",
        title: "\(count) from \(Digits.short(end(bin))) to \(Digits.short(end(bin + 1)))")
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
          [Digits.short(end(bin)), Digits.short(end(bin + 1)), String(count)]
        }))
  }
}
