import Configuration
import Datasets
import Network

/// The layers of a network in a line.
enum NetworkDescription {
  static func text(_ model: NetworkConfig?) -> String {
    (model?.layers ?? []).compactMap { layer in
      let json = (layer as any ConfigObject).json
      let size = ["units", "filters", "members", "dimensions", "rate"].lazy.compactMap { key in
        json[key].map(\.compactText)
      }.first
      let type = Swift.type(of: layer).type
      // Of normalization and functions nothing is to be chosen.
      if ["activation", "flatten"].contains(type) { return nil }
      return size.map { "\(type) \($0)" } ?? type
    }.joined(separator: ", ")
  }
}

/// The run in a line.
enum TrainingDescription {
  static func text(_ plan: RunPlan) -> String {
    let training = plan.config.training
    var text =
      "\(Spelling.count(training.epochs, "epoch")) of "
      + "\(Spelling.count(plan.iterationsPerEpoch, "iteration"))"
    if let most = training.maxIterations, most == plan.iterations {
      text += ", at most \(Spelling.grouped(most)) in all"
    }
    text += ", \(Swift.type(of: training.optimizer).type)"
    if let patience = training.earlyStopping?.patience {
      text += "; ends after \(Spelling.count(patience, "epoch")) without a better one"
    }
    return text
  }
}
