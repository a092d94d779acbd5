import Configuration
import Datasets
import Network

/// How well each class is told from the others in some data, and what it is taken for.
package struct ClassificationReport: Sendable {
  /// Of the data of a run; `nil` for data of its own.
  package let part: Part?
  package let figures: Figures
  /// The classes in the order of the outputs, or the names of several yes/no targets.
  package let labels: [String]
  /// One a label.
  package let scores: [LabelScore]
  package let macro: LabelScore
  package let weighted: LabelScore
  /// Rows are the actual classes, columns the predicted ones, each answer as much as it weighs; `nil` for yes/no targets and for more
  /// than `mostMatrixClasses`.
  package let confusionMatrix: [[Double]]?

  static let mostMatrixClasses = 256

  /// Whether it can be taken in at a glance.
  package var isSmall: Bool { labels.count <= 12 }

  package var json: JSONValue {
    var members = part.map { [JSONMember("part", .string($0.rawValue))] } ?? []
    members += [
      JSONMember("figures", figures.json),
      JSONMember(
        "classes",
        .array(
          zip(labels, scores).map { label, score in
            .object([JSONMember("label", .string(label))] + score.members)
          })),
      JSONMember("macro_average", .object(macro.members)),
      JSONMember("weighted_average", .object(weighted.members)),
    ]
    if let confusionMatrix {
      members.append(
        JSONMember(
          "confusion_matrix", .array(confusionMatrix.map { .array($0.map { .number($0) }) })))
    }
    return .object(members)
  }
}

extension LabelScore {
  fileprivate var members: [JSONMember] {
    [
      JSONMember("precision", .number(precision)), JSONMember("recall", .number(recall)),
      JSONMember("f1", .number(f1)), JSONMember("support", .number(support)),
    ]
  }
}

/// Counts the answers of an evaluation for its report.
package struct AnswerTally {
  private var counts: LabelCounts
  private let decision: Decision
  private let labels: [String]
  /// Shape `classes × classes`, flat; empty if it is not wanted.
  private var matrix: [Double]

  /// - Parameter link: from outputs to probabilities, as the loss says.
  package init(_ target: TargetEncoding, link: Link) {
    decision = Decision(target, link: link)
    counts = LabelCounts(target, decision)
    labels = target.labels
    let wantsMatrix =
      target.isExclusive && labels.count <= ClassificationReport.mostMatrixClasses
    matrix = Array(repeating: 0, count: wantsMatrix ? labels.count * labels.count : 0)
  }

  package mutating func add(_ answers: Answers) {
    counts.add(answers)
    guard !matrix.isEmpty else { return }
    for row in 0..<answers.count {
      let answer = decision.label(answers.output(row), count: answers.width)
      matrix[Int(answers.target(row)[0]) * labels.count + answer] += answers.weight(row)
    }
  }

  package func report(of part: Part?, figures: Figures) -> ClassificationReport {
    ClassificationReport(
      part: part, figures: figures, labels: labels,
      scores: labels.indices.map { counts.score(of: $0) }, macro: counts.score(.macro),
      weighted: counts.score(.weighted),
      confusionMatrix: matrix.isEmpty
        ? nil
        : labels.indices.map { Array(matrix[$0 * labels.count..<($0 + 1) * labels.count]) })
  }
}
