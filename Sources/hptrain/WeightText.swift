import Configuration

/// How many examples there are, or what they weigh.
enum WeightText {
  static func count(_ weight: Double) -> String {
    weight == weight.rounded() && abs(weight) < 1e15
      ? String(Int(weight)) : TrainingReporter.short(weight)
  }
}
