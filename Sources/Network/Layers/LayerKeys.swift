import Configuration

/// The keys that layers share.
extension Key where Root: LayerConfig {
  static var name: Key {
    Key(
      "name", \.name, .printable("a name"),
      help: "Names the layer in tables and its parameters in the model file.")
  }

  static func trainable(_ property: WritableKeyPath<Root, Bool> & Sendable) -> Key {
    .boolean(
      "trainable", property, synonyms: ["freeze", "frozen", "requires_grad"],
      help: "Whether training moves its parameters; false keeps them as they begin.",
      guidance: .choice(
        "false for layers that were learned elsewhere, while a new end learns from few examples; then true at a tenth of the rate, if the figures still improve",
        typical: "true; false for all but the last layers of a network with initial_parameters",
        example: "\"trainable\": false"))
  }

  static func activation(_ property: WritableKeyPath<Root, any Activation> & Sendable) -> Key {
    Key("activation", property, Activations.catalog.codec, help: "Applied to every output.")
  }

  static func useBias(_ property: WritableKeyPath<Root, Bool> & Sendable) -> Key {
    .boolean("use_bias", property, synonyms: ["bias"], help: "Whether a bias is added.")
  }

  static func kernelInitializer(
    _ property: WritableKeyPath<Root, any Initializer> & Sendable
  ) -> Key {
    Key(
      "kernel_initializer", property, Initializers.catalog.codec,
      synonyms: ["initializer", "init", "weight_initializer", "initialization"],
      help: "First values of the kernel.")
  }

  static func biasInitializer(
    _ property: WritableKeyPath<Root, any Initializer> & Sendable
  ) -> Key {
    Key(
      "bias_initializer", property, Initializers.catalog.codec, help: "First values of the bias.")
  }
}
