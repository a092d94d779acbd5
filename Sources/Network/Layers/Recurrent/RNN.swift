import Configuration

/// The recurrent layer of Elman (Finding structure in time, 1990):
/// `h_t = f(x_t·W + h_{t−1}·U + b)`.
package struct RNNConfig: RecurrentConfig {
  package enum Function: String, CaseIterable, Sendable {
    case tanh
    case relu
  }

  package static let type = "rnn"
  package static let summary =
    "A recurrent layer: h = activation(x · kernel + h · recurrent_kernel + bias)."
  package static let guidance = Guidance.choice(
    """
    Short sequences of up to about twenty steps, and to see what more costly layers \
    gain. For longer ones its gradients vanish: gru or lstm.
    """,
    typical: "16 to 128 units of tanh.",
    example: #"{"type": "rnn", "units": 32}"#)
  package static let synonyms = ["simple_rnn", "elman", "recurrent"]

  var settings = RecurrentSettings()
  package var activation = Function.tanh
  package var name: String?

  package init() {}

  package static let keys: [Key<Self>] =
    [
      unitsKey,
      Key(
        "activation", \.activation, .choice, help: "Applied to every step.",
        guidance: .choice(
          """
          tanh keeps states bounded; relu lets gradients reach further back, but states may \
          grow without bound: then with gradient_clipping.
          """,
          typical: "tanh in PyTorch and Keras.",
          example: #""activation": "tanh""#)),
    ] + recurrentKeys

  var cell: RecurrentCell { activation == .tanh ? .tanh : .relu }
}
