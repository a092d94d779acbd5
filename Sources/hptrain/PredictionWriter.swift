import Configuration
import Datasets
import Training

/// Writes predictions to standard output.
struct PredictionWriter {
  let lines: PredictionLines
  private var output = StandardOutput()

  /// - Parameter leading: the names of the columns that stand before the answers.
  init(_ target: TargetEncoding, format: Predict.Format, leading: [String] = []) {
    lines = PredictionLines(target: target, format: format, leading: leading)
  }

  mutating func writeHeader() throws {
    if let header = lines.header { try output.print(header) }
  }

  mutating func write(
    _ prediction: Prediction, fields: [String] = [], members: [JSONMember] = []
  ) throws {
    var line: [UInt8] = []
    lines.append(prediction, to: &line, fields: fields, members: members)
    try output.write(line)
  }

  /// Writes whole lines.
  mutating func write(lines bytes: [UInt8]) throws { try output.write(bytes) }

  mutating func writeBlank() throws { try output.print(lines.blank) }

  mutating func flush() throws { try output.flush() }
}
