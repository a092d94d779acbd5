import Configuration
import Numerics

/// All values 0.
package struct Zeros: Initializer {
  package static let type = "zeros"
  package static let summary = "All values 0."
  package static let guidance = Guidance.choice(
    """
    Biases; kernels of a single linear layer, which has one best solution. Never kernels \
    of hidden layers: all units would stay alike.
    """,
    typical: "Every bias in Keras.",
    example: #""bias_initializer": "zeros""#)
  package static let synonyms = ["zero"]

  package init() {}

  package static let keys: [Key<Self>] = []

  package func fill(
    _ values: UnsafeMutableBufferPointer<Float>, shape: Shape, fans: Fans, random: Random
  ) {
    values.update(repeating: 0)
  }
}

/// All values 1.
package struct Ones: Initializer {
  package static let type = "ones"
  package static let summary = "All values 1."
  package static let guidance = Guidance.choice(
    "The scale of a normalization layer. Not for kernels: all units would stay alike.",
    typical: "gamma of batch_normalization and layer_normalization.",
    example: #""gamma_initializer": "ones""#)
  package static let synonyms = ["one"]

  package init() {}

  package static let keys: [Key<Self>] = []

  package func fill(
    _ values: UnsafeMutableBufferPointer<Float>, shape: Shape, fans: Fans, random: Random
  ) {
    values.update(repeating: 1)
  }
}

/// All values the same.
package struct Constant: Initializer {
  package static let type = "constant"
  package static let summary = "All values the same."
  package static let guidance = Guidance.choice(
    """
    Biases that shall start at a known level, such as the log odds of a rare class. Not \
    for kernels of hidden layers: all units would stay alike.
    """,
    typical: "0.1 before relu; −2 for about one yes in eight.",
    example: #""bias_initializer": {"type": "constant", "value": -2}"#)

  package var value = 0.0

  package init() {}

  package static let keys: [Key<Self>] = [
    .number(
      "value", \.value, help: "The value.",
      guidance: .amount(
        tooLow: "For a bias, units start closed: behind relu they may never open.",
        tooHigh: "For a bias, units start saturated and answer little to their inputs.",
        typical: """
          0; 0.1 for biases before relu; ln(p / (1 − p)) for the last bias of a rare class of \
          share p.
          """,
        example: #""value": 0.1"#))
  ]

  package func fill(
    _ values: UnsafeMutableBufferPointer<Float>, shape: Shape, fans: Fans, random: Random
  ) {
    values.update(repeating: Float(value))
  }
}
