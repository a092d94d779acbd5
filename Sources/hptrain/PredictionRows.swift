import Configuration
import Datasets

/// The rows of a text to predict from, each as soon as it has arrived.
struct PredictionRows: ~Copyable {
  /// In the order of the text.
  let columns: [String]
  private(set) var row: CSVRow
  private var stream: CSVRowStream
  /// The first row was looked at for the columns and holds none of their names.
  private(set) var isFirstPending: Bool

  /// - Parameter input: a file, or `-` for standard input.
  /// - Throws: `Failure` if there is no row, or one that names the columns wrongly.
  init(_ input: String, _ encoding: TableEncoding) throws {
    var stream: CSVRowStream
    if input == "-" {
      stream = CSVRowStream(
        descriptor: 0, dialect: encoding.dialect, expectingColumns: encoding.neededColumns)
    } else {
      let contents = try FileBytes(path: input)
      stream = CSVRowStream(contents, dialect: encoding.dialect(of: contents))
    }
    var row = CSVRow()
    guard try stream.next(into: &row) else {
      throw Failure(
        Diagnostic(.error, .data, code: "empty-file", "\(Spelling.file(input)) holds no rows"))
    }
    let (columns, isHeader) = try encoding.columns(firstRow: row)
    self.columns = columns
    self.row = row
    self.stream = stream
    isFirstPending = !isHeader
  }

  /// What was not read yet, `row` apart, of a text that is here as a whole.
  var rest: (contents: FileBytes, offset: Int)? { stream.rest }

  /// Waits for the next row.
  ///
  /// - Parameter beforeWaiting: is called before more input is waited for.
  /// - Returns: false after the last row.
  mutating func next(beforeWaiting: () throws -> Void) throws -> Bool {
    if isFirstPending {
      isFirstPending = false
      return true
    }
    return try stream.next(into: &row, beforeWaiting: beforeWaiting)
  }

  /// Tells in which columns something stands for missing values although training lacked none.
  static func note(filledIn columns: [(column: String, count: Int)]) {
    guard !columns.isEmpty else { return }
    let list = columns.map { "\"\($0.column)\" (\(Spelling.count($0.count, "row")))" }
    Console.show([
      Diagnostic(
        .note, .data, code: "filled-in",
        "values are missing that training had, and its mean or most frequent category stands for them: "
          + Spelling.list(list, "and"),
        help: "train with data.missing.at_prediction: \"error\" to refuse such rows")
    ])
  }

  /// Tells how many rows of a series are left out for a value that is missing.
  static func note(droppedRows count: Int) {
    guard count > 0 else { return }
    Console.show([
      Diagnostic(
        .note, .data, code: "dropped-rows",
        "\(Spelling.count(count, "row")) without a value \(count == 1 ? "is" : "are") left out, as in training",
        help: "train with data.missing.at_prediction: \"error\" to refuse such rows")
    ])
  }

  /// Tells which columns play no part.
  static func note(
    extraColumns columns: [String], tell: ([Diagnostic]) -> Void = { Console.show($0) }
  ) {
    guard !columns.isEmpty else { return }
    tell([
      Diagnostic(
        .note, .data, code: "extra-columns",
        "ignored, since the model does not know them: "
          + columns.map { "\"\($0)\"" }.joined(separator: ", "))
    ])
  }
}
