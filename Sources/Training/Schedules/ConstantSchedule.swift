import Configuration

/// The learning rate of the optimizer throughout.
package struct ConstantSchedule: Schedule {
  package static let type = "constant"
  package static let summary = "The learning rate of the optimizer throughout."
  package static let guidance = Guidance.choice(
    """
    To find a learning rate, for small tasks, and as what to compare with. Nearly every \
    other schedule ends at a lower loss.
    """,
    typical: "With adam on tables; with early stopping.",
    example: #""learning_rate_schedule": {"type": "constant", "warmup_iterations": 100}"#)
  package static let synonyms = ["none", "fixed"]

  package var warmupIterations = 0

  package init() {}

  package static let keys: [Key<Self>] = [.warmup]

  package func rate(_ base: Double, at time: ScheduleTime) -> Double { base }

  package func inertSettings(in span: ScheduleSpan) -> [InertSetting] { [] }
}
