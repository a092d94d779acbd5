import Configuration
import Datasets
import Network

/// Whether network, loss and start fit a text.
extension PlanChecker {
  private var text: TextEncoding? { data.encoding as? TextEncoding }

  /// The outputs of a text are one for each token, whose probabilities `generate` draws by.
  ///
  /// - Returns: whether the loss gives them.
  func checkTextLoss(_ loss: any Loss) -> Bool {
    guard text != nil, !(loss is CrossEntropy) else { return true }
    report(
      "task",
      "the next token of a text is learned by cross_entropy, not by \(Swift.type(of: loss).type)",
      at: ConfigPath.root.key("training").key("loss"), help: "use \"cross_entropy\"")
    return false
  }

  /// A network that predicts the next token must not see it.
  func checkReach(_ model: NetworkConfig) {
    guard text != nil else { return }
    checkReach(model.layers ?? [], at: ConfigPath.root.key("model").key("layers"))
  }

  private func checkReach(_ layers: [any LayerConfig], at path: ConfigPath) {
    for (index, layer) in layers.enumerated() where layer.reach == .ahead {
      let place = path.index(index)
      if let residual = layer as? ResidualConfig {
        checkReach(residual.layers ?? [], at: place.key("layers"))
        checkReach(residual.shortcut, at: place.key("shortcut"))
        continue
      }
      report(
        "looks-ahead",
        "this \(Swift.type(of: layer).type) sees later tokens than the one that it predicts from, so the answers themselves",
        at: place,
        help:
          "a text needs layers that look back only: embedding, dense, recurrent layers without \"bidirectional\", self_attention with \"causal\": true"
      )
    }
  }

  /// Equal numbers of characters are not yet the same characters.
  func checkCharacters(of file: Safetensors, at path: ConfigPath) {
    guard let text, let other = Self.encoding(of: file) as? TextEncoding,
      other.tokenizer != text.tokenizer || other.characters != text.characters
    else { return }
    report(
      "initial-parameters", "the file is a model of a text with other characters", at: path,
      help: "its characters: \(other.vocabulary.list)")
  }
}
