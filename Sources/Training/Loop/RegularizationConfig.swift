import Configuration
import Network

/// Penalties on every kernel, and where asked for on other parameters; a layer's own win.
package struct RegularizationConfig: ConfigObject {
  package var l1 = 0.0
  package var l2 = 0.0
  package var biases = false
  package var normalization = false

  package init() {}

  package static let keys: [Key<Self>] = [
    .l1(\.l1),
    .l2(\.l2),
    .boolean(
      "biases", \.biases, synonyms: ["bias", "penalize_bias"],
      help: "Whether biases are penalized as well.",
      guidance: .choice(
        """
        true only to repeat such a model: biases are few and do not overfit, and held down \
        they shift every prediction towards 0. false otherwise.
        """,
        typical: "false in Keras and scikit-learn.",
        example: #""l2": 1e-4, "biases": true"#)),
    .boolean(
      "normalization", \.normalization,
      help: "Whether scales and shifts of normalization layers are penalized as well.",
      guidance: .choice(
        """
        true only to repeat a model that decays everything, as PyTorch's weight_decay does. \
        false otherwise: scales drawn to 0 switch off their channels.
        """,
        typical: "false in most recipes.",
        example: #""l2": 1e-4, "normalization": true"#)),
  ]

  /// What applies to a parameter.
  func penalty(on parameter: NetworkPlan.Initialization) -> Penalty {
    let isPenalized =
      switch parameter.role {
      case .kernel: true
      case .bias: biases
      case .normalization: normalization
      }
    guard isPenalized else { return Penalty(l1: 0, l2: 0) }
    return Penalty(l1: parameter.l1 ?? l1, l2: parameter.l2 ?? l2)
  }
}
