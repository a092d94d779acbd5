import Configuration
import Glibc
import Numerics

/// All combinations of a few values of each hyperparameter, in random order, so that a search that is
/// stopped has seen something of all parts.
package struct GridSearch: SearchAlgorithm {
  package static let type = "grid"
  package static let synonyms = ["grid_search", "exhaustive", "full_factorial"]
  package static let summary = "All combinations of a few values of each hyperparameter."
  package static let isAdaptive = false
  package static let guidance = Guidance.choice(
    """
    Two or three hyperparameters with few values, where a table of all results is wanted. With more \
    of them most trials repeat the values that matter with others that do not: take sobol or tpe.
    """,
    typical: "Up to 3 hyperparameters and 5 points: 125 trials.",
    example: #""algorithm": {"type": "grid", "points": 5}"#)

  package var points = 5

  package init() {}

  package static let keys: [Key<Self>] = [
    .integer(
      "points", \.points, in: .between(1, 1000), synonyms: ["steps", "resolution", "values", "n"],
      help: """
        Values of each number, evenly from end to end, by ratios where it is logarithmic; an \
        integer that has no more takes all, and so does a choice.
        """,
      guidance: .amount(
        tooLow: "The best value lies between two points: 3 of four decades are 100 times apart.",
        tooHigh: "The number of trials is that power of it: 10 points of 4 numbers are 10,000.",
        typical: "3 to 5; 10 for one hyperparameter alone.",
        example: #""points": 5"#))
  ]

  package func propose(_ query: Query) -> Point {
    let grid = Grid(query.space, points: points)
    guard let size = grid.size else {
      return grid.randomPoint(seed: query.seed, number: query.number)
    }
    let order = Permutation(count: size, seed: query.seed, part: RandomPart.grid.rawValue)
    return grid.point(order(max(query.number, 0)))
  }

  /// How many different points there are; nil if more than 2⁶². Further trials begin again.
  package func size(of space: SearchSpace) -> Int? { Grid(space, points: points).size }
}
