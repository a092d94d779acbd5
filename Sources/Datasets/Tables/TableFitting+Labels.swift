import Configuration

// A target of several labels in one column.
extension TableFitting {
  func fitLabels(
    _ list: LabelList, _ codes: [Int32], _ fields: [String], _ findings: inout [Diagnostic]
  ) -> TargetEncoding {
    refuse(
      ["scaling", "decimal", "thousands", "signs"], of: list.column, holding: "labels", &findings)
    let seen = Set(rows.lazy.map { codes[Int($0)] }.filter { $0 >= 0 })
    let labels = CategoryOrder.sorted(
      Array(Set(seen.flatMap { list.labels(of: fields[Int($0)]) })))
    if labels.count < 2 {
      findings.append(
        Diagnostic(
          .error, .data, code: "one-class",
          "the target '\(list.column)' has \(labels.first.map { "one label only, \"\($0)\"" } ?? "no label")",
          at: table.place(list.column, row: Int(rows.first ?? 0)),
          help: "several labels need at least two in the training part"))
    }
    var target = TargetEncoding(
      task: .classification, classes: [], columns: labels.map { .init(name: $0, scale: .identity) })
    target.list = list
    return target
  }

  /// A separator that no field has divides nothing.
  var separatorWarnings: [Diagnostic] {
    guard let list = config.labelList,
      case .category(let codes, let fields) = table.column(list.column).contents,
      !rows.contains(where: {
        codes[Int($0)] >= 0 && fields[Int(codes[Int($0)])].contains(list.separator)
      })
    else { return [] }
    return [
      context.finding(
        "inert",
        "no field of column \"\(list.column)\" has a '\(list.separator)', so that each has one label at most",
        at: [.key("columns"), .key(list.column), .key("separator")],
        help: "write what stands between labels, or remove it to learn classes", severity: .warning)
    ]
  }
}
