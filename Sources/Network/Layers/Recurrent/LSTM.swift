import Configuration

/// Long short-term memory (Hochreiter and Schmidhuber 1997; forget gates of Gers, Schmidhuber and
/// Cummins 2000), with a = x_t·W + h_{t−1}·U + b in blocks for i, f, g, o:
///
///     c_t = σ(f) ∘ c_{t−1} + σ(i) ∘ tanh(g)
///     h_t = σ(o) ∘ tanh(c_t)
package struct LSTMConfig: RecurrentConfig {
  package static let type = "lstm"
  package static let summary =
    "A recurrent layer with a memory cell and gates (long short-term memory)."
  package static let synonyms = ["long_short_term_memory"]

  var settings = RecurrentSettings()
  package var forgetBias = 1.0
  package var name: String?

  package init() {}

  package static let keys: [Key<Self>] =
    [
      unitsKey,
      .number(
        "forget_bias", \.forgetBias, in: .between(-100, 100), synonyms: ["unit_forget_bias"],
        help: "Added to the first values of the forget gate's bias, where there is one."),
    ] + recurrentKeys

  var cell: RecurrentCell { .lstm }
  var biasOffsets: [Float] { [0, Float(forgetBias), 0, 0] }
}
