import Configuration

/// The keys that layers share.
extension Key where Root: LayerConfig {
  static var name: Key {
    Key(
      "name", \.name, .printable("a name"),
      help: "Names the layer in tables and its parameters in the model file.",
      guidance: .choice(
        """
        Where other tools look the layer up in the model file, or layers will be inserted \
        before it: a name stays, the number in layers.3 moves.
        """,
        typical: "Left out; encoder, head and the like.",
        example: #""name": "head""#))
  }

  static func trainable(_ property: WritableKeyPath<Root, Bool> & Sendable) -> Key {
    .boolean(
      "trainable", property, synonyms: ["freeze", "frozen", "requires_grad"],
      help: "Whether training moves its parameters; false keeps them as they begin.",
      guidance: .choice(
        """
        false for layers that were learned elsewhere, while a new end learns from few examples; \
        then true at a tenth of the rate, if the figures still improve.
        """,
        typical: "true; false for all but the last layers of a network with initial_parameters.",
        example: #""trainable": false"#))
  }

  /// - Parameter guidance: of a layer where other functions are usual.
  static func activation(
    _ property: WritableKeyPath<Root, any Activation> & Sendable, guidance: Guidance? = nil
  ) -> Key {
    Key(
      "activation", property, Activations.catalog.codec, help: "Applied to every output.",
      guidance: guidance
        ?? .choice(
          """
          Something but linear in every layer that is not the last or in front of a \
          normalization: layers in a row are else one linear layer. The last stays linear, \
          since the loss applies what belongs behind it.
          """,
          typical: """
            relu in dense and convolutional networks, gelu in transformers, tanh in small smooth \
            ones.
            """,
          example: #""activation": "relu""#))
  }

  static func useBias(_ property: WritableKeyPath<Root, Bool> & Sendable) -> Key {
    .boolean(
      "use_bias", property, synonyms: ["bias"], help: "Whether a bias is added.",
      guidance: .choice(
        "false in front of a normalization, which takes a bias out again; true otherwise.",
        typical: "true; false before batch_normalization (He et al. 2016).",
        example: #""use_bias": false"#))
  }

  /// - Parameter guidance: of a layer where other initializers are usual.
  static func kernelInitializer(
    _ property: WritableKeyPath<Root, any Initializer> & Sendable, guidance: Guidance? = nil
  ) -> Key {
    Key(
      "kernel_initializer", property, Initializers.catalog.codec,
      synonyms: ["initializer", "init", "weight_initializer", "initialization"],
      help: "First values of the kernel.",
      guidance: guidance
        ?? .choice(
          """
          By the activation behind it: he_normal for relu and its kin, lecun_normal for selu, \
          xavier_uniform for tanh, sigmoid and linear. zeros only for a single linear layer: \
          units that start alike stay alike.
          """,
          typical: "xavier_uniform in Keras; PyTorch draws uniformly within 1 / √inputs.",
          example: #""kernel_initializer": "he_normal""#))
  }

  static func biasInitializer(
    _ property: WritableKeyPath<Root, any Initializer> & Sendable
  ) -> Key {
    Key(
      "bias_initializer", property, Initializers.catalog.codec, help: "First values of the bias.",
      guidance: .choice(
        """
        zeros. A constant in the last layer starts at what is known of the target: ln(p / (1 \
        − p)) for a yes of share p, so that the first epochs need not find it.
        """,
        typical: "zeros in Keras; −2 for about one yes in eight.",
        example: #""bias_initializer": {"type": "constant", "value": -2}"#))
  }
}
