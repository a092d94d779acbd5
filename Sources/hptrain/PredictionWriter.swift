import Configuration
import Datasets
import Training

/// Writes predictions as lines of CSV or JSON.
struct PredictionWriter {
  private let target: TargetEncoding
  private let format: Predict.Format
  private let leading: [String]
  private var output = StandardOutput()

  /// - Parameter leading: the names of the columns that stand before the answers.
  init(_ target: TargetEncoding, format: Predict.Format, leading: [String] = []) {
    self.target = target
    self.format = format
    self.leading = leading
  }

  /// Label and one column a class, or one column a target.
  mutating func writeHeader() throws {
    guard format == .csv else { return }
    let names = target.columns.map(\.name)
    let probabilities = target.classes.map { "probability_\($0)" }
    try writeFields(leading + names + probabilities)
  }

  /// - Parameters:
  ///   - fields: what stands before the answers of a line of CSV.
  ///   - members: the same for an object of JSON.
  mutating func write(
    _ prediction: Prediction, fields: [String] = [], members: [JSONMember] = []
  ) throws {
    switch format {
    case .csv:
      switch prediction {
      case .label(let label, let probabilities):
        try writeFields(fields + [label] + probabilities.map(\.description))
      case .probabilities(let values): try writeFields(fields + values.map(\.description))
      case .values(let values): try writeFields(fields + values.map { Self.text($0) })
      }
    case .json:
      try output.print(JSONValue.object(members + Self.members(prediction, target)).compactText)
    }
  }

  /// The line of a row without an answer: as many fields, all empty.
  mutating func writeBlank() throws {
    switch format {
    case .csv:
      let count = target.columns.count + target.classes.count
      // An empty line is no row to most readers.
      try output.print(count == 1 ? "\"\"" : String(repeating: ",", count: count - 1))
    case .json:
      let isAnswered = !target.classes.isEmpty || target.task == .regression
      try output.print(
        JSONValue.object([JSONMember(isAnswered ? "prediction" : "probabilities", .null)])
          .compactText)
    }
  }

  mutating func flush() throws { try output.flush() }

  private mutating func writeFields(_ fields: [String]) throws {
    try output.print(fields.map(CSVText.quoted).joined(separator: ","))
  }

  /// As many digits as single precision, in which the network computes, can mean.
  private static func text(_ value: Double) -> String {
    JSONNumber(value.inSinglePrecisionDigits).text
  }

  private static func members(
    _ prediction: Prediction, _ target: TargetEncoding
  ) -> [JSONMember] {
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
