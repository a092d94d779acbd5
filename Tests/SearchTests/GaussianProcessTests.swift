import Glibc
import Search
import Testing

@Suite struct GaussianProcessTests {
  private static let plane = SearchSpace([
    .init(name: "x", domain: .real(low: -5, high: 10, isLogarithmic: false)),
    .init(name: "y", domain: .real(low: 0, high: 15, isLogarithmic: false)),
  ])
  private static let points: [Point] = (0..<12).map { (index: Int) -> Point in
    let (x, y) = (Double(index * 7 % 12), Double(index * 5 % 12))
    return Point([1.25 * x - 5, 1.25 * y])
  }
  private static let targets: [Double] = points.map { (point: Point) -> Double in
    let (x, y) = (point.values[0] ?? 0, point.values[1] ?? 0)
    return sin(x) + y / 10
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
    let places: [Double] = [-1.5, -0.5, 0, 0.7, 2.5]
    for z in places {
      let improvement = ExpectedImprovement(mean: 1 - 2 * z, deviation: 2, best: 1)
      let root: Double = (2 * Double.pi).squareRoot()
      let density: Double = exp(-z * z / 2) / root
      let cumulative: Double = 0.5 * erfc(-z / 2.0.squareRoot())
      let expected: Double = log(2 * (density + z * cumulative))
      #expect(abs(improvement.logarithm - expected) < 1e-12)
    }
    // Far out it is too small for a number, and its logarithm still falls.
    let far = stride(from: 5.0, through: 500, by: 5).map {
      ExpectedImprovement(mean: $0, deviation: 1, best: 0).logarithm
    }
    let isFalling = zip(far, far.dropFirst()).allSatisfy { $0.0 > $0.1 && $0.1.isFinite }
    #expect(isFalling)
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
      let curve: Double = 5.1 / (4 * Double.pi * Double.pi) * a * a
      let bend: Double = b - curve + 5 / Double.pi * a - 6
      let wave: Double = 10 * (1 - 1 / (8 * Double.pi)) * cos(a)
      return bend * bend + wave + 10
    }
    let found = (0..<3).map { search(GaussianProcessSearch(), seed: $0, trials: 40, branin) }
    let random = (0..<3).map { search(RandomSearch(), seed: $0, trials: 40, branin) }
    // The minimum is 0.397887.
    #expect(found.allSatisfy { $0 < 0.399 })
    #expect((found.max() ?? 9) < (random.min() ?? 0))
  }

  @Test func pendingTrialsAreNotProposedAgain() {
    let observations = Self.points.indices.map { index in
      Observation(number: index, point: Self.points[index], values: [Self.targets[index]])
    }
    let first = GaussianProcessSearch().propose(query(Self.plane, observations))
    var known = query(Self.plane, observations, pending: [first])
    let second = GaussianProcessSearch().propose(known)
    known = Query(
      space: Self.plane, seed: 1, number: observations.count, observations: observations)
    #expect(GaussianProcessSearch().propose(known) == first)
    let distance = zip(first.values, second.values).reduce(0.0) { sum, pair in
      let difference: Double = (pair.0 ?? 0) - (pair.1 ?? 0)
      return sum + abs(difference)
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
    let numbers = (0..<12).map(Double.init)
    var samples: [[[Double]]] = [numbers.map { _ in [1] }, numbers.map { _ in [.infinity] }]
    samples.append(numbers.map { [$0 < 6 ? .infinity : $0] })
    samples.append((0..<400).map { [Double($0 % 17)] })
    samples.append(numbers.map { [$0 * 1e307] })
    samples.append(numbers.map { [$0, 12 - $0] })
    for values in samples {
      let point = propose(values)
      #expect((-5...10).contains(point.values[0] ?? 99) && (0...15).contains(point.values[1] ?? 99))
    }
    let empty = GaussianProcessSearch().propose(query(SearchSpace([]), []))
    #expect(empty.values.isEmpty)
  }

  /// A curved valley between cliffs, four magnitudes high (Rosenbrock 1960).
  @Test func cliffsDoNotHideTheValley() {
    let space = SearchSpace(
      (0..<4).map {
        .init(name: "x\($0)", domain: .real(low: -5, high: 10, isLogarithmic: false))
      })
    let least = (0..<3).map { seed -> Double in
      var observations: [Observation] = []
      for number in 0..<50 {
        let point = GaussianProcessSearch().propose(
          Query(space: space, seed: UInt64(seed), number: number, observations: observations))
        let x = point.values.map { $0 ?? 0 }
        let cost = zip(x, x.dropFirst()).reduce(0.0) { sum, pair in
          let cliff = pair.1 - pair.0 * pair.0
          return sum + 100 * cliff * cliff + (1 - pair.0) * (1 - pair.0)
        }
        observations.append(Observation(number: number, point: point, values: [cost]))
      }
      return observations.map { $0.values[0] }.min() ?? .infinity
    }
    #expect(least.sorted()[1] < 60)
  }
}
