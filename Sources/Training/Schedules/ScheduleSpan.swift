import Configuration

/// How long a schedule lasts: the run without its warm-up.
package struct ScheduleSpan: Sendable {
  /// At least one.
  package let iterations: Int
  package let iterationsPerEpoch: Int
  /// All epochs of the run, those of the warm-up too.
  package let runEpochs: Int

  package init(iterations: Int, iterationsPerEpoch: Int, runEpochs: Int) {
    self.iterations = iterations
    self.iterationsPerEpoch = iterationsPerEpoch
    self.runEpochs = runEpochs
  }

  /// The count at the last iteration; the first is at 0.
  func lastCount(in unit: ScheduleUnit) -> Int {
    unit == .iteration ? iterations - 1 : (iterations - 1) / max(1, iterationsPerEpoch)
  }

  /// `a schedule of 60 epochs`
  func description(in unit: ScheduleUnit) -> String {
    "a schedule of \(unit.count(lastCount(in: unit) + 1))"
  }

  /// What is wrong with an end that lies behind the run's.
  func settings(reaching totalIterations: Int?) -> [InertSetting] {
    guard let totalIterations, totalIterations > iterations else { return [] }
    return [
      InertSetting(
        "total_iterations",
        "an end after \(ScheduleUnit.iteration.count(totalIterations)) is not reached in \(description(in: .iteration))"
      )
    ]
  }
}

extension ScheduleUnit {
  /// `60 epochs`
  func count(_ number: Int) -> String { Spelling.count(number, rawValue) }

  /// What is wrong with counting, where no two counts of a run differ.
  func inertSettings(in span: ScheduleSpan) -> [InertSetting] {
    guard span.lastCount(in: self) == 0 else { return [] }
    return [
      InertSetting("unit", "the rate never changes in \(span.description(in: self))")
    ]
  }
}

/// A setting that changes nothing, mostly since the run is too short for it.
package struct InertSetting: Sendable {
  /// Where it stands in the schedule's object.
  package let path: [ConfigPath.Step]
  /// What is wrong, with both numbers.
  package let message: String

  /// What is wrong with a factor that leaves the rate as it is.
  static func factor(_ factor: Double) -> [InertSetting] {
    factor < 1 ? [] : [InertSetting("factor", "a factor of 1 never changes the rate")]
  }

  init(_ key: String, at index: Int? = nil, _ message: String) {
    path = [.key(key)] + (index.map { [.index($0)] } ?? [])
    self.message = message
  }
}
