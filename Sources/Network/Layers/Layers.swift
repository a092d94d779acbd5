import Configuration

/// Everything that `model.layers[].type` can name.
package enum Layers {
  package static let catalog = Catalog<any LayerConfig>(
    kind: "layer",
    [
      entry(DenseConfig.self),
      entry(ActivationConfig.self),
      entry(DropoutConfig.self),
      entry(FlattenConfig.self),
    ],
    describe: { $0 })

  private static func entry<Config: LayerConfig>(
    _ config: Config.Type
  ) -> Catalog<any LayerConfig>.Entry {
    .init(config) { $0 }
  }
}
