import Training

/// What a trial came to as it stands in a line.
enum ObjectiveText {
  /// A count with all of its digits, any other figure with four.
  static func text(_ value: Double, of objective: String) -> String {
    guard ObjectiveConfig.counts.contains(objective), let count = Int(exactly: value) else {
      return TrainingReporter.short(value)
    }
    return String(count)
  }
}
