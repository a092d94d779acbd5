import Search
import Testing

struct GridTests {
  @Test(arguments: [1, 2, 3, 4, 5, 7, 64, 1000, 4097])
  func permutationsAreBijective(count: Int) {
    let order = Permutation(count: count, seed: 9, part: 1)
    #expect((0..<count).map { order($0) }.sorted() == Array(0..<count))
    if count >= 64 { #expect((0..<count).map { order($0) } != Array(0..<count)) }
  }

  @Test func largePermutationsStayInRange() {
    let count = 1 << 61 + 12345
    let order = Permutation(count: count, seed: 9, part: 1)
    #expect(Set((0..<100).map { order($0) }).count == 100)
    #expect((0..<100).allSatisfy { order($0) < count })
  }

  @Test func everyPointIsVisitedOnce() throws {
    var grid = GridSearch()
    grid.points = 3
    let space = Problem.mixed.space
    let size = try #require(grid.size(of: space))
    // kind 0 has 3 of momentum, kind 1 has 3 · 3, kind 2 has 1; layers are 1, 5, 8, of which 1 has 3 of
    // batch; 3 of rate.
    #expect(size == (3 + 9 + 1) * (3 + 1 + 1) * 3)
    let points = (0..<size).map {
      grid.propose(Query(space: space, seed: 4, number: $0, observations: []))
    }
    #expect(Set(points).count == size)
    #expect(points.allSatisfy { isValid($0, in: space) })
    #expect(Set(points.prefix(size / 3).map { $0.values[0] }).count == 3)
  }

  @Test func realsReachBothEnds() {
    let space = SearchSpace([
      .init(name: "rate", domain: .real(low: 1e-4, high: 1, isLogarithmic: true))
    ])
    let values = (0..<5).compactMap {
      GridSearch().propose(Query(space: space, seed: 4, number: $0, observations: [])).values[0]
    }.sorted()
    for (value, expected) in zip(values, [1e-4, 1e-3, 1e-2, 0.1, 1]) {
      #expect(abs(value / expected - 1) < 1e-12)
    }
  }

  @Test func hugeGridsHaveNoSizeButPoints() {
    let space = SearchSpace(
      (0..<200).map {
        .init(name: "x\($0)", domain: .real(low: 0, high: 1, isLogarithmic: false))
      })
    #expect(GridSearch().size(of: space) == nil)
    let point = GridSearch().propose(Query(space: space, seed: 4, number: 7, observations: []))
    #expect(isValid(point, in: space))
  }
}
