import Foundation
import Search
import Testing

@Suite struct GaussianProcessTests {
  private static let plane = SearchSpace([
    .init(name: "x", domain: .real(low: -5, high: 10, isLogarithmic: false)),
    .init(name: "y", domain: .real(low: 0, high: 15, isLogarithmic: false)),
  ])
  private static let points = (0..<12).map { index in
    Point([-5 + Double(index * 7 % 12) * 1.25, Double(index * 5 % 12) * 1.25])
  }
  private static let targets = points.map { point in
    sin(point.values[0] ?? 0) + (point.values[1] ?? 0) / 10
  }

  @Test func theLikelihoodHasItsGradient() {
    let likelihood = MarginalLikelihood(
      space: Self.plane, points: Self.points, targets: Self.targets)
    let place = [-0.7, -0.2, 0.3, -3.0]
    var gradient = [Double](repeating: 0, count: 4)
    _ = likelihood.value(logarithms: place, gradient: &gradient)
    for index in place.indices {
      var unused = gradient
      let values = [-1e-5, 1e-5].map { shift in
        var moved = place
        moved[index] += shift
        return likelihood.value(logarithms: moved, gradient: &unused)
      }
      #expect(abs((values[1] - values[0]) / 2e-5 - gradient[index]) < 1e-5)
    }
  }

  @Test func theProcessGoesThroughTheTrials() throws {
    let process = try #require(
      GaussianProcess(
        space: Self.plane, points: Self.points, targets: Self.targets,
        scales: ProcessScales(lengths: [0.3, 0.3], signal: 1, noise: 1e-8)))
    for (point, target) in zip(Self.points, Self.targets) {
      let (mean, variance) = process.predict(point)
      #expect(abs(mean - target) < 1e-4 && variance < 1e-4)
    }
    #expect(process.predict(Point([2.34, 11.1])).variance > 1e-3)
  }

  @Test func theExpectedImprovementIsThatOfANormalVariable() {
    for z in [-1.5, -0.5, 0, 0.7, 2.5] {
      let improvement = ExpectedImprovement(mean: 1 - 2 * z, deviation: 2, best: 1)
      let density = exp(-z * z / 2) / (2 * Double.pi).squareRoot()
      let expected = 2 * (density + z * 0.5 * erfc(-z / 2.0.squareRoot()))
      #expect(abs(improvement.logarithm - log(expected)) < 1e-12)
    }
    // Far out it is too small for a number, and its logarithm still falls.
    let far = stride(from: 5.0, through: 500, by: 5).map {
      ExpectedImprovement(mean: $0, deviation: 1, best: 0).logarithm
    }
    #expect(zip(far, far.dropFirst()).allSatisfy { $0 > $1 && $1.isFinite })
  }

  private func query(
    _ space: SearchSpace, _ observations: [Observation], pending: [Point] = [], seed: UInt64 = 1
  ) -> Query {
    Query(
      space: space, seed: seed, number: observations.count + pending.count,
      observations: observations, pending: pending)
  }

  private func search(
    _ algorithm: any SearchAlgorithm, seed: UInt64, trials: Int, _ function: (Point) -> Double
  ) -> Double {
    var observations: [Observation] = []
    for number in 0..<trials {
      let point = algorithm.propose(query(Self.plane, observations, seed: seed))
      observations.append(
        Observation(number: number, point: point, values: [function(point)]))
    }
    return observations.compactMap(\.values.first).min() ?? .infinity
  }

  @Test func itFindsTheMinimumOfBranin() {
    func branin(_ point: Point) -> Double {
      let (a, b) = (point.values[0] ?? 0, point.values[1] ?? 0)
      let bend = b - 5.1 / (4 * Double.pi * Double.pi) * a * a + 5 / Double.pi * a - 6
      return bend * bend + 10 * (1 - 1 / (8 * Double.pi)) * cos(a) + 10
    }
    let found = (0..<3).map { search(GaussianProcessSearch(), seed: $0, trials: 40, branin) }
    let random = (0..<3).map { search(RandomSearch(), seed: $0, trials: 40, branin) }
    // The minimum is 0.397887.
    #expect(found.allSatisfy { $0 < 0.399 })
    #expect((found.max() ?? 9) < (random.min() ?? 0))
  }

  @Test func pendingTrialsAreNotProposedAgain() {
    let observations = zip(Self.points, Self.targets).enumerated().map {
      Observation(number: $0.offset, point: $0.element.0, values: [$0.element.1])
    }
    let first = GaussianProcessSearch().propose(query(Self.plane, observations))
    var known = query(Self.plane, observations, pending: [first])
    let second = GaussianProcessSearch().propose(known)
    known = Query(
      space: Self.plane, seed: 1, number: observations.count, observations: observations)
    #expect(GaussianProcessSearch().propose(known) == first)
    let distance = zip(first.values, second.values).reduce(0) {
      $0 + abs(($1.0 ?? 0) - ($1.1 ?? 0))
    }
    #expect(distance > 0.1)
  }

  @Test func degenerateTrialsSurvive() {
    func propose(_ values: [[Double]]) -> Point {
      let observations = values.enumerated().map {
        Observation(number: $0, point: Self.points[$0 % 12], values: $1)
      }
      return GaussianProcessSearch().propose(query(Self.plane, observations))
    }
    for values in [
      Array(repeating: [1.0], count: 12), Array(repeating: [.infinity], count: 12),
      (0..<12).map { [$0 % 2 == 0 ? .infinity : Double($0)] }, (0..<400).map { [Double($0 % 17)] },
      (0..<12).map { [Double($0) * 1e307] }, (0..<12).map { [Double($0), Double(12 - $0)] },
    ] {
      let point = propose(values)
      #expect((-5...10).contains(point.values[0] ?? 99) && (0...15).contains(point.values[1] ?? 99))
    }
    let empty = GaussianProcessSearch().propose(query(SearchSpace([]), []))
    #expect(empty.values.isEmpty)
  }
}
