import Configuration

// A target that is learned as one thing, and is likely to be meant as another.
extension TableFitting {
  /// Of the warning that a target looks like a measured number.
  static let manyClassesCode = "many-classes"
  /// Fewer classes than this are few, however few rows there are.
  private static let manyClasses = 20

  func reviewOfTarget(_ target: TargetEncoding) -> [Diagnostic] {
    // What a series predicts is a quantity, whatever its steps.
    guard targets.count == 1, config.labelList == nil, config.window == nil else { return [] }
    switch table.column(targets[0]).contents {
    case .number(let values): return [noteOfNumber(values)].compactMap { $0 }
    case .category: return [warningOfClasses(target.classes)].compactMap { $0 }
    case .skipped: return []
    }
  }

  /// Numbers that are few are classes as often as not, and nothing in the configuration says which.
  private func noteOfNumber(_ values: DoubleBuffer) -> Diagnostic? {
    guard config.task == nil, context.lossTask == nil,
      context.document["training"]?["loss"] == nil
    else { return nil }
    var different: Set<Double> = []
    for row in rows {
      different.insert(values[Int(row)])
      if different.count > FewNumbers.mostClasses { return nil }
    }
    let count = different.count
    let areClasses = count == 2 || count > 2 && different.allSatisfy { $0 == $0.rounded() }
    guard areClasses, rowCount >= count * FewNumbers.rowsPerClass else { return nil }
    return context.finding(
      "number-or-class",
      "the target '\(targets[0])' holds \(count) different numbers and is learned as a number",
      at: [.key("target")],
      help:
        "for classes write \"task\": \"classification\" in data; \"regression\" says the same without this note",
      severity: .note)
  }

  private func warningOfClasses(_ classes: [String]) -> Diagnostic? {
    guard config.task == nil, classes.count > Self.manyClasses,
      classes.count * FewNumbers.rowsPerClass > rowCount,
      classes.allSatisfy({ Double($0) != nil })
    else { return nil }
    return context.finding(
      Self.manyClassesCode,
      "the target '\(targets[0])' has \(Spelling.grouped(classes.count)) different numbers in \(Spelling.count(rowCount, "row")), each of which is learned as a class",
      at: [.key("target")],
      help:
        "use the loss \"mse\" to predict a number; \"task\": \"classification\" in data says that they are names",
      severity: .warning)
  }
}
