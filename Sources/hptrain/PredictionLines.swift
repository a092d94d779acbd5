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
    return (leading + target.sources + probabilities).map(CSVText.quoted).joined(separator: ",")
  }

  /// Appends the line of an answer, with its end.
  ///
  /// - Parameters:
  ///   - fields: what stands before the answers of a line of CSV.
  ///   - members: the same for an object of JSON.
  func append(
    _ prediction: Prediction, to bytes: inout [UInt8], fields: [String] = [],
    members: [JSONMember] = []
  ) {
    switch format {
    case .csv:
      for field in fields { Self.append(CSVText.quoted(field), to: &bytes) }
      switch prediction {
      case .label(let label, let probabilities):
        Self.append(CSVText.quoted(label), to: &bytes)
        Self.append(probabilities, to: &bytes)
      case .labels(let labels, let probabilities):
        let list = labels.joined(separator: target.list?.separator ?? "")
        Self.append(CSVText.quoted(list), to: &bytes)
        Self.append(probabilities, to: &bytes)
      case .probabilities(let values): Self.append(values, to: &bytes)
      case .values(let values):
        for value in values { Self.append(value.singlePrecisionText, to: &bytes) }
      }
      // Where the last comma is, the line ends.
      bytes[bytes.count - 1] = UInt8(ascii: "\n")
    case .json:
      let object = JSONValue.object(members + self.members(prediction))
      bytes.append(contentsOf: object.compactText.utf8)
      bytes.append(UInt8(ascii: "\n"))
    }
  }

  private static func append(_ values: [Float], to bytes: inout [UInt8]) {
    for value in values { append(value.description, to: &bytes) }
  }

  /// Appends a field and a comma.
  private static func append(_ field: String, to bytes: inout [UInt8]) {
    bytes.append(contentsOf: field.utf8)
    bytes.append(UInt8(ascii: ","))
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
