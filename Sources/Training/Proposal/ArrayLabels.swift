import Configuration
import Datasets
import Numerics

/// What the labels of an IDX pair say, and what is to be learned of them.
struct ArrayLabels {
  /// Of classes, the most frequent first; of several labels, in the order of the columns how often each holds.
  let counts: [ColumnProfile.Label]
  let kind: Kind

  enum Kind {
    case classes
    /// Several columns of 0 and 1, any of which may hold at once.
    case labels
    case numbers
  }

  /// Whether of several labels each example has exactly one, as classes have it that were spread over columns.
  private(set) var isOneHot = false

  /// - Parameter task: what was asked for.
  /// - Throws: `Failure` if the labels are nothing that can be learned so.
  init(_ file: IDXFile, path: String, task: LearningTask?) throws {
    let width = file.header.dimensions.dropFirst().reduce(1, *)
    if width > 1 {
      let numbers = task == .regression ? [] : try file.floats()
      guard !numbers.isEmpty, numbers.allSatisfy({ $0 == 0 || $0 == 1 }) else {
        if task == .classification {
          throw Self.noClasses(
            path, "are \(Spelling.grouped(width)) numbers for each example, and not all 0 or 1",
            help: "classes are one integer for each example, several labels columns of 0 and 1")
        }
        kind = .numbers
        counts = []
        return
      }
      kind = .labels
      counts = (0..<width).map { column in
        .init(
          text: "label\(column)",
          count: stride(from: column, to: numbers.count, by: width).count { numbers[$0] == 1 })
      }
      isOneHot = stride(from: 0, to: numbers.count, by: width).allSatisfy { first in
        numbers[first..<first + width].reduce(0, +) == 1
      }
      return
    }
    guard task != .regression, let integers = file.integers() else {
      if task == .classification {
        throw Self.noClasses(
          path, "are not integers",
          help: "classes are one integer for each example; leave --task out to predict numbers")
      }
      kind = .numbers
      counts = []
      return
    }
    kind = .classes
    let found = Dictionary(grouping: integers, by: \.self).mapValues(\.count)
    counts = found.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { .init(text: String($0.key), count: $0.value) }
    if counts.count < 2 {
      throw Failure(
        Diagnostic(
          .error, .data, code: "one-class",
          "the labels in '\(path)' have one class only, \(counts.first?.text ?? "0")"))
    }
  }

  private static func noClasses(_ path: String, _ fault: String, help: String) -> Failure {
    Failure(
      Diagnostic(
        .error, .usage, code: "task", "the labels in '\(path)' \(fault), so no classes", help: help)
    )
  }

  /// `3 classes: 0 (50), 1 (49), 2 (20)`
  var text: String {
    switch kind {
    case .classes:
      Spelling.count(counts.count, "class", plural: "classes") + ": " + Self.list(counts)
    case .labels: Spelling.count(counts.count, "label") + ": " + Self.list(counts)
    case .numbers: "numbers"
    }
  }

  private static func list(_ counts: [ColumnProfile.Label]) -> String {
    counts.prefix(10).map { "\($0.text) (\(Spelling.grouped($0.count)))" }.joined(separator: ", ")
      + (counts.count > 10 ? ", …" : "")
  }
}
