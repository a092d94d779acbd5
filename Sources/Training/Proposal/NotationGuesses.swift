import Configuration
import Datasets

/// How the numbers of a table are written, where that is not plainly.
struct NotationGuesses {
  /// One that fits all columns in question.
  private let common: NotationGuess?
  private let guesses: [String: NotationGuess]

  /// - Parameter columns: as they are if all numbers are plain.
  init(_ columns: [ColumnProfile], delimiter: UInt8) {
    // What is no plain number among them is told by its own texts.
    let candidates = columns.filter { !$0.others.isEmpty }
    var guesses: [String: NotationGuess] = [:]
    var texts: [[String]] = []
    for column in candidates {
      let others = column.others.map(\.text)
      guard let guess = NotationGuess(others, delimiter: delimiter) else { continue }
      guesses[column.name] = guess
      texts.append(others)
    }
    self.guesses = guesses
    let guess = NotationGuess(columns: texts, delimiter: delimiter)
    let hasFractions = columns.contains {
      guesses[$0.name] == nil && $0.kind == .number && !$0.isInteger
    }
    // Points in other columns would become something else.
    common = guess?.notation.decimal == .comma && hasFractions ? nil : guess
  }

  var isEmpty: Bool { guesses.isEmpty }

  func notation(of column: String) -> NumberNotation {
    guesses[column].map { (common ?? $0).notation } ?? .plain
  }

  /// Writes into a configuration how the numbers of the columns in use are written.
  func write(to config: inout CSVDataConfig, used: [String]) {
    let used = used.filter { guesses[$0] != nil }
    guard !used.isEmpty else { return }
    if let common {
      config.decimal = common.notation.decimal
      config.thousands = common.notation.thousands
      config.signs = common.notation.signs
      return
    }
    for name in used {
      let notation = notation(of: name)
      var setting = config.columns[name] ?? ColumnConfig()
      if notation.decimal != .point { setting.decimal = notation.decimal }
      setting.thousands = notation.thousands
      if !notation.signs.isEmpty { setting.signs = notation.signs }
      config.columns[name] = setting
    }
  }

  /// A note for the columns in use whose numbers have something that plain ones lack.
  func note(used: [String]) -> Diagnostic? {
    let names = used.filter { guesses[$0] != nil }
    guard let first = names.first, let guess = common ?? guesses[first] else { return nil }
    let columns = names.map { "'\($0)'" }
    return Diagnostic(
      .note, .data, code: "number-notation",
      "the numbers of \(Spelling.list(columns, "and")) are read with "
        + (common == nil && names.count > 1 ? "notations of their own" : guess.name))
  }
}
