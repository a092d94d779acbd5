import Configuration
import Glibc

/// Coarse to fine by hand, automated: each round covers a box around the best point so far with a scrambled
/// Sobol sequence, and the boxes shrink from round to round.
package struct ZoomSearch: SearchAlgorithm {
  package static let type = "zoom"
  package static let synonyms = ["coarse_to_fine", "refine", "shrink"]
  package static let summary = "Rounds of points, each in a smaller box around the best one so far."
  package static let isAdaptive = true
  package static let guidance = Guidance.choice(
    """
    Where what was tried should be easy to explain: first everywhere, then closer around the best. \
    It gives up the rest of the space at fixed times; tpe and gaussian_process decide by results.
    """,
    typical: "rounds 4, shrink 0.4, with 60 to 200 trials.",
    example: #""algorithm": {"type": "zoom", "rounds": 4, "shrink": 0.4}"#)

  package var rounds = 4
  package var shrink = 0.4

  package init() {}

  package static let keys: [Key<Self>] = [
    .integer(
      "rounds", \.rounds, in: .between(1, 100), synonyms: ["stages", "levels"],
      help: """
        Into how many parts the trials are cut; the first covers the whole space. Where the number \
        of trials is not known, 100 are counted on.
        """,
      guidance: .amount(
        tooLow: "The last box is still wide: the best point is a lucky one in it.",
        tooHigh: "Few trials a round: a box shrinks around a point that is best by chance.",
        typical: "3 to 5; at least 10 trials a round.",
        example: #""rounds": 4"#)),
    .number(
      "shrink", \.shrink, in: .inside(0, 1), synonyms: ["factor", "zoom", "decay"],
      help: "The width of a box as a share of that of the round before, in each hyperparameter.",
      guidance: .amount(
        tooLow: "The best region is left outside when the first round has not come near it.",
        tooHigh: "The last round is hardly finer than the first.",
        typical: "0.3 to 0.6: after 4 rounds 0.4 leaves 6 percent of each range.",
        example: #""shrink": 0.4"#)),
  ]

  package var trialNeed: TrialNeed? {
    TrialNeed(key: "rounds", count: rounds, .made, otherwise: "the last rounds have no trial")
  }

  package func propose(_ query: Query) -> Point {
    let planned = max(query.trialCount ?? 100, 1)
    let length = (planned + rounds - 1) / rounds
    let round = min(query.number / length, rounds - 1)
    let sequence = SobolSequence(seed: query.seed, part: RandomPart.zoom.numbered(round))
    let place = query.number - round * length
    let width = pow(shrink, Double(round))
    let trials = Trials(query)
    let order = round == 0 ? [] : trials.bestFirst.filter { trials.losses[$0].isFinite }
    return query.space.point { dimension in
      let unit = sequence.coordinate(dimension, ofPoint: place)
      // The best point has no value where it lacks the dimension; the best that has it stands in.
      for trial in order {
        guard let value = trials.points[trial].values[dimension] else { continue }
        return Self.place(unit, around: value, in: query.space.dimensions[dimension].domain, width)
      }
      return unit
    }
  }

  /// A place of the unit interval moved into the box around a value.
  private static func place(
    _ unit: Double, around value: Double, in domain: Domain, _ width: Double
  ) -> Double {
    let center = domain.unit(of: value)
    if domain.isCategory {
      // The best keeps a share that grows as boxes shrink, and the rest is for all alike.
      return unit < 1 - width ? center : (unit - (1 - width)) / width
    }
    // A box of an integer reaches the neighbors of the best.
    let width = min(max(width, 3 * domain.cellWidth(at: center)), 1)
    return min(max(center - width / 2, 0), 1 - width) + unit * width
  }
}
