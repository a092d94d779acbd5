import Configuration

/// Turns the codes of a file's column into positions among the categories of an encoder.
struct CategoryMapping {
  /// For each code of the file, the position among the categories, or that of all others.
  let positions: [Int32]
  /// The position that stands for a missing category, −1 if there is none.
  let missing: Int32

  /// - Parameter other: the position of what is none of the categories.
  init(labels: [String], categories: [String], missing: String?, other: Int = -1) {
    let known = CategoryIndex(categories)
    positions = labels.map { Int32(known[$0] ?? other) }
    self.missing = missing.map { Int32(known[$0] ?? other) } ?? -1
  }

  func position(of code: Int32) -> Int32 { code < 0 ? missing : positions[Int(code)] }
}

enum CategoryOrder {
  /// Labels in the order that people expect: numbers by value, texts by their letters.
  static func sorted(_ labels: [String]) -> [String] {
    let numbers = labels.map { Double($0) }
    guard numbers.allSatisfy({ $0 != nil }) else { return labels.sorted() }
    return zip(labels, numbers).sorted { first, second in
      let (a, b) = (first.1 ?? 0, second.1 ?? 0)
      return a == b ? first.0 < second.0 : a < b
    }.map(\.0)
  }
}
