import Configuration

/// The column of a table that says how much each row counts, if one was named.
struct WeightChoice {
  let name: String?
  /// The column, which has no other role.
  let reserved: Set<Int>
  private(set) var notes: [Diagnostic] = []

  /// What such columns are called, in lower case and without what divides words. The weight of a body is another
  /// matter.
  private static let names: Set<String> = [
    "sampleweight", "sampleweights", "caseweight", "caseweights", "exampleweight", "surveyweight",
    "instanceweight", "observationweight", "finalweight", "fnlwgt",
  ]

  /// - Throws: `Failure` if there is no such column.
  init(_ table: TableProfile, wanted: String?) throws(Failure) {
    if let wanted {
      let index = try table.require(wanted, for: "--weight")
      name = table.columns[index].name
      reserved = [index]
      return
    }
    name = nil
    reserved = []
    let likely = table.columns.first { column in
      column.kind == .number
        && Self.names.contains(column.name.lowercased().filter { $0.isLetter || $0.isNumber })
    }
    guard let likely else { return }
    notes.append(
      Diagnostic(
        .note, .data, code: "weights",
        "column '\(likely.name)' may say how much each row counts, and is taken for an input",
        help: "--weight \(likely.name) makes it the weight of the rows"))
  }
}
