import Configuration
import Datasets

/// What the models of all folds say of the examples that they were not trained on, as lines of CSV in the
/// order of the file.
struct OutOfFoldPredictions {
  private struct Line {
    let row: Int
    let step: Int
    let text: Range<Int>
  }

  private let answers: KnownAnswers
  private let target: TargetEncoding
  private var lines: [Line] = []
  private var text: [UInt8] = []

  /// - Parameter target: that with the classes of all folds.
  init(_ answers: KnownAnswers, target: TargetEncoding) {
    self.answers = answers
    self.target = target
  }

  /// Takes in the answer for an example.
  ///
  /// - Parameters:
  ///   - fold: from 1.
  ///   - names: of what the model of the fold has probabilities.
  mutating func add(_ prediction: Prediction, for example: Int32, fold: Int, names: [String]) {
    let known = answers.answers(example)
    for (answer, prediction) in zip(known, prediction.rows(known.count)) {
      let start = text.count
      let fields = keys(of: answer, fold: fold) + answer.targets + fields(prediction, names)
      text.append(contentsOf: Self.line(fields))
      lines.append(Line(row: answer.row, step: answer.step, text: start..<text.count))
    }
  }

  /// The header and all lines, by row and step.
  var csv: [UInt8] {
    var output = Self.line(header)
    output.reserveCapacity(output.count + text.count)
    for line in lines.sorted(by: { ($0.row, $0.step) < ($1.row, $1.step) }) {
      output.append(contentsOf: text[line.text])
    }
    return output
  }

  private var header: [String] {
    let keys = [
      ("row", true), ("group", answers.hasGroup), ("time", answers.hasTime),
      ("step", answers.hasSteps), ("fold", true),
    ].filter(\.1).map(\.0)
    let targets = answers.targets
    func named(_ noun: String) -> [String] {
      targets.count == 1 ? [noun] : targets.map { "\(noun)_\($0)" }
    }
    if !target.answerNames.isEmpty {
      return keys + ["target", "prediction"] + target.answerNames.map { "probability_\($0)" }
    }
    return keys + named("target")
      + named(target.task == .regression ? "prediction" : "probability")
  }

  private func keys(of answer: KnownAnswer, fold: Int) -> [String] {
    [
      String(answer.row + 1), answer.group, answer.time,
      answers.hasSteps ? String(answer.step) : nil, String(fold),
    ].compactMap { $0 }
  }

  private func fields(_ prediction: Prediction, _ names: [String]) -> [String] {
    func known(_ probabilities: [Float]) -> [String] {
      // An early part of a series may lack classes, of which its model then knows nothing.
      let known = Dictionary(uniqueKeysWithValues: zip(names, probabilities))
      return target.answerNames.map { known[$0]?.description ?? "0" }
    }
    switch prediction {
    case .label(let label, let probabilities):
      return [label] + known(probabilities)
    case .labels(let labels, let probabilities):
      return [labels.joined(separator: target.list?.separator ?? "")] + known(probabilities)
    case .probabilities(let values): return values.map(\.description)
    case .values(let values): return values.map(\.singlePrecisionText)
    }
  }

  private static func line(_ fields: [String]) -> [UInt8] {
    Array((fields.map(CSVText.quoted).joined(separator: ",") + "\n").utf8)
  }
}
