import Configuration
import Numerics

/// Rows dealt out to folds, after a seeded shuffle: each row lies in one fold, and folds differ by at
/// most one row.
package struct Folds: Sendable {
  /// The rows of each fold, ascending.
  package let rows: [[Int32]]

  /// - Parameters:
  ///   - rows: the rows to divide.
  ///   - count: how many folds there are to be.
  ///   - strata: the class of each row of the file, if every class is to be divided evenly: its
  ///     numbers of rows in two folds then differ by at most one, too.
  ///   - groups: the group of each row of the file, if no group is to be in two folds; folds are then as
  ///     equal as groups allow.
  ///   - step: tells the shuffle from others of the seed; a test part is drawn with the first.
  package init(
    _ rows: [Int32], count: Int, strata: [Int32]?, groups: [Int32]? = nil, seed: UInt64,
    step: Int = 1
  ) {
    var deck = rows
    Random(seed: seed, .split, step: step).shuffle(&deck)
    if let groups {
      var folds = Array(repeating: [Int32](), count: count)
      // The largest first, each to the fold that has least.
      let whole = GroupedRows(deck, groups: groups).positions.enumerated().sorted {
        $0.element.count == $1.element.count
          ? $0.offset < $1.offset : $0.element.count > $1.element.count
      }
      for (_, positions) in whole {
        let least = folds.indices.min { folds[$0].count < folds[$1].count } ?? 0
        folds[least] += positions.map { deck[$0] }
      }
      self.rows = folds.map { $0.sorted() }
      return
    }
    if let strata {
      let classes = Dictionary(grouping: deck) { strata[Int($0)] }
      deck = classes.sorted { $0.key < $1.key }.flatMap(\.value)
    }
    // The next class goes on where the last one ended, so that what is left over is spread as well.
    var folds = Array(repeating: [Int32](), count: count)
    for (index, row) in deck.enumerated() { folds[index % count].append(row) }
    self.rows = folds.map { $0.sorted() }
  }

  /// The rows of all other folds, ascending.
  package func others(than fold: Int) -> [Int32] {
    rows.indices.filter { $0 != fold }.flatMap { rows[$0] }.sorted()
  }
}

/// The classes by which folds are stratified.
struct FoldStrata {
  /// The class of each row of the file.
  let codes: [Int32]
  /// The class as the file writes it.
  let label: @Sendable (Int32) -> String
}

extension DataContext {
  /// Deals rows out to folds.
  ///
  /// - Parameter strata: `nil` where the target is no class.
  /// - Throws: `Failure` if there are fewer rows than folds, or classes of which nothing could be
  ///   learned in the fold that is to validate them.
  func deal(
    _ rows: [Int32], to count: Int, strata: FoldStrata?, groups: [Int32]? = nil,
    _ warnings: inout [Diagnostic]
  ) throws -> Folds {
    if let groups {
      let groupCount = Set(rows.map { groups[Int($0)] }).count
      guard groupCount >= count else {
        throw Failure(
          Diagnostic(
            .error, .usage, code: "folds",
            "\(Spelling.count(count, "fold")) need as many groups, but "
              + Spelling.existence(of: groupCount, "group"), help: "use fewer folds"))
      }
      return Folds(rows, count: count, strata: nil, groups: groups, seed: seed)
    }
    guard rows.count >= count else {
      throw Failure(
        Diagnostic(
          .error, .usage, code: "folds",
          "\(Spelling.count(count, "fold")) need as many examples, but "
            + Spelling.existence(of: rows.count, "example"), help: "use fewer folds"))
    }
    if let strata { try check(strata, of: rows, in: count, &warnings) }
    return Folds(rows, count: count, strata: strata?.codes, seed: seed)
  }

  private func check(
    _ strata: FoldStrata, of rows: [Int32], in count: Int, _ warnings: inout [Diagnostic]
  ) throws {
    let sizes = rows.reduce(into: [Int32: Int]()) { $0[strata.codes[Int($1)], default: 0] += 1 }
    func names(_ isMeant: (Int) -> Bool) -> [String] {
      sizes.filter { isMeant($0.value) }.map { "\"\(strata.label($0.key))\"" }.sorted()
    }
    let single = names { $0 == 1 }
    let rare = names { $0 < count }
    if let first = single.first {
      let more = single.count > 1 ? " (and \(Spelling.grouped(single.count - 1)) more)" : ""
      throw Failure(
        dataFinding(
          "rare-class",
          "the class \(first) has one example\(more), which no fold can learn from and validate",
          at: [.key("train")]))
    }
    guard rare.count < sizes.count else {
      throw Failure(
        Diagnostic(
          .error, .usage, code: "folds",
          "no class has an example for each of \(Spelling.count(count, "fold"))",
          help: "use at most \(sizes.values.max() ?? count) folds"))
    }
    guard !rare.isEmpty else { return }
    warnings.append(
      finding(
        "rare-class",
        "\(rare.count == 1 ? "the class" : "the classes") \(Spelling.shortened(rare)) "
          + "\(rare.count == 1 ? "has" : "have") fewer examples than there are folds, some of which "
          + "validate without",
        at: [.key("train")], severity: .warning))
  }

  /// What becomes of a validation part that the configuration names beside folds.
  ///
  /// - Throws: `Failure` if it is a file.
  func notes<Source>(onFoldsInPlaceOf validation: HeldOut<Source>?) throws -> [Diagnostic] {
    switch validation {
    case nil: return []
    case .fraction:
      return [
        finding(
          "replaced", "each fold in turn is the validation part, in place of this fraction",
          at: [.key("validation")], severity: .note)
      ]
    case .source:
      throw Failure(
        finding(
          "contradiction",
          "folds take the validation parts out of 'train', but 'validation' names a file",
          at: [.key("validation")],
          help: "remove it, or train without --folds; examples for the final figures go to 'test'"))
    }
  }
}
