import Configuration
import Datasets
import Training

/// How predictions are written: as lines of CSV or JSON.
struct PredictionLines: Sendable {
  let target: TargetEncoding
  let format: Predict.Format
  /// The names of the columns that stand before the answers.
  var leading: [String] = []

  /// Label and one column a class, labels and one column a label, or one column a target; `nil` where nothing is named.
  var header: String? {
    guard format == .csv else { return nil }
    let probabilities = target.answerNames.map { "probability_\($0)" }
    return Self.line(leading + target.sources + probabilities)
  }

  /// - Parameters:
  ///   - fields: what stands before the answers of a line of CSV.
  ///   - members: the same for an object of JSON.
  func line(
    _ prediction: Prediction, fields: [String] = [], members: [JSONMember] = []
  ) -> String {
    switch format {
    case .csv:
      switch prediction {
      case .label(let label, let probabilities):
        return Self.line(fields + [label] + probabilities.map(\.description))
      case .labels(let labels, let probabilities):
        let list = labels.joined(separator: target.list?.separator ?? "")
        return Self.line(fields + [list] + probabilities.map(\.description))
      case .probabilities(let values): return Self.line(fields + values.map(\.description))
      case .values(let values):
        // The line that there are millions of.
        if fields.isEmpty, values.count == 1 { return values[0].singlePrecisionText }
        return Self.line(fields + values.map(\.singlePrecisionText))
      }
    case .json: return JSONValue.object(members + self.members(prediction)).compactText
    }
  }

  /// The line of a row without an answer: as many fields, all empty.
  var blank: String {
    switch format {
    case .csv:
      let count = target.sources.count + target.answerNames.count
      // An empty line is no row to most readers.
      return count == 1 ? "\"\"" : String(repeating: ",", count: count - 1)
    case .json:
      let isAnswered = !target.answerNames.isEmpty || target.task == .regression
      return JSONValue.object([JSONMember(isAnswered ? "prediction" : "probabilities", .null)])
        .compactText
    }
  }

  private static func line(_ fields: [String]) -> String {
    fields.map(CSVText.quoted).joined(separator: ",")
  }

  private func members(_ prediction: Prediction) -> [JSONMember] {
    func member(_ name: String, _ value: Double) -> JSONMember {
      JSONMember(name, value.isFinite ? .number(value) : .null)
    }
    func byName(_ names: [String], _ values: [Double]) -> JSONValue {
      .object(zip(names, values).map { member($0, $1) })
    }
    switch prediction {
    case .label(let label, let probabilities):
      return [
        JSONMember("prediction", .string(label)),
        JSONMember(
          "probabilities",
          byName(target.classes, probabilities.map { Double($0.description) ?? .nan })),
      ]
    case .labels(let labels, let probabilities):
      return [
        JSONMember("prediction", .array(labels.map { .string($0) })),
        JSONMember(
          "probabilities",
          byName(target.answerNames, probabilities.map { Double($0.description) ?? .nan })),
      ]
    case .probabilities(let values):
      return [
        JSONMember(
          "probabilities",
          byName(target.columns.map(\.name), values.map { Double($0.description) ?? .nan }))
      ]
    case .values(let values):
      return [
        JSONMember(
          "prediction", byName(target.columns.map(\.name), values.map(\.inSinglePrecisionDigits)))
      ]
    }
  }
}
