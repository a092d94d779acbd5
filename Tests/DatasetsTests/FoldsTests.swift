import Configuration
import Datasets
import TestSupport
import Testing

@Suite struct FoldsTests {
  /// Every row lies in one fold, and sizes differ by at most one.
  @Test(arguments: [(10, 2), (10, 3), (11, 4), (7, 7), (100, 9)])
  func foldsAreAPartition(rows: Int, count: Int) {
    // Not all rows of a file are used.
    let used = (0..<rows).map { Int32($0 * 3 + 1) }
    let folds = Folds(used, count: count, strata: nil, seed: 5)
    #expect(folds.rows.count == count)
    #expect(folds.rows.flatMap { $0 }.sorted() == used)
    let sizes = folds.rows.map(\.count)
    #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
    for fold in 0..<count {
      #expect(folds.rows[fold] == folds.rows[fold].sorted())
      let others = folds.others(than: fold)
      #expect(others == others.sorted())
      #expect(Set(others).isDisjoint(with: folds.rows[fold]))
      #expect(others.count + folds.rows[fold].count == rows)
    }
  }

  /// The examples of each class differ by at most one between folds, and so do all of them together.
  @Test(arguments: [2, 3, 5, 8]) func classesAreSpreadEvenly(count: Int) {
    var random = SplitMix64(seed: 3)
    let strata = (0..<211).map { _ in [0, 0, 0, 0, 7, 7, 2][Int(random.next() % 7)] as Int32 }
    let folds = Folds(
      strata.indices.map { Int32($0) }, count: count, strata: strata, seed: 1)
    #expect(folds.rows.flatMap { $0 }.sorted() == strata.indices.map { Int32($0) })
    for kind in Set(strata) {
      let sizes = folds.rows.map { rows in rows.count { strata[Int($0)] == kind } }
      #expect(sizes.reduce(0, +) == strata.count { $0 == kind })
      #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1, "\(kind): \(sizes)")
    }
    let sizes = folds.rows.map(\.count)
    #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
  }

  @Test func theSeedDecides() {
    let rows = (0..<60).map { Int32($0) }
    let folds = { (seed: UInt64) in Folds(rows, count: 4, strata: nil, seed: seed).rows }
    #expect(folds(1) == folds(1))
    #expect(folds(1) != folds(2))
    #expect(folds(1)[0] != Array(rows.prefix(15)))
  }

  /// The first rows of the blocks and their size, by the formula of scikit-learn's `TimeSeriesSplit`.
  @Test(arguments: [
    (10, 3, [4, 6, 8], 2), (12, 5, [2, 4, 6, 8, 10], 2), (7, 2, [3, 5], 2),
    (100, 4, [20, 40, 60, 80], 20),
  ])
  func blocksFollowEachOther(rows: Int, count: Int, starts: [Int], size: Int) {
    let chain = ForwardChain(count: count)
    for (fold, start) in starts.enumerated() {
      let parts = chain.parts(of: 50..<50 + rows, fold: fold)
      #expect(parts.train == 50..<50 + start)
      #expect(parts.validation == 50 + start..<50 + start + size)
    }
  }

  @Test func sharedFindingsAreNamedOnce() {
    let place = Place(file: "a.json", line: 1, column: 1)
    let shared = Diagnostic(.warning, .data, code: "a", "in all", at: place)
    let single = Diagnostic(.warning, .data, code: "b", "in one", at: place)
    let counted = (1...2).map { Diagnostic(.warning, .data, code: "c", "\($0) rows", at: place) }
    let merged = FoldFindings.merged([[shared, counted[0]], [shared, single, counted[1]]])
    #expect(merged.map(\.message) == ["in all", "fold 1: 1 rows", "fold 2: in one"])
  }
}
