import Configuration

extension DataContext {
  /// What to say of classes with one example where a part is to have every class in its share.
  ///
  /// - Parameters:
  ///   - rows: those that are divided.
  ///   - parts: those taken out of the training file.
  func warnings(
    onRareClassesOf strata: FoldStrata?, in rows: [Int32],
    _ parts: [(part: Part, isStratified: Bool)]
  ) -> [Diagnostic] {
    guard let part = parts.first(where: \.isStratified)?.part, let strata else { return [] }
    let sizes = rows.reduce(into: [Int32: Int]()) { $0[strata.codes[Int($1)], default: 0] += 1 }
    let single = sizes.filter { $0.value == 1 }.map { "\"\(strata.label($0.key))\"" }.sorted()
    guard !single.isEmpty else { return [] }
    return [
      finding(
        "rare-class",
        "\(single.count == 1 ? "the class" : "the classes") \(Spelling.shortened(single)) "
          + "\(single.count == 1 ? "has" : "have") one example, which stays in the training part, "
          + "so that nothing tells how well it is learned",
        at: [.key(part.rawValue), .key("stratify")],
        help: "add examples, merge the class with another one, or leave it out", severity: .warning)
    ]
  }
}
