import Glibc
import Search
import TestSupport
import Testing

@Suite struct ImportanceTests {
  private static let space = SearchSpace([
    .init(name: "a", domain: .real(low: 0, high: 1, isLogarithmic: false)),
    .init(name: "b", domain: .real(low: 1e-4, high: 1, isLogarithmic: true)),
    .init(name: "c", domain: .category(count: 3)),
    .init(name: "d", domain: .integer(low: 1, high: 9, step: 2, isLogarithmic: false)),
  ])

  /// Trials of an additive function, of which the last dimension is no part.
  private static func trials(_ count: Int) -> [Observation] {
    var generator = SplitMix64(seed: 11)
    return (0..<count).map { number in
      let a = Double.random(in: 0...1, using: &generator)
      let b = Double.random(in: -4...0, using: &generator)
      let c = Double(Int.random(in: 0..<3, using: &generator))
      let d = Double(1 + 2 * Int.random(in: 0..<5, using: &generator))
      return Observation(
        number: number, point: Point([a, pow(10, b), c, d]), values: [3 * a + 0.5 * b + c])
    }
  }

  @Test func theVarianceOfASumIsTakenApart() throws {
    let shares = HyperparameterImportance.shares(
      of: Self.space, Self.trials(600), method: .fanova)
    // 9/12, 4/12 and 2/3 of a uniform, a longer uniform and a category of 0, 1, 2.
    let variances = [9.0 / 12, 0.25 * 16 / 12, 2.0 / 3, 0]
    let sum = variances.reduce(0, +)
    #expect(shares.count == 4)
    for share in shares {
      #expect(abs(share.value - variances[share.dimension] / sum) < 0.03)
      #expect(share.trials == 600)
    }
    #expect(abs(shares.map(\.value).reduce(0, +) - 1) < 1e-9)
    #expect(shares.last?.dimension == 3)
  }

  @Test func theBestLieElsewhereInWhatMatters() {
    let shares = HyperparameterImportance.shares(
      of: Self.space, Self.trials(400), method: .pedAnova)
    #expect(shares.last?.dimension == 3)
    #expect(abs(shares.map(\.value).reduce(0, +) - 1) < 1e-9)
    #expect((shares.last?.value ?? 1) < 0.1)
  }

  @Test(arguments: HyperparameterImportance.Method.allCases)
  func degenerateTrialsSurvive(method: HyperparameterImportance.Method) {
    func shares(_ trials: [Observation]) -> [HyperparameterImportance.Share] {
      HyperparameterImportance.shares(of: Self.space, trials, method: method)
    }
    #expect(shares([]).isEmpty)
    let point = Point([0.5, 0.1, 1, 3])
    let equal = (0..<5).map { Observation(number: $0, point: point, values: [1]) }
    #expect(shares(equal).allSatisfy { $0.value.isFinite })
    let failed = (0..<5).map { Observation(number: $0, point: point, values: [.infinity]) }
    #expect(shares(failed).isEmpty)
  }

  @Test func aConditionalDimensionIsJudgedWhereItIs() throws {
    let space = SearchSpace([
      .init(name: "kind", domain: .category(count: 2)),
      .init(
        name: "x", domain: .real(low: 0, high: 1, isLogarithmic: false),
        condition: .init(dimension: 0, values: [1])),
    ])
    let trials = (0..<200).map { number in
      let x = Double(number * 37 % 100) / 100
      return number % 2 == 0
        ? Observation(number: number, point: Point([0, nil]), values: [0.5])
        : Observation(number: number, point: Point([1, x]), values: [x])
    }
    let shares = HyperparameterImportance.shares(of: space, trials, method: .fanova)
    let share = try #require(shares.first { $0.dimension == 1 })
    #expect(share.trials == 100 && share.value > 0.99)
  }
}
