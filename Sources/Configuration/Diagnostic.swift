/// One finding about what a user wrote: what is wrong, where, and what to write instead.
///
/// Configuration files, data files and model files report through the same type, so that a reader
/// learns one form and an editor parses one form.
package struct Diagnostic: Error, Sendable, Equatable {
  package enum Severity: String, Sendable {
    case error, warning, note
  }

  /// What a finding is about; it decides the exit code of the process.
  package enum Category: Sendable {
    /// The configuration is wrong (exit code 78).
    case configuration
    /// The contents of a data or model file are wrong (exit code 65).
    case data
    /// A file cannot be opened or read (exit code 66).
    case unreadable
    /// A file or folder cannot be created (exit code 73).
    case cannotCreate
    /// Writing failed midway, as on a full disk (exit code 74).
    case writeFailed
    /// The command line is wrong (exit code 64).
    case usage
  }

  package var severity: Severity
  package var category: Category
  /// A stable, hyphenated name for scripts, such as `unknown-key`.
  package var code: String
  package var message: String
  package var place: Place?
  /// What may stand there, or what to do about it; a full sentence without the closing dot.
  package var help: String?
  /// The columns that it is about, for those who do something about them.
  package var columns: [String] = []

  package init(
    _ severity: Severity = .error, _ category: Category, code: String, _ message: String,
    at place: Place? = nil, help: String? = nil
  ) {
    self.severity = severity
    self.category = category
    self.code = code
    self.message = message
    self.place = place
    self.help = help
  }
}

/// A place in a text: the file, and the line and column where the finding starts.
package struct Place: Sendable, Equatable {
  /// The file as the user named it, or `-` for standard input, or `--set`.
  package var file: String
  /// Counted from 1.
  package var line: Int
  /// Counted from 1, in Unicode scalars.
  package var column: Int
  /// The text of the line without its line break; absent where it would not help (binary data).
  package var excerpt: String?
  /// The column of the finding in the excerpt, where the excerpt is not the line from its start.
  package var excerptColumn: Int
  /// How many scalars the finding spans on that line, at least 1.
  package var width: Int

  package init(
    file: String, line: Int, column: Int, excerpt: String? = nil, excerptColumn: Int? = nil,
    width: Int = 1
  ) {
    self.file = file
    self.line = line
    self.column = column
    self.excerpt = excerpt
    self.excerptColumn = excerptColumn ?? column
    self.width = max(1, width)
  }
}

/// What stops an operation: at least one error, and all others that were found in the same pass.
package struct Failure: Error, Sendable {
  package var diagnostics: [Diagnostic]

  package init(_ diagnostics: [Diagnostic]) {
    self.diagnostics = diagnostics
  }

  package init(_ diagnostic: Diagnostic) {
    self.diagnostics = [diagnostic]
  }
}
