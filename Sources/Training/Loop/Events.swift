import Configuration
import Datasets

/// The events of a run as scripts read them, one JSON object each.
package enum Events {
  package static func start(_ plan: RunPlan) -> JSONValue {
    .object([
      "event": .string("start"), "name": .string(plan.name),
      "examples": .integer(plan.examples),
      "batch_size": .integer(plan.config.training.batchSize), "epochs": .integer(plan.epochs),
      "iterations": .integer(plan.iterations), "parameters": .integer(plan.parameterCount),
      "memory_bytes": .integer(plan.memoryBytes),
    ])
  }

  /// - Parameter run: one that goes on.
  package static func resume(_ run: StoppedRun) -> JSONValue {
    .object([
      "event": .string("resume"), "name": .string(run.plan.name),
      "iteration": .integer(run.checkpoint?.iterations ?? run.ended?.iterations ?? 0),
      "iterations": .integer(run.plan.iterations), "run": .string(run.directory.path),
    ])
  }

  package static func epoch(_ epoch: TrainingLoop.Epoch) -> JSONValue {
    var members = [
      JSONMember("event", .string("epoch")), JSONMember("epoch", .integer(epoch.number)),
      JSONMember("iterations", .integer(epoch.iterations)),
      JSONMember("learning_rate", .number(epoch.learningRate)),
      JSONMember(
        "gradient_norm",
        epoch.gradientNorm.isFinite ? .number(Double(Float(epoch.gradientNorm))) : .null),
      JSONMember("train", epoch.train.json),
    ]
    if let validation = epoch.validation {
      members.append(JSONMember("validation", validation.json))
    }
    members.append(JSONMember("best", .boolean(epoch.isBest)))
    members.append(JSONMember("seconds", .number(rounded(epoch.seconds))))
    return .object(members)
  }

  package static func end(
    _ outcome: TrainingLoop.Outcome, run: String, peakMemoryBytes: Int
  ) -> JSONValue {
    var members = [
      JSONMember("event", .string("end")), JSONMember("iterations", .integer(outcome.iterations)),
      JSONMember("reason", .string(outcome.reason.rawValue)),
    ]
    if let epoch = outcome.bestEpoch { members.append(JSONMember("best_epoch", .integer(epoch))) }
    if let divergence = outcome.divergence {
      members.append(JSONMember("divergence", divergence.json))
    }
    members += figures(outcome)
    if let report = outcome.report, report.isSmall {
      members.append(JSONMember("report", report.json))
    }
    members += [
      JSONMember("samples_per_second", .number(outcome.samplesPerSecond.rounded())),
      JSONMember("seconds", .number(rounded(outcome.seconds))),
      JSONMember("peak_memory_bytes", .integer(peakMemoryBytes)),
      JSONMember("run", .string(run)),
    ]
    return .object(members)
  }

  /// What the model file says of its training: figures that every repetition gives again.
  package static func summary(_ outcome: TrainingLoop.Outcome) -> JSONValue {
    var members = [
      JSONMember("iterations", .integer(outcome.iterations)),
      JSONMember("reason", .string(outcome.reason.rawValue)),
    ]
    if let epoch = outcome.bestEpoch { members.append(JSONMember("best_epoch", .integer(epoch))) }
    return .object(members + figures(outcome))
  }

  /// What the model file says as long as the run goes on.
  package static func bestSummary(epoch: Int) -> JSONValue {
    .object(["reason": .string("unfinished"), "best_epoch": .integer(epoch)])
  }

  private static func figures(_ outcome: TrainingLoop.Outcome) -> [JSONMember] {
    [("train", outcome.train), ("validation", outcome.validation), ("test", outcome.test)]
      .compactMap { name, figures in figures.map { JSONMember(name, $0.json) } }
  }

  private static func rounded(_ seconds: Double) -> Double {
    (seconds * 1e6).rounded() / 1e6
  }
}
