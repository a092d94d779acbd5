import Datasets
import Testing

@Suite struct ParallelStreamsTests {
  private static let counts = Array(1...40) + [64, 65, 127, 1000, 1001]

  @Test(arguments: [1, 2, 3, 4, 7, 32, 64], [true, false])
  func eachRowContinuesThatOfTheBatchBefore(size: Int, dropsLast: Bool) {
    for count in Self.counts {
      let streams = ParallelStreams(count: count, size: size, dropsLast: dropsLast)
      #expect(streams.batchCount == (dropsLast ? count / size : (count + size - 1) / size))
      var seen: [Int] = []
      var before: [Int] = []
      for batch in 0..<streams.batchCount {
        #expect(streams.start(of: batch) == seen.count)
        let rows = streams.rowCount(of: batch)
        #expect(rows > 0 && rows <= size && (batch == 0 || rows <= before.count))
        let windows = (0..<rows).map { streams.window(batch, row: $0) }
        if batch > 0 { #expect(windows == before.prefix(rows).map { $0 + 1 }) }
        before = windows
        seen += windows
      }
      #expect(Set(seen).count == seen.count)
      if dropsLast {
        #expect(seen.count == count / size * size)
        #expect(seen.allSatisfy { $0 < count })
      } else {
        #expect(seen.sorted() == Array(0..<count))
      }
    }
  }
}
