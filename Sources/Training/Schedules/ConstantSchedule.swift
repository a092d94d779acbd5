import Configuration

/// The learning rate of the optimizer throughout.
package struct ConstantSchedule: Schedule {
  package static let type = "constant"
  package static let summary = "The learning rate of the optimizer throughout."
  package static let synonyms = ["none", "fixed"]

  package var warmupIterations = 0

  package init() {}

  package static let keys: [Key<Self>] = [.warmup]

  package func rate(_ base: Double, at time: ScheduleTime) -> Double { base }

  package func inertSettings(in span: ScheduleSpan) -> [InertSetting] { [] }
}
