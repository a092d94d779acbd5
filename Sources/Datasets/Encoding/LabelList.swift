import Configuration

/// A target column whose fields hold several labels, such as `a|b|c`, each of which is a yes or no of its own.
package struct LabelList: ConfigObject, Equatable {
  package var column = ""
  /// What stands between labels.
  package var separator = ""

  package init() {}

  package init(column: String, separator: String) {
    self.column = column
    self.separator = separator
  }

  package static let keys: [Key<Self>] = [
    Key("column", \.column, .string(), help: "The column."),
    Key("separator", \.separator, .string(), help: "What stands between labels."),
  ]

  /// The labels of a field in their order, without the blanks around them and each once; an empty field has none.
  package func labels(of field: String) -> [String] {
    var seen: Set<String> = []
    return field.split(separator: separator).map(\.trimmed).filter {
      !$0.isEmpty && seen.insert($0).inserted
    }
  }
}

extension Substring {
  /// By bytes, since fields may be long texts.
  fileprivate var trimmed: String {
    func isText(_ byte: UInt8) -> Bool { byte != ASCII.space && byte != ASCII.tab }
    guard let first = utf8.firstIndex(where: isText), let last = utf8.lastIndex(where: isText)
    else { return "" }
    return String(self[first..<utf8.index(after: last)])
  }
}

/// The labels of each field of a file, by their places among those that training has seen.
struct LabelMapping {
  /// For each code of the column.
  let positions: [[Int]]
  /// For each code the first label that is none of them.
  let unknown: [String?]

  init(_ list: LabelList, fields: [String], labels: [String]) {
    let known = Dictionary(uniqueKeysWithValues: labels.enumerated().map { ($1, $0) })
    let found = fields.map { list.labels(of: $0) }
    positions = found.map { $0.compactMap { known[$0] } }
    unknown = found.map { $0.first { known[$0] == nil } }
  }
}
