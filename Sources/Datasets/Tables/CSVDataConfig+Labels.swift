import Configuration

extension CSVDataConfig {
  /// The target, if it is one column of several labels in each field.
  package var labelList: LabelList? {
    guard let name = target?.first, target?.count == 1, let separator = columns[name]?.separator
    else { return nil }
    return LabelList(column: name, separator: separator)
  }

  /// What does not go with labels that stand in one field.
  func validateLabels(_ json: JSONValue, _ reading: inout Reading) {
    for name in columns.keys.sorted() where columns[name]?.separator != nil {
      let place = json["columns"]?[name]
      func report(_ message: String, at location: Location?, help: String) {
        reading.report(
          code: "contradiction", message, at: location ?? place?["separator"]?.location, help: help)
      }
      // What is no target is said where columns are known to be there.
      guard let target, target.contains(name) else { continue }
      if target.count > 1 {
        report(
          "\"\(name)\" has several labels, which is a target of its own and cannot be one of \(target.count)",
          at: nil, help: "name it alone in 'target'")
      }
      if window != nil {
        report(
          "a series has no labels: its targets are numbers or classes", at: nil,
          help: "remove 'separator', or 'window'")
      }
      if task == .regression {
        report(
          "labels are learned as classification", at: json["task"]?.location, help: "remove 'task'")
      }
      if let type = columns[name]?.type, type != .category {
        report(
          "labels are texts, and no \(type.rawValue)", at: place?["type"]?.location,
          help: "remove 'type'")
      }
      for (key, held) in [("validation", validation), ("test", test)]
      where held?.share?.isStratified == true {
        report(
          "'stratify' needs one class for each row, but \"\(name)\" has several labels",
          at: json[key]?["stratify"]?.location, help: "remove it")
      }
    }
  }
}
