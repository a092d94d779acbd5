import Configuration
import Numerics

/// Turns the layers behind it into as many networks as it has members, which share their kernels but for the last:
/// each sees the inputs through factors of its own, is trained by a loss of its own, and predictions are the mean.
///
/// It is the small form of TabM (Gorishniy, Kotelnikov, Babenko, TabM: advancing tabular deep learning with
/// parameter-efficient ensembling, ICLR 2025).
package struct EnsembleConfig: LayerConfig {
  package static let type = "ensemble"
  package static let summary =
    "Makes the layers behind it networks that share their kernels and predict by their mean."
  package static let guidance = Guidance.choice(
    """
    Tables, before the first dense layer and behind periodic_embedding: the mean of many networks is better than one, \
    and needs less care with early stopping. Time grows with the members, memory for parameters hardly.
    """,
    typical: "16 to 32 members, with two or three dense layers and dropout behind them.",
    example: #"{"type": "ensemble", "members": 16}"#)
  package static let synonyms = ["tabm", "batch_ensemble", "members"]

  package var members = 16
  package var kernelInitializer: any Initializer = RandomSigns()
  package var trainable = true
  package var name: String?

  package init() {}

  package static let keys: [Key<Self>] = [
    .integer(
      "members", \.members, in: .between(2, 1024), synonyms: ["k", "size", "count", "n_members"],
      help: "How many networks there are.",
      guidance: .amount(
        tooLow: "Predictions vary with the seed, nearly as those of one network.",
        tooHigh: "Time and memory of a batch grow in proportion; the figures hardly improve.",
        typical: "32 in TabM, 8 to 16 where time counts.", example: #""members": 16"#)),
    .kernelInitializer(
      \.kernelInitializer,
      guidance: .choice(
        """
        random_signs, so that members begin as far apart as they can; normal where inputs have embeddings, or begin \
        alike too often.
        """,
        typical: "random_signs in TabM.", example: #""kernel_initializer": "random_signs""#)),
    .trainable(\.trainable),
    .name,
  ]

  // Another one is refused by a message of its own.
  package var treatsStepsAlike: Bool { true }
  package static var categories: CategoryUse { .passedOn }

  package func plan(_ plan: inout NetworkPlan, input: Slot) throws(PlanError) -> any Layer {
    try plan.beginMembers(members)
    guard input.shape.rank == 1 else {
      throw PlanError(
        code: "shape", "ensemble takes a flat input, but \(input.shape) arrives here",
        help: "it is for tables; put {\"type\": \"flatten\"} before it")
    }
    let width = input.shape.count
    let layout = plan.indexedLayout ?? InputLayout([.numbers(width)])
    let factors = plan.parameter(
      "factors", Shape(members, layout.width), role: .normalization, kernelInitializer,
      fans: Fans(input: 1, output: 1))
    plan.passIndicesOn(multipliedBy: factors)
    return EnsembleInput(
      input: input, parts: layout.indexedParts, factors: factors,
      output: plan.outputSlot(Shape(members, width)))
  }
}

/// 1 or −1, each as likely.
package struct RandomSigns: Initializer {
  package static let type = "random_signs"
  package static let summary = "1 or -1 at random."
  package static let guidance = Guidance.choice(
    "The factors of an ensemble, so that each member sees a mirrored input. Kernels need other scales.",
    typical: "The factors of ensemble.", example: #""kernel_initializer": "random_signs""#)
  package static let synonyms = ["random_sign", "signs", "rademacher"]

  package init() {}

  package static let keys: [Key<Self>] = []

  package func fill(
    _ values: UnsafeMutableBufferPointer<Float>, shape: Shape, fans: Fans, random: Random
  ) {
    for index in values.indices { values[index] = random.uniform(index) < 0.5 ? -1 : 1 }
  }
}
