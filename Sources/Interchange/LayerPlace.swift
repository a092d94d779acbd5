import Configuration

/// Where a layer stands in a configuration, for messages of what cannot be handed to another program.
struct LayerPlace {
  /// As in the model's configuration: `model.layers[3].layers[0]`.
  let path: ConfigPath
  /// The type of the layer in the configuration.
  let type: String

  func failure(_ message: String, help: String? = nil) -> Failure {
    Failure(
      Diagnostic(
        .error, .configuration, code: "not-exportable", "\(path) (\(type)): \(message)",
        help: help))
  }
}
