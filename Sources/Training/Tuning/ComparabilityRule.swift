import Configuration

/// A place of the configuration that decides what an objective measures, so that trials with other values there cannot
/// be told better or worse by it.
struct ComparabilityRule: Sendable {
  let path: ConfigPath
  /// Whether the place decides about an objective.
  let decides: @Sendable (Objective) -> Bool
  /// What is other in trials with another value.
  let reason: String
  /// What to do about it, for an objective.
  let help: @Sendable (Objective) -> String

  /// The rules for searches of a run: what figures measure, and by which examples.
  static func all(for run: RunPlan) -> [ComparabilityRule] {
    let metric = run.metrics.first.map { type(of: $0).type }
    let byMetric: @Sendable (Objective) -> String = { objective in
      // The name of a loss is that of its part and 'loss'.
      metric.map { "name a metric as the objective: \"\(objective.name.dropLast(4) + $0)\"" }
        ?? "name a metric as the objective"
    }
    let held: @Sendable (Objective) -> String = { _ in "leave it out of the space" }
    let root = ConfigPath.root
    let bases = FigureBasis.all(of: run.config).flatMap { basis in
      basis.paths.map { path in
        ComparabilityRule(
          path: path, decides: { $0.figure.map(basis.decides) ?? false }, reason: basis.reason,
          help: basis.isOfLossAlone ? byMetric : held)
      }
    }
    let parts = [
      ComparabilityRule(
        path: root.key("seed"), decides: { $0.isFigure },
        reason: "what wins is luck with the parts of the data and the start",
        help: { _ in "leave it out of the space; \"seeds\": 3 takes the mean over three" }),
      ComparabilityRule(
        path: root.key("data").key("validation"), decides: { $0.isFigure },
        reason: "each is judged by other examples", help: held),
      ComparabilityRule(
        path: root.key("data").key("test"), decides: { $0.isFigure },
        reason: "each has other examples to learn from and to be judged by", help: held),
    ]
    return bases + parts
  }

  /// Whether a search changes the place: it is searched itself, or what is within it, or all around it in values that
  /// differ there.
  func concerns(_ place: TuningSpace.Place) -> Bool {
    let (own, others) = (path.steps, place.path.steps)
    if others.starts(with: own) { return true }
    guard own.starts(with: others), let choice = place.plainRange as? ChoiceRange else {
      return false
    }
    let rest = own.dropFirst(others.count)
    let texts = (choice.values ?? []).map { value in
      rest.reduce(value as JSONValue?) { $0?[$1] }?.compactText
    }
    return Set(texts).count > 1
  }
}
