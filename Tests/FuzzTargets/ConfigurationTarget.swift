import Configuration
import TestSupport
import Training

extension FuzzTarget {
  /// A configuration that is taken is written and read again as the same one.
  static let configuration = FuzzTarget(
    name: "configuration",
    words: { DeclaredWords(RunConfig.form).words.reduce(into: []) { $0.insert("\"\($1)\"") } },
    seeds: {
      // What each key and each variant says to write.
      let places = FormPlace.all(in: RunConfig.form)
      let keys = places.flatMap { place in
        place.keys.compactMap { $0.guidance?.exampleMembers.map { place.wrap(place.object($0)) } }
      }
      let variants = places.flatMap { place -> [JSONValue] in
        guard let item = place.alternative?.guidance?.exampleItem else { return [] }
        return (item.items ?? [item]).map { place.wrap($0) }
      }
      return Set((keys + variants).map(\.compactText)).sorted().map { Array($0.utf8) }
    },
    mutations: 2_000,
    read: { bytes in
      let loaded = try LoadedConfig.parse(SourceText(name: "config.json", bytes: bytes))
      for diagnostic in loaded.diagnostics {
        try require(!diagnostic.text(color: true).isEmpty, "a diagnostic has no text")
      }
      guard !loaded.hasErrors else { return false }
      let resolved = loaded.config.json.prettyText
      let again = try LoadedConfig.parse(SourceText(name: "resolved.json", resolved))
      try require(!again.hasErrors, "what was written is refused: \(again.diagnostics)")
      try require(again.config.json.prettyText == resolved, "what was written reads otherwise")
      return true
    })
}
