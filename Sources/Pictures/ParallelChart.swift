/// A line for each of many things over upright axes side by side, one a quantity (Inselberg 1985): which combinations
/// are good.
package struct ParallelChart: Chart {
  package struct Quantity {
    package let name: String
    package let isLogarithmic: Bool
    /// The names of the categories where values count them.
    package let categories: [String]?
    /// One for each line; `nil` where it has none.
    package let values: [Double?]

    package init(
      name: String, isLogarithmic: Bool = false, categories: [String]? = nil, values: [Double?]
    ) {
      self.name = name
      self.isLogarithmic = isLogarithmic
      self.categories = categories
      self.values = values
    }
  }

  package let title: String
  let quantities: [Quantity]
  /// One for each line, from 0 for the worst to 1 for the best.
  let merits: [Double]
  let names: [String]

  package init(title: String, quantities: [Quantity], merits: [Double], names: [String]) {
    self.title = title
    self.quantities = quantities
    self.merits = merits
    self.names = names
  }

  package var figure: Figure? {
    let axes = quantities.compactMap { quantity in
      (quantity.categories.map { Axis("", categories: $0) }
        ?? Axis("", quantity.values.compactMap { $0 }, isLogarithmic: quantity.isLogarithmic))
        .map { (quantity, $0) }
    }
    guard axes.count > 1, !merits.isEmpty else { return nil }
    let (width, height) = (2 * Frame.width, 300.0)
    var drawing = Drawing(width: width, height: height)
    let (top, bottom) = (34.0, height - 12)
    let step = (width - 90) / Double(axes.count - 1)
    func place(_ index: Int) -> Double { 30 + Double(index) * step }
    // The best ones lie on top.
    for line in merits.indices.sorted(by: { merits[$0] < merits[$1] }) {
      var stretch: [Drawing.Point] = []
      let isBest = merits[line] >= 0.999
      let style = isBest ? "line s1 best" : "thread"
      for (index, (quantity, axis)) in axes.enumerated() {
        guard let value = quantity.values[line], value.isFinite else {
          drawing.path(stretch, style: style)
          stretch = []
          continue
        }
        let y = bottom - min(max(axis.share(value), 0), 1) * (bottom - top)
        stretch.append(.init(x: place(index), y: y))
      }
      drawing.path(stretch, style: isBest ? style : "\(style) m\(Int(merits[line] * 4))")
    }
    for (index, (quantity, axis)) in axes.enumerated() {
      let x = place(index)
      drawing.line(from: .init(x: x, y: top), to: .init(x: x, y: bottom), style: "axis")
      let isLast = index + 1 == axes.count
      // Names take turns in two lines, since neighbours are close.
      drawing.text(
        Label.shortened(quantity.name, to: max(8, Int(2 * step / 7))),
        at: .init(x: x, y: index % 2 == 0 ? 12 : 26),
        anchor: index == 0 ? .start : isLast ? .end : .middle, style: "tick")
      for tick in axis.ticks {
        let y = bottom - axis.share(tick.value) * (bottom - top)
        drawing.text(tick.label, at: .init(x: x + 4, y: y + 4), style: "tick small")
      }
    }
    return Figure(
      title: title,
      svg: drawing.svg(
        title: title,
        description: Digits.count(merits.count, "line", "lines") + " over "
          + Digits.count(axes.count, "quantity", "quantities")),
      table: Figure.Table(
        columns: [""] + axes.map(\.0.name),
        rows: merits.indices.map { line in
          [names[line]] + axes.map { quantity, _ in Self.text(quantity, line) }
        }))
  }

  private static func text(_ quantity: Quantity, _ line: Int) -> String {
    guard let value = quantity.values[line] else { return "" }
    guard let categories = quantity.categories, categories.indices.contains(Int(value)) else {
      return Digits.short(value)
    }
    return categories[Int(value)]
  }
}
