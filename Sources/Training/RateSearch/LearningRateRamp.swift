import Configuration
import Glibc

/// From one rate to another by equal factors, whatever the rate of the optimizer is. It belongs to the range
/// test; no configuration can name it. Two zeros stand for no learning at all.
struct LearningRateRamp: Schedule {
  static let type = "ramp"
  static let summary = "Rises by equal factors."
  static let guidance = Guidance.choice(
    "By find-lr, to try all rates in one run.", typical: "From 1e-7 to 10.",
    example: #""learning_rate_schedule": "constant""#)

  var first = 1e-7
  var last = 10.0
  var warmupIterations = 0

  static let keys: [Key<Self>] = []

  func rate(_ base: Double, at time: ScheduleTime) -> Double {
    guard first < last, time.iteration + 1 < time.iterations else { return last }
    let share = Double(time.iteration) / Double(time.iterations - 1)
    return first * pow(last / first, share)
  }

  func inertSettings(in span: ScheduleSpan) -> [InertSetting] { [] }
}
