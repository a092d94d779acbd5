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
  package static let synonyms = ["simple_rnn", "elman", "recurrent"]

  var settings = RecurrentSettings()
  package var activation = Function.tanh
  package var name: String?

  package init() {}

  package static let keys: [Key<Self>] =
    [
      unitsKey,
      Key("activation", \.activation, .choice, help: "Applied to every step."),
    ] + recurrentKeys

  var cell: RecurrentCell { activation == .tanh ? .tanh : .relu }
}
