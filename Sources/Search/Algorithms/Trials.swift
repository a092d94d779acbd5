/// What ended, for algorithms that only compare: points of the space, and one number for each.
struct Trials {
  let numbers: [Int]
  let points: [Point]
  /// The smaller the better; infinite for a trial that failed.
  let losses: [Double]

  init(_ query: Query) {
    numbers = query.observations.map(\.number)
    points = query.observations.map { query.space.fitted($0.point) }
    losses = MultiObjective.losses(query.observations.map(\.values))
  }

  /// The places of all trials, the best first and equals by number.
  var bestFirst: [Int] {
    losses.indices.sorted { (losses[$0], numbers[$0], $0) < (losses[$1], numbers[$1], $1) }
  }
}
