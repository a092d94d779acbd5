import Configuration
import Datasets
import Network

/// What a model has to know of the examples that it was trained on for its figures to be those of
/// training.
package struct TrainingPart: ConfigObject {
  /// How many there were.
  package var examples = 1
  /// Those of each class, or what they weigh, in the order of the classes; empty for numbers.
  package var classCounts: [Double] = []

  package init() {}

  package static let keys: [Key<Self>] = [
    .integer(
      "examples", \.examples, in: .between(1, most), help: "The examples of the training part."),
    Key(
      "class_counts", \.classCounts, .list(.number(in: .atLeast(0))),
      help: "Those of each class, or what they weigh."),
  ]

  private static let most = Double(Int32.max)

  /// Whether figures depend on the training part beyond what the configuration says: by weights that
  /// balance its classes, streams as long as its batches, or a batch that is all of it.
  ///
  /// - Parameter examples: of the training part, as far as they are known.
  static func isNeeded(_ config: RunConfig, isStateful: Bool, examples: Int?) -> Bool {
    let loss = config.training.loss as? any ClassWeightedLoss
    if case .balanced = loss?.classWeights { return true }
    return isStateful || examples.map { config.training.batchSize > $0 } ?? false
  }
}

extension RunPlan {
  /// What is stored with the model; `nil` where nothing depends on it.
  var trainingPart: TrainingPart? {
    guard
      TrainingPart.isNeeded(config, isStateful: network.isStateful, examples: examples)
    else { return nil }
    var part = TrainingPart()
    part.examples = examples
    part.classCounts = data.classCounts
    return part
  }
}
