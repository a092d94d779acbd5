import Configuration
import Search
import Testing

struct AlgorithmTests {
  @Test(arguments: allAlgorithms)
  func pointsLieInTheirDomains(type: String) {
    for problem in [Problem.mixed, .integers, .branin] {
      for trial in problem.study(algorithm(type), seed: 3, trials: 60) {
        #expect(isValid(trial.point, in: problem.space), "\(trial)")
      }
    }
  }

  @Test func tpeOfSingleHyperparametersKeepsToTheConditions() {
    var search = ParzenSearch()
    search.isMultivariate = false
    for trial in Problem.mixed.study(search, seed: 3, trials: 60) {
      #expect(isValid(trial.point, in: Problem.mixed.space), "\(trial)")
    }
  }

  @Test(arguments: allAlgorithms)
  func equalQueriesGiveEqualPoints(type: String) {
    for problem in [Problem.mixed, .branin] {
      let first = problem.study(algorithm(type), seed: 5, trials: 40).map(\.point)
      #expect(first == problem.study(algorithm(type), seed: 5, trials: 40).map(\.point))
      #expect(first != problem.study(algorithm(type), seed: 6, trials: 40).map(\.point))
      // Most members of a population keep their points from generation to generation.
      #expect(Set(first).count > (type == PopulationSearch.type ? 12 : 20))
    }
  }

  @Test(arguments: allAlgorithms)
  func failedTrialsAreSurvived(type: String) {
    let all = Problem.mixed.study(algorithm(type), seed: 1, trials: 50) { _ in true }
    #expect(all.allSatisfy { isValid($0.point, in: Problem.mixed.space) })
    let some = Problem.branin.study(algorithm(type), seed: 1, trials: 60) { $0 % 3 != 0 }
    #expect(some.allSatisfy { isValid($0.point, in: Problem.branin.space) })
  }

  @Test(arguments: allAlgorithms)
  func anEmptySpaceHasOnePoint(type: String) {
    let space = SearchSpace([])
    let observations = (0..<20).map { Observation(number: $0, point: Point([]), values: [1]) }
    for known in [[], observations] {
      let query = Query(space: space, seed: 1, number: 20, observations: known)
      #expect(algorithm(type).propose(query) == Point([]))
    }
  }

  /// Points of another program: outside the range, off the steps, too short, without values that are there.
  @Test(arguments: allAlgorithms)
  func strangeObservationsAreSurvived(type: String) {
    let strange: [[Double?]] = [
      [7, -1, 99, 1, 2, 3, 4], [nil, nil, nil, nil, nil, nil, nil], [], [0.4, 1e300, 2.5],
      [1, .nan, .infinity, nil, -.infinity, 17, 0],
    ]
    for problem in [Problem.mixed, .integers, .branin] {
      for values in [[1.0], [.infinity], [], [-.infinity], [.nan], [1, 2], [1, .infinity]] {
        let observations = (0..<40).map {
          Observation(
            number: $0, point: Point(strange[$0 % 5]), values: $0 % 7 == 0 ? [Double($0)] : values)
        }
        let query = Query(
          space: problem.space, seed: 1, number: 40, observations: observations,
          pending: strange.map { Point($0) })
        #expect(isValid(algorithm(type).propose(query), in: problem.space))
      }
    }
  }

  @Test(arguments: ["zoom", "tpe", "evolutionary"])
  func adaptiveOnesFindMoreThanChance(type: String) {
    for problem in [Problem.branin, .rosenbrock, .mixed, .integers] {
      let seeds: [UInt64] = [0, 1, 2, 3, 4]
      let found = median(seeds.map { problem.best(algorithm(type), seed: $0, trials: 80) })
      let random = median(seeds.map { problem.best(RandomSearch(), seed: $0, trials: 80) })
      #expect(found < random || found == 0, "\(found) and \(random)")
    }
  }

  @Test func whatIsBeingTriedChangesWhatIsProposed() {
    let observations = Problem.branin.study(ParzenSearch(), seed: 1, trials: 40)
    let alone = Query(
      space: Problem.branin.space, seed: 1, number: 40, observations: observations)
    let proposed = ParzenSearch().propose(alone)
    let beside = Query(
      space: Problem.branin.space, seed: 1, number: 40, observations: observations,
      pending: [Point](repeating: proposed, count: 8))
    #expect(ParzenSearch().propose(beside) != proposed)
  }

  @Test func twoObjectivesAreSearched() {
    // The front of (x² + y², (x − 2)² + y²) is 0 ≤ x ≤ 2, y = 0.
    let space = SearchSpace([
      .init(name: "x", domain: .real(low: -10, high: 10, isLogarithmic: false)),
      .init(name: "y", domain: .real(low: -10, high: 10, isLogarithmic: false)),
    ])
    func close(_ type: String) -> Int {
      var observations: [Observation] = []
      for number in 0..<100 {
        let point = algorithm(type).propose(
          Query(
            space: space, seed: 2, number: number, trialCount: 100, observations: observations))
        let (x, y) = (point.values[0] ?? 0, point.values[1] ?? 0)
        let values = [x * x + y * y, (x - 2) * (x - 2) + y * y]
        observations.append(Observation(number: number, point: point, values: values))
      }
      return observations.reduce(0) { $0 + ($1.values[0] + $1.values[1] < 6 ? 1 : 0) }
    }
    let random = close("random")
    for type in ["zoom", "tpe", "evolutionary"] { #expect(close(type) > 3 * random) }
  }

  @Test func tpeDecidesInMilliseconds() {
    let space = SearchSpace(
      (0..<10).map {
        .init(name: "x\($0)", domain: .real(low: 0, high: 1, isLogarithmic: false))
      })
    let observations = (0..<1000).map { number in
      let point = RandomSearch().propose(
        Query(space: space, seed: 1, number: number, observations: []))
      let value = point.values.reduce(0.0) { $0 + ($1 ?? 0) * ($1 ?? 0) }
      return Observation(number: number, point: point, values: [value])
    }
    let query = Query(space: space, seed: 1, number: 1000, observations: observations)
    let times = (0..<5).map { _ in
      ContinuousClock().measure { _ = ParzenSearch().propose(query) }
    }
    #expect((times.min() ?? .seconds(1)) < .milliseconds(50))
  }

  @Test func theCatalogReadsItsExamples() {
    for entry in SearchAlgorithms.catalog.entries {
      #expect(entry.guidance?.exampleItem != nil, "\(entry.type)")
      for key in entry.keys() {
        #expect(key.guidance?.exampleValue(of: key.name) != nil, "\(entry.type).\(key.name)")
      }
    }
  }
}
