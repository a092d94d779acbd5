import Configuration

/// The points of a scrambled Sobol sequence, in the order of their numbers.
package struct SobolSearch: SearchAlgorithm {
  package static let type = "sobol"
  package static let synonyms = ["qmc", "quasi_random", "quasirandom", "halton", "lhs"]
  package static let summary = "Points that cover the space evenly, whatever their number."
  package static let isAdaptive = false
  package static let guidance = Guidance.choice(
    """
    For an even picture of the whole space, as to find how much each hyperparameter matters, and \
    wherever random would do. It learns nothing from results: for the best result take tpe.
    """,
    typical: "A power of two of trials, as 64 or 128, is covered most evenly.",
    example: #""algorithm": "sobol""#)

  package init() {}

  package static let keys: [Key<Self>] = []

  package func propose(_ query: Query) -> Point { Self.point(query) }

  static func point(_ query: Query) -> Point {
    let sequence = SobolSequence(seed: query.seed, part: RandomPart.sobol.rawValue)
    return query.space.point { sequence.coordinate($0, ofPoint: query.number) }
  }
}
