import Datasets
import Network
import Numerics

/// What figures are computed with: a network, its loss, the metrics, and where the targets and losses of
/// a batch lie in memory.
package struct EvaluationPlan: Sendable {
  package let network: Network
  /// With the weights of the classes.
  package let loss: any Loss
  package let metrics: [any Metric]
  /// What each metric is called among the figures.
  package let names: [String]
  package let target: TargetEncoding
  /// Whether each example has one answer behind the other, as one for each step of a sequence.
  package let isSequence: Bool
  /// Shape `rows × positions × width of a target`, its weight among the numbers where it has one.
  package let targets: Slot
  /// Shape `rows × positions`.
  package let losses: Slot
  /// Batches of an epoch of training: how long the streams of a stateful network are.
  package let streamLength: Int

  /// The answers of each example.
  package var positions: Int { losses.shape.count }
}

extension RunPlan {
  /// What the parts of the run are evaluated with.
  package var evaluation: EvaluationPlan {
    EvaluationPlan(
      network: network, loss: loss, metrics: metrics, names: metrics.map { type(of: $0).type },
      target: data.encoding.target, isSequence: data.encoding.positions != nil, targets: targets,
      losses: losses, streamLength: max(1, iterationsPerEpoch))
  }
}
