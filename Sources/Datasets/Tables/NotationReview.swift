import Configuration

/// Looks for columns that became categories although they hold numbers, written in another way than is read: with a
/// notation that nothing says, or plainly where a notation is said.
struct NotationReview {
  /// The columns, and how their numbers are written.
  let findings: [(name: String, guess: NotationGuess)]
  /// Where one notation fits all columns.
  private let common: NotationGuess?
  private let table: LoadedTable
  /// What the settings make categories of plain numbers.
  let plain: PlainNumberReview

  /// - Parameters:
  ///   - used: the columns that are inputs or targets. Where `columns` says the type of one, it is meant.
  ///   - classes: the target, if its texts are classes whatever they are.
  init(
    _ config: CSVDataConfig, used: [String], classes: [String], _ table: LoadedTable,
    delimiter: UInt8, context: DataContext
  ) {
    self.table = table
    plain = PlainNumberReview(
      config, used: used.filter { !classes.contains($0) }, table, context: context)
    var labels: [[String]] = []
    var findings: [(name: String, guess: NotationGuess)] = []
    for name in used where config.columns[name]?.type == nil {
      guard case .category(_, let texts) = table.column(name).contents,
        let guess = NotationGuess(texts, delimiter: delimiter)
      else { continue }
      findings.append((name, guess))
      labels.append(texts)
    }
    self.findings = findings
    let guess = NotationGuess(columns: labels, delimiter: delimiter)
    let hasFractions = used.contains { name in
      guard case .number(let numbers) = table.column(name).contents else { return false }
      return numbers.values.contains { $0 != $0.rounded() && !$0.isNaN }
    }
    // Points in other columns would become something else.
    common = guess?.notation.decimal == .comma && hasFractions ? nil : guess
  }

  var warnings: [Diagnostic] {
    let unsaid = findings.map { name, guess in
      Diagnostic(
        .warning, .data, code: "number-notation",
        "column \"\(name)\" is read as a category, but looks like numbers with "
          + "\((common ?? guess).name), as \(example(of: name))",
        at: table.place(ofColumn: name),
        help: "write \(setting(for: name) ?? "") in data to read them as numbers; "
          + "\"columns\": \(Self.member(name, .string("category"))) keeps it without this warning")
    }
    return unsaid + plain.warnings
  }

  /// What to do about the settings to read a column as numbers; `nil` if it holds none.
  func advice(for name: String) -> String? {
    setting(for: name).map { "write \($0) in data to read them as numbers" }
      ?? plain.advice(for: name)
  }

  /// What to write in the data section to read a column as numbers; `nil` if it holds none.
  func setting(for name: String) -> String? {
    guard let guess = findings.first(where: { $0.name == name })?.guess else { return nil }
    return common?.setting
      ?? "\"columns\": {\(JSONValue.string(name).compactText): {\(guess.setting)}}"
  }

  private static func member(_ name: String, _ value: JSONValue) -> String {
    JSONValue.object([JSONMember(name, value)]).compactText
  }

  private func example(of name: String) -> String {
    guard case .category(_, let labels) = table.column(name).contents, let first = labels.first
    else { return "" }
    return "'\(first)'"
  }
}
