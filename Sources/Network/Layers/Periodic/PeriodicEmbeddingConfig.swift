import Configuration
import Numerics

/// Gives each number beside itself some waves of it, so that a network learns steps and peaks that a dense layer
/// would have to put together from many units.
package struct PeriodicEmbeddingConfig: LayerConfig {
  package static let type = "periodic_embedding"
  package static let summary = "Adds learned waves of each number beside the number itself."
  package static let guidance = Guidance.choice(
    """
    The first layer for tables with more than about a thousand rows whose target depends on numbers in steps and \
    peaks, such as places and times. Categories pass by. Scale the numbers ("standard", "robust" or "quantile").
    """,
    typical: "Once, before the first dense layer, with a scale of 0.05 to 1.",
    example: #"{"type": "periodic_embedding", "scale": 0.3}"#)
  package static let synonyms = [
    "numeric_embedding", "number_embedding", "periodic", "plr", "pbld", "fourier_features",
  ]

  package var frequencies = 16
  package var dimensions = 3
  package var scale = 0.1
  package var l1: Double?
  package var l2: Double?
  package var trainable = true
  package var name: String?

  package init() {}

  package static var categories: CategoryUse { .passedOn }

  package static let keys: [Key<Self>] = [
    .integer(
      "frequencies", \.frequencies, in: .between(1, 1024), synonyms: ["n_frequencies", "waves"],
      help: "Waves of each number, from which its dimensions are put together.",
      guidance: .amount(
        tooLow: "Few shapes can be put together, as without the layer.",
        tooHigh: "Time and parameters grow in proportion, the figures stay.",
        typical: "16 in RealMLP, 48 in Gorishniy et al. (2022).", example: #""frequencies": 16"#)),
    .integer(
      "dimensions", \.dimensions, in: .between(1, 1024),
      synonyms: ["output_dim", "embedding_dim", "features", "units"],
      help: "What each number has beside itself.",
      guidance: .amount(
        tooLow: "What the waves say does not reach the next layer.",
        tooHigh: "The next layer has many inputs, and learns few rows by heart.",
        typical: "3 in RealMLP, 24 in Gorishniy et al. (2022).", example: #""dimensions": 3"#)),
    .number(
      "scale", \.scale, in: .above(0), synonyms: ["sigma", "frequency_scale", "plr_sigma"],
      help:
        "Standard deviation of the first frequencies, in waves for each unit of the number as scaled.",
      guidance: .amount(
        tooLow: "The waves are nearly straight lines: as without the layer.",
        tooHigh: """
          Neighbouring numbers look unrelated: the training loss falls to nothing while the validation loss rises.
          """,
        typical: "0.1 in RealMLP; 0.01 to 1, the setting that is worth tuning.",
        example: #""scale": 0.1"#)),
    .l1(\.l1),
    .l2(\.l2),
    .trainable(\.trainable),
    .name,
  ]

  package func plan(_ plan: inout NetworkPlan, input: Slot) throws(PlanError) -> any Layer {
    let width = input.shape.dimensions.last ?? 1
    let numbers = plan.arrivingNumbers(input)
    guard !numbers.isEmpty else {
      throw PlanError(
        code: "no-numbers", "periodic_embedding takes numbers, but all inputs are categories",
        help: "leave it out")
    }
    guard frequencies * dimensions < Int(Int32.max) / max(1, numbers.count) else {
      throw PlanError(code: "too-large", "\(numbers.count) numbers with so many waves are too many")
    }
    let count = numbers.count
    let fans = Fans(input: frequencies, output: dimensions)
    // As PyTorch begins linear layers: uniform within 1 / √inputs.
    var kernel = Uniform()
    kernel.maximum = 1 / Double(frequencies).squareRoot()
    kernel.minimum = -kernel.maximum
    var phases = Uniform()
    (phases.minimum, phases.maximum) = (-0.5, 0.5)
    let parameters = PeriodicEmbedding.Parameters(
      frequencies: plan.parameter(
        "frequencies", Shape(count, frequencies), role: .kernel,
        Normal(standardDeviation: scale), fans: fans, l1: l1, l2: l2),
      phases: plan.parameter("phases", Shape(count, frequencies), role: .bias, phases, fans: fans),
      kernel: plan.parameter(
        "kernel", Shape(count, dimensions, frequencies), role: .kernel, kernel, fans: fans, l1: l1,
        l2: l2),
      bias: plan.parameter("bias", Shape(count, dimensions), role: .bias, Zeros(), fans: fans))
    plan.passIndicesOn(addingNumbers: count * dimensions)
    return PeriodicEmbedding(
      input: input, places: numbers.map(\.place), inputs: numbers.map(\.input),
      parameters: parameters,
      output: plan.outputSlot(
        Shape(input.shape.dimensions.dropLast() + [width + count * dimensions])))
  }
}
