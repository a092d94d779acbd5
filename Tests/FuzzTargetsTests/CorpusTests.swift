import FuzzTargets
import Testing

struct CorpusTests {
  @Test func namesAreUnique() {
    #expect(Set(FuzzTarget.all.map(\.name)).count == FuzzTarget.all.count)
  }

  /// A clone takes some dozens of kilobytes for all of them.
  @Test func itIsSmall() throws {
    let sizes = try FuzzTarget.all.map { try Corpus(of: $0).packed.count }
    #expect(sizes.reduce(0, +) <= 96 << 10, "\(sizes)")
  }

  @Test func whatIsPackedIsUnpacked() throws {
    let inputs: [[UInt8]] = [[], [1, 2, 3], [UInt8](repeating: 7, count: 70_000)]
    #expect(try Corpus(packed: Corpus(inputs).packed).inputs == inputs)
    for length in 1..<4 {
      #expect(throws: FuzzFinding.self) { try Corpus(packed: [UInt8](repeating: 1, count: length)) }
    }
    #expect(throws: FuzzFinding.self) { try Corpus(packed: [9, 0, 0, 0, 1]) }
  }
}
