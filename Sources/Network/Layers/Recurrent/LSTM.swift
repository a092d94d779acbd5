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
  package static let guidance = Guidance.choice(
    """
    Sequences of up to some hundred steps, in which something far back counts. With \
    little data gru has fewer parameters; with much, attention may be better.
    """,
    typical: "32 to 512 units, one or two layers, with gradient_clipping.",
    example: #"{"type": "lstm", "units": 64}"#)
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
        help: "Added to the first values of the forget gate's bias, where there is one.",
        guidance: .amount(
          tooLow: """
            At 0 half of the memory is lost with each step at first: what lies far back is \
            learned late or never.
            """,
          tooHigh: "Nothing is forgotten: cells grow and saturate, and the loss stays high.",
          typical:
            "1 in Keras, 0 in PyTorch; up to 3 where what matters lies a hundred steps back.",
          example: #""forget_bias": 1.0"#)),
    ] + recurrentKeys

  var cell: RecurrentCell { .lstm }
  var biasOffsets: [Float] { [0, Float(forgetBias), 0, 0] }
  var keyOfBiasOffsets: String? { [0, 1].contains(forgetBias) ? nil : "forget_bias" }
}
