import Numerics
import Search
import Testing

struct ParetoFrontTests {
  @Test(arguments: [1, 2, 3, 4])
  func theFrontIsThatOfAllComparisons(objectives: Int) {
    let random = Random(seed: 1, .search(part: 99))
    // Rounded, so that there are equal values and equal points.
    let points = (0..<300).map { index in
      (0..<objectives).map { (20 * random.uniform(index * objectives + $0)).rounded() }
    }
    let expected = points.indices.filter { index in
      !points.contains { ParetoFront.dominates($0, points[index]) }
    }
    #expect(ParetoFront.indices(of: points) == expected)
    let losses = MultiObjective.losses(points)
    if objectives > 1 {
      #expect(points.indices.filter { losses[$0] < 1 } == expected)
      for (index, point) in points.enumerated() {
        for (other, second) in points.enumerated() where ParetoFront.dominates(point, second) {
          #expect(losses[index] < losses[other])
        }
      }
    }
  }

  @Test func emptyAndFailedPointsAreNoTrouble() {
    #expect(ParetoFront.indices(of: []) == [])
    #expect(MultiObjective.losses([]) == [])
    let losses = MultiObjective.losses([[1, 2], [.infinity, 0], [1], [2, 1], []])
    #expect(losses[0] < 1 && losses[3] < 1)
    #expect(losses[1] == .infinity && losses[2] == .infinity && losses[4] == .infinity)
  }

  @Test func tenThousandPointsTakeNoTime() {
    let random = Random(seed: 2, .search(part: 99))
    let points = (0..<10_000).map { [random.uniform(2 * $0), random.uniform(2 * $0 + 1)] }
    let time = ContinuousClock().measure {
      #expect(!ParetoFront.indices(of: points).isEmpty)
      #expect(MultiObjective.losses(points).count == 10_000)
    }
    #expect(time < .seconds(1))
  }
}
