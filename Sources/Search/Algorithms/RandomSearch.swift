import Configuration
import Numerics

/// Points independently of each other, evenly in every domain (Bergstra and Bengio, Random Search for
/// Hyper-Parameter Optimization, JMLR 2012).
package struct RandomSearch: SearchAlgorithm {
  package static let type = "random"
  package static let summary = "Independent random points."
  package static let isAdaptive = false
  package static let guidance = Guidance.choice(
    """
    As the yardstick for every other algorithm, or where trials must know nothing of each other. \
    sobol covers the same space more evenly, and tpe learns from what it has seen.
    """,
    typical: "Where a study is to show what chance alone finds.",
    example: #""algorithm": "random""#)

  package init() {}

  package static let keys: [Key<Self>] = []

  package func propose(_ query: Query) -> Point { Self.point(query) }

  static func point(_ query: Query) -> Point {
    let random = Random(
      seed: query.seed, .search(part: RandomPart.independent.rawValue), step: query.number)
    return query.space.point { random.uniform($0) }
  }
}
