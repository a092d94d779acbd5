import Search
import Testing

struct PopulationTests {
  private static let space = SearchSpace([
    .init(name: "rate", domain: .real(low: 1e-4, high: 1, isLogarithmic: true)),
    .init(name: "share", domain: .real(low: 0, high: 1, isLogarithmic: false)),
    .init(name: "units", domain: .integer(low: 1, high: 9, step: 2, isLogarithmic: false)),
    .init(name: "kind", domain: .category(count: 3)),
  ])

  private static func search(members: Int, resample: Double = 0) -> PopulationSearch {
    var search = PopulationSearch()
    search.populationSize = members
    search.resampleProbability = resample
    return search
  }

  private static func first(_ search: PopulationSearch, values: [Double]) -> [Observation] {
    values.enumerated().map { number, value in
      let query = Query(space: space, seed: 1, number: number, observations: [])
      return Observation(number: number, point: search.propose(query), values: [value])
    }
  }

  private static func next(
    _ search: PopulationSearch, _ observations: [Observation]
  ) -> [PopulationSearch.Succession] {
    (0..<search.populationSize).map {
      search.succession(
        Query(
          space: space, seed: 1, number: observations.count + $0, observations: observations))
    }
  }

  @Test func membersBeginAnew() {
    let search = Self.search(members: 4)
    let members = (0..<4).map {
      search.succession(Query(space: Self.space, seed: 1, number: $0, observations: []))
    }
    #expect(members.allSatisfy { $0.parent == nil && isValid($0.point, in: Self.space) })
    #expect(Set(members.map(\.point)).count == 4)
  }

  @Test func theWorstCopyTheBestAndMove() {
    let search = Self.search(members: 10)
    let values = [5, 3, 9, 1, 7, 2, 8, 4, 10, 6].map(Double.init)
    let before = Self.first(search, values: values)
    for (member, next) in Self.next(search, before).enumerated() {
      guard values[member] > 8 else {
        #expect(next == .init(point: before[member].point, parent: member))
        continue
      }
      guard let parent = next.parent else {
        Issue.record("member \(member) has no parent")
        continue
      }
      #expect(values[parent] <= 2)
      let (old, new) = (before[parent].point.values, next.point.values)
      #expect(isValid(next.point, in: Self.space))
      let ratio = (new[0] ?? 0) / (old[0] ?? 1)
      #expect(abs(ratio - 1.2) < 1e-9 || abs(ratio - 1 / 1.2) < 1e-9 || new[0] == 1)
      #expect(new[1] != old[1] && abs((new[1] ?? 9) - (old[1] ?? 0)) < 0.21)
      #expect(abs((new[2] ?? 9) - (old[2] ?? 0)) <= 2)
      #expect(new[3] == old[3])
    }
  }

  @Test func whoFailedIsReplaced() {
    let search = Self.search(members: 5)
    let before = Self.first(search, values: [.infinity, 2, .infinity, 1, .infinity])
    let next = Self.next(search, before)
    #expect(next[1] == .init(point: before[1].point, parent: 1))
    #expect(next[3].parent == 3)
    for member in [0, 2, 4] { #expect(next[member].parent == 3) }
    // With nobody left all begin anew.
    let none = Self.next(search, Self.first(search, values: Array(repeating: .infinity, count: 5)))
    #expect(none.allSatisfy { $0.parent == nil })
  }

  @Test func whatIsDrawnComesFromTheWholeRange() {
    let search = Self.search(members: 100, resample: 1)
    let values = (0..<100).map(Double.init)
    let moved = Self.next(search, Self.first(search, values: values)).filter {
      ($0.parent ?? 0) < 20
    }
    let drawn = moved.dropFirst(20).compactMap { $0.point.values[0] }
    #expect(drawn.count == 20)
    #expect((drawn.min() ?? 1) < 1e-3 && (drawn.max() ?? 0) > 0.1)
  }
}
