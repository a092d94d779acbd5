import Configuration
import Datasets
import Glibc

/// A run among others: what it has come to and, as far as someone asks, its settings and its report.
package struct ListedRun: Sendable {
  /// The folder, as seen from the working directory.
  package let path: String
  /// The folder, as seen from that in which runs are looked for.
  package let name: String
  /// `nil` where the journal cannot be read.
  package let journal: RunJournal?
  /// The resolved configuration; null unless it was asked for and is there.
  let settings: JSONValue
  /// The report on classes; null unless it was asked for and is there.
  let report: JSONValue
  package private(set) var warnings: [Diagnostic]

  /// Reads a run.
  ///
  /// - Parameters:
  ///   - folder: below which the run lies.
  ///   - columns: what will be asked for.
  package init(path: String, below folder: String, columns: [RunColumn]) {
    self.path = path
    let rest = path.dropFirst(folder.count).drop { $0 == "/" }
    name = rest.isEmpty ? path : String(rest)
    var warnings: [Diagnostic] = []
    do {
      let journal = try RunJournal(folder: path)
      warnings = journal.warnings
      self.journal = journal
    } catch let failure as Failure {
      warnings = failure.diagnostics.map(\.asWarning)
      journal = nil
    } catch {
      journal = nil
    }
    func read(_ file: String, isWanted: Bool) -> JSONValue {
      let file = path + "/" + file
      // Not every run has a report.
      guard isWanted, access(file, F_OK) == 0 else { return .null }
      do {
        return try JSONFile.read(file)
      } catch let failure as Failure {
        warnings += failure.diagnostics.prefix(1).map(\.asWarning)
      } catch {}
      return .null
    }
    settings = read("config.json", isWanted: columns.contains { $0.isSetting })
    report = read("report.json", isWanted: columns.contains { $0.isOfReport })
    self.warnings = warnings
  }
}

/// A file with one JSON value.
enum JSONFile {
  /// - Throws: `Failure` of what cannot be read, or is no JSON.
  static func read(_ path: String) throws -> JSONValue {
    let bytes = try FileBytes(path: path, compression: .keep)
    let parsed = JSONParser.parse(
      SourceText(name: path, bytes: bytes.withBytes { Array($0) }), category: .data)
    guard parsed.diagnostics.isEmpty else { throw Failure(parsed.diagnostics) }
    return parsed.value
  }
}
