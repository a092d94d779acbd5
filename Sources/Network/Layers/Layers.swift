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
    describe: { $0 })

  private static func entry<Config: LayerConfig>(
    _ config: Config.Type
  ) -> Catalog<any LayerConfig>.Entry {
    .init(config) { $0 }
  }
}
