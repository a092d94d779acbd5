import Configuration
import Search

/// Holds the settings of a search against each other.
struct TuningChecker {
  private let config: TuningConfig
  private let document: JSONValue

  init(_ config: TuningConfig, _ loaded: LoadedConfig) {
    self.config = config
    document = loaded.document
  }

  /// What makes pruning impossible.
  func pruning() -> [Diagnostic] {
    guard config.pruning != nil else { return [] }
    return single("'tuning.pruning' compares", at: "pruning", help: "leave out 'pruning'")
  }

  /// What makes a population impossible.
  func population() -> [Diagnostic] {
    var findings = single(
      "a population compares its members by", at: "algorithm", help: "take another objective")
    let excluded = [
      ("pruning", config.pruning != nil, "replaces its worst members itself"),
      ("seeds", config.seeds > 1, "has a seed for each member"),
      ("folds", config.folds != nil, "trains on one training part"),
    ]
    for (key, isSet, reason) in excluded where isSet {
      findings.append(
        finding("a population \(reason)", at: ["tuning", key], help: "leave out '\(key)'"))
    }
    if document["training"]?["early_stopping"] != nil {
      findings.append(
        finding(
          "early stopping would end members that others go on from",
          at: ["training", "early_stopping"], help: "leave it out"))
    }
    return findings
  }

  /// What makes hypergradients impossible.
  func hypergradient(_ space: TuningSpace) -> [Diagnostic] {
    guard config.algorithm is HypergradientSearch else { return [] }
    let adapted = space.places.compactMap { AdaptedHyperparameter($0) }
    guard !adapted.isEmpty else {
      return [
        finding(
          "hypergradients are those of learning_rate and weight_decay, and the space has neither",
          at: ["tuning", "algorithm"],
          help: "add \"training.optimizer.learning_rate\", or take another algorithm")
      ]
    }
    return adapted.filter { ($0.range.low ?? 0) <= 0 }.map {
      finding(
        "what is adapted is multiplied, so that '\($0.key)' has to stay above 0",
        at: ["tuning", "space", "training.optimizer.\($0.key)"], help: "make it a log_uniform")
    }
  }

  /// What is wrong with the objectives where one has to be known at the end of each epoch.
  private func single(_ subject: String, at key: String, help: String) -> [Diagnostic] {
    guard config.objectives.count == 1, let objective = config.objectives.first else {
      return [
        finding(
          "\(subject) one figure, and there are \(config.objectives.count) objectives",
          at: ["tuning", key], help: "leave out one of them")
      ]
    }
    guard objective.isKnownEachEpoch else {
      return [
        finding(
          "\(subject) a figure of each epoch, and '\(objective.metric)' is known at the end only",
          at: ["tuning", key], help: help)
      ]
    }
    return []
  }

  private func finding(_ message: String, at keys: [String], help: String) -> Diagnostic {
    let value = keys.reduce(document as JSONValue?) { $0?[$1] }
    return Diagnostic(
      .error, .configuration, code: "tuning", message, at: value?.location?.place, help: help)
  }
}
