import Configuration
import Training

/// What a trial of a search tells TensorBoard: its hyperparameters and the objectives, so that the view of
/// hyperparameters shows a study as a table.
package enum TrialEvents {
  /// The bytes of an event file.
  ///
  /// - Parameters:
  ///   - settings: the hyperparameters by their paths.
  ///   - curve: the first objective at the end of each epoch.
  ///   - values: the objectives in the end; empty for a trial that has none.
  package static func file(
    trial: Int, settings: [(name: String, value: JSONValue)], objectives: [String],
    curve: [Double], values: [Double], status: EventWriter.Status
  ) throws -> [UInt8] {
    var bytes: [UInt8] = []
    let writer = EventWriter { bytes += $0 }
    try writer.begin(settings, group: "trial \(trial)")
    if let first = objectives.first {
      for (epoch, value) in curve.enumerated() {
        try writer.write([(tag: "epochs/\(first)", value: value)], step: epoch + 1)
      }
    }
    try writer.write(
      zip(objectives, values).map { (tag: $0, value: $1) }, step: max(1, curve.count))
    try writer.end(status)
    return bytes
  }
}
