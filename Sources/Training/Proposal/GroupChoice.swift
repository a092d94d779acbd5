import Configuration
import Datasets

/// The column of a table whose values are divided as wholes, if one was named.
struct GroupChoice {
  let name: String?
  /// The column, which has no other role.
  let reserved: Set<Int>
  private let table: TableProfile

  /// What is called so is somebody or something of which there are several rows, in lower case and without what
  /// divides words and without an `id` behind it.
  private static let names: Set<String> = [
    "patient", "subject", "person", "participant", "respondent", "customer", "client", "user",
    "member", "account", "household", "family", "student", "pupil", "employee", "driver", "player",
    "animal", "plant", "tree", "specimen", "machine", "device", "sensor", "engine", "vehicle",
    "session", "visitor", "case", "document", "video", "speaker", "group",
  ]
  private static let endings = ["identifier", "number", "code", "name", "id", "no", "nr"]

  /// With fewer values a part would be some of them, and their categories are learned.
  private static let fewestValues = 5

  /// - Throws: `Failure` if there is no such column.
  init(_ table: TableProfile, wanted: String?) throws(Failure) {
    self.table = table
    guard let wanted else {
      (name, reserved) = (nil, [])
      return
    }
    let index = try table.require(wanted, for: "--group")
    name = table.columns[index].name
    reserved = [index]
  }

  /// A column that may be a group, where none was named: its name says that it tells somebody or something apart, most
  /// of its values stand in several rows, and there are some of them. Fractions of numbers tell nobody apart.
  ///
  /// - Parameter others: columns with another role.
  func note(excluding others: Set<Int>) -> Diagnostic? {
    guard name == nil else { return nil }
    let likely = table.columns.indices.first {
      !others.contains($0) && Self.tellsApart(table.columns[$0])
    }
    guard let column = likely.map({ table.columns[$0] }) else { return nil }
    let setting = "\"group\": \(JSONValue.string(column.name).compactText)"
    return Diagnostic(
      .note, .data, code: "group",
      "column '\(column.name)' has \(Spelling.grouped(column.distinct)) values in "
        + "\(Spelling.count(column.rows, "row")): if rows of one belong together, "
        + "figures flatter where they are in two parts",
      help: "--group \(column.name) keeps them in one part, as \(setting) in data does")
  }

  private static func tellsApart(_ column: ColumnProfile) -> Bool {
    guard column.missing == 0, column.kind == .category || column.isInteger,
      column.distinct >= fewestValues, column.distinct * 2 <= column.present,
      !column.isMostlyAlone
    else { return false }
    var folded = String(column.name.lowercased().filter { $0.isLetter || $0.isNumber })
    if names.contains(folded) { return true }
    guard let ending = endings.first(where: { folded.hasSuffix($0) }) else { return false }
    folded.removeLast(ending.count)
    return names.contains(folded)
  }
}
