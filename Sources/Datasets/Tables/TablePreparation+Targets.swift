import Configuration
import Numerics

// Targets of texts that are learned as something else.
extension TablePreparation {
  /// Numbers cannot be learned from a column of texts, nor can several classes at once.
  func checkTargets(
    _ table: LoadedTable, _ targets: [String], _ task: LearningTask, _ notations: NotationReview
  ) throws {
    guard task == .regression || targets.count > 1 else { return }
    let findings = targets.enumerated().compactMap { index, name -> Diagnostic? in
      guard case .category(_, let labels) = table.column(name).contents,
        let example = labels.first
      else { return nil }
      let reason =
        task == .regression
        ? "which are no numbers to predict" : "but each of several targets has to be 0 or 1"
      let item: [ConfigPath.Step] = targets.count > 1 ? [.index(index)] : []
      let notation = notations.advice(for: name)
      let advice =
        targets.count > 1
        ? Self.advice(onTexts: labels) : "use the loss \"cross_entropy\" to learn classes"
      return context.finding(
        "task", "the target \"\(name)\" holds texts such as '\(example)', \(reason)",
        at: [.key("target")] + item, help: notation ?? advice)
    }
    guard findings.isEmpty else { throw Failure(findings) }
  }

  /// - Parameter labels: of one of several targets.
  private static func advice(onTexts labels: [String]) -> String {
    let sorted = CategoryOrder.sorted(labels)
    guard sorted.count == 2 else { return "name it alone in 'target' to learn its classes" }
    return "write 0 for '\(sorted[0])' and 1 for '\(sorted[1])' in the file, "
      + "or name it alone in 'target' to learn its classes"
  }

  /// What to do where a target has no value.
  func adviceOnMissing(target name: String, _ table: LoadedTable) -> String {
    let settings = ConfigPath.settings(ofColumn: name)
    let drop = "drop these rows with \(settings).missing: \"drop_row\""
    guard config.window == nil else { return drop + " and data.window.gaps: \"split\"" }
    return adviceOnLabels(name, table).map { "\($0); or else \(drop)" } ?? drop
  }

  /// How fields are read that are probably lists of labels, of which an empty one has none.
  private func adviceOnLabels(_ name: String, _ table: LoadedTable) -> String? {
    guard config.labelList == nil, config.target?.count == 1,
      case .category(let codes, let labels) = table.column(name).contents
    else { return nil }
    var counts = [Int](repeating: 0, count: labels.count)
    for code in codes where code >= 0 { counts[Int(code)] += 1 }
    let fields = labels.indices.map { (text: labels[$0], count: counts[$0]) }
    guard let guess = LabelGuess(fields), guess.recurs else { return nil }
    let setting = JSONValue.object([
      JSONMember(name, .object([JSONMember("separator", .string(guess.separator))]))
    ]).compactText
    return "if fields such as '\(guess.example.prefix(40))' are lists of labels, "
      + "of which an empty one has none, write \"columns\": \(setting) in data"
  }
}
