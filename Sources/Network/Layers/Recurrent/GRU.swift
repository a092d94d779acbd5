import Configuration

/// Gated recurrent units (Cho et al. 2014), with the reset gate behind the recurrent product, as
/// cuDNN and PyTorch have it:
///
///     r = σ(x_t·W_r + h_{t−1}·U_r + b_r)
///     z = σ(x_t·W_z + h_{t−1}·U_z + b_z)
///     n = tanh(x_t·W_n + b_n + r ∘ (h_{t−1}·U_n + d))
///     h_t = (1 − z) ∘ n + z ∘ h_{t−1}
///
/// b is `bias` and d `recurrent_bias`, of n alone: the other gates would only add it to b.
package struct GRUConfig: RecurrentConfig {
  package static let type = "gru"
  package static let summary =
    "A recurrent layer with a reset and an update gate (gated recurrent unit)."
  package static let guidance = Guidance.choice(
    """
    As lstm with a quarter fewer parameters: often as good on small data. Where counting \
    over long stretches matters, lstm.
    """,
    typical: "16 to 256 units.",
    example: #"{"type": "gru", "units": 64}"#)
  package static let synonyms = ["gated_recurrent_unit"]

  var settings = RecurrentSettings()
  package var name: String?

  package init() {}

  package static let keys: [Key<Self>] = [unitsKey] + recurrentKeys

  var cell: RecurrentCell { .gru }
}
