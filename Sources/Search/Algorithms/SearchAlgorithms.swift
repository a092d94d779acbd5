import Configuration

/// Everything that `algorithm` of a search can name.
package enum SearchAlgorithms {
  package static let catalog = Catalog<any SearchAlgorithm>(
    kind: "algorithm", defaultType: ParzenSearch.type,
    [
      entry(ParzenSearch.self),
      entry(GaussianProcessSearch.self),
      entry(EvolutionarySearch.self),
      entry(PopulationSearch.self),
      entry(HypergradientSearch.self),
      entry(ZoomSearch.self),
      entry(SobolSearch.self),
      entry(GridSearch.self),
      entry(RandomSearch.self),
    ],
    describe: { $0 })

  private static func entry<Config: SearchAlgorithm>(
    _ config: Config.Type
  ) -> Catalog<any SearchAlgorithm>.Entry {
    .init(config) { $0 }
  }
}
