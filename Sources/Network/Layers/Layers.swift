import Configuration

/// Everything that `model.layers[].type` can name.
package enum Layers {
  package static let catalog = Catalog<any LayerConfig>(
    kind: "layer",
    [
      entry(DenseConfig.self),
      entry(Conv1DConfig.self),
      entry(Conv2DConfig.self),
      entry(MaxPool1DConfig.self),
      entry(MaxPool2DConfig.self),
      entry(AveragePool1DConfig.self),
      entry(AveragePool2DConfig.self),
      entry(GlobalAveragePoolConfig.self),
      entry(GlobalMaxPoolConfig.self),
      entry(RNNConfig.self),
      entry(LSTMConfig.self),
      entry(GRUConfig.self),
      entry(EmbeddingConfig.self),
      entry(PeriodicEmbeddingConfig.self),
      entry(EnsembleConfig.self),
      entry(PositionalEmbeddingConfig.self),
      entry(SelfAttentionConfig.self),
      entry(BatchNormalizationConfig.self),
      entry(LayerNormalizationConfig.self),
      entry(ResidualConfig.self),
      entry(ActivationConfig.self),
      entry(DropoutConfig.self),
      entry(FlattenConfig.self),
      entry(ReshapeConfig.self),
    ],
    foreignTypes: [
      "input": adviceOnInput, "input_layer": adviceOnInput,
      "bidirectional":
        #"a recurrent layer is so by a key: {"type": "lstm", "units": 64, "bidirectional": true}"#,
      "time_distributed": "leave it out: dense takes each step of a sequence for itself",
      "sequential": "leave it out: 'layers' is the list of them",
      "conv2d_transpose": noTranspose, "conv_transpose2d": noTranspose,
      "separable_conv2d": "there is none: take conv2d",
      "depthwise_conv2d": "there is none: take conv2d",
      "log_softmax": adviceOnLogSoftmax,
    ],
    describe: { $0 })

  private static let adviceOnInput =
    "leave it out: the data says how many inputs there are"
  private static let noTranspose = "there are no transposed convolutions"
  private static let adviceOnLogSoftmax =
    "leave it out: cross_entropy takes the outputs as they are, and predict makes probabilities of them"

  private static func entry<Config: LayerConfig>(
    _ config: Config.Type
  ) -> Catalog<any LayerConfig>.Entry {
    .init(config) { $0 }
  }
}
