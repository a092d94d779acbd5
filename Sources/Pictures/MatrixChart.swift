/// A matrix whose cells are the darker the more they hold of their row, such as a confusion matrix.
package struct MatrixChart: Chart {
  package let title: String
  let rowLabel: String
  let columnLabel: String
  let names: [String]
  /// Shape `names × names`.
  let values: [[Double]]

  package init(
    title: String, rowLabel: String, columnLabel: String, names: [String], values: [[Double]]
  ) {
    self.title = title
    self.rowLabel = rowLabel
    self.columnLabel = columnLabel
    self.names = names
    self.values = values
  }

  /// A larger matrix is no picture any more.
  private static let most = 40

  package var figure: Figure? {
    guard !names.isEmpty, names.count <= Self.most else { return nil }
    let rowNames = Label.distinct(names, to: 12)
    let longest = Double(rowNames.map(\.count).max() ?? 1)
    let left = 34 + longest * 7
    let top = 26.0
    let cell = (Frame.width - left - 10) / Double(names.count)
    // Wide cells would make a tall picture of a few classes.
    let height = min(cell, names.count < 4 ? 64 : 48)
    var drawing = Drawing(
      width: Frame.width, height: top + height * Double(names.count) + 42)
    let showsNumbers = names.count <= 16
    let step = max(1, Int((7 * min(longest, 6) / cell).rounded(.up)))
    drawing.text(
      rowLabel, at: .init(x: 14, y: top + height * Double(names.count) / 2), anchor: .middle,
      style: "label", isUpward: true)
    drawing.text(
      columnLabel, at: .init(x: left + cell * Double(names.count) / 2, y: drawing.height - 6),
      anchor: .middle, style: "label")
    for (row, name) in names.enumerated() {
      let y = top + Double(row) * height
      let sum = values[row].reduce(0, +)
      drawing.text(
        rowNames[row], at: .init(x: left - 6, y: y + height / 2 + 4), anchor: .end, style: "tick")
      for (column, value) in values[row].enumerated() {
        let x = left + Double(column) * cell
        let share = sum > 0 ? value / sum : 0
        drawing.rectangle(
          at: .init(x: x, y: y), width: cell - 1, height: height - 1,
          style: row == column ? "cell right" : "cell wrong", opacity: share,
          title: "\(name) taken for \(names[column]): \(Digits.short(value))")
        if showsNumbers, value > 0 {
          drawing.text(
            Digits.text(value, digits: 4), at: .init(x: x + cell / 2, y: y + height / 2 + 4),
            anchor: .middle, style: share > 0.55 ? "number strong" : "number")
        }
      }
    }
    let bottom = top + height * Double(names.count) + 15
    let columnNames = Label.distinct(names, to: max(3, Int(cell * Double(step) / 7)))
    for (column, name) in columnNames.enumerated() where column % step == 0 {
      drawing.text(
        name, at: .init(x: left + (Double(column) + 0.5) * cell, y: bottom), anchor: .middle,
        style: "tick")
    }
    return Figure(
      title: title, svg: drawing.svg(title: title, description: description),
      table: Figure.Table(
        columns: ["\(rowLabel) \\ \(columnLabel)"] + names,
        rows: zip(names, values).map { [$0] + $1.map(Digits.short) }))
  }

  private var description: String {
    let right = names.indices.reduce(0) { $0 + values[$1][$1] }
    let all = values.reduce(0) { $0 + $1.reduce(0, +) }
    return "\(Digits.short(right)) of \(Digits.short(all)) on the diagonal"
  }
}
