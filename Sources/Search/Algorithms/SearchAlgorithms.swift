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
    foreignTypes: pruners,
    describe: { $0 })

  /// What other programs count among the algorithms and ends trials early.
  private static var pruners: [String: String] {
    var advice: [String: String] = [:]
    for entry in Pruners.catalog.entries {
      for name in [entry.type] + entry.synonyms {
        advice[name] =
          "what ends trials early is beside the algorithm: \"pruning\": \"\(entry.type)\""
      }
    }
    return advice
  }

  private static func entry<Config: SearchAlgorithm>(
    _ config: Config.Type
  ) -> Catalog<any SearchAlgorithm>.Entry {
    .init(config) { $0 }
  }
}
