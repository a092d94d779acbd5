import ArgumentParser
import Configuration

/// What becomes of a row that there is no answer for.
enum BadRowHandling: String, ExpressibleByArgument, CaseIterable {
  /// It ends the command.
  case stop
  /// It has no line in the output.
  case skip
  /// Its line has no answer, so that those of the others stay in line with the input.
  case blank
}

/// The rows without an answer: the first of each kind are told at once, all of them counted.
struct BadRows {
  let handling: BadRowHandling
  private let tell: ([Diagnostic]) -> Void
  private var count = 0
  /// Findings by their code, in the order in which the kinds were met.
  private var kinds: [(code: String, count: Int)] = []

  private static let mostOfAKind = 3

  /// - Parameter tell: takes what is told at once.
  init(
    _ handling: BadRowHandling, tell: @escaping ([Diagnostic]) -> Void = { Console.show($0) }
  ) {
    self.handling = handling
    self.tell = tell
  }

  /// Takes note of a row.
  ///
  /// - Throws: its findings, if such a row ends the command.
  mutating func take(_ findings: Failure) throws {
    guard handling != .stop else { throw findings }
    count += 1
    for finding in findings.diagnostics where finding.severity == .error {
      let index = kinds.firstIndex { $0.code == finding.code } ?? kinds.count
      if index == kinds.count { kinds.append((finding.code, 0)) }
      kinds[index].count += 1
      if kinds[index].count <= Self.mostOfAKind { tell([finding]) }
    }
  }

  /// - Throws: how many rows there are without an answer and why, if any is.
  func finish(rows: Int) throws {
    if let finding = finding(rows: rows, ("has no answer", "have no answer")) {
      throw Failure(finding)
    }
  }

  /// How many rows there are and why; `nil` without any.
  ///
  /// - Parameter fate: what became of the rows, of one and of several.
  func finding(rows: Int, _ fate: (one: String, several: String)) -> Diagnostic? {
    guard count > 0 else { return nil }
    let reasons = kinds.map { "\($0.code) (\(Spelling.grouped($0.count)))" }
    return Diagnostic(
      .error, .data, code: "bad-rows",
      "\(Spelling.grouped(count)) of \(Spelling.count(rows, "row")) \(count == 1 ? fate.one : fate.several): "
        + Spelling.list(reasons, "and"))
  }
}
