import Configuration
import Testing

struct SourceTextTests {
  private func place(_ text: String, _ range: Range<Int>) -> Place {
    SourceText(name: "a", text).place(range)
  }

  @Test(arguments: [
    (0, 1, 1), (1, 1, 2), (2, 1, 3), (3, 2, 1), (5, 2, 2), (6, 2, 3), (7, 3, 1), (99, 3, 1),
    (-1, 1, 1),
  ])
  func offsetsHaveLineAndColumn(offset: Int, line: Int, column: Int) {
    let place = place("ab\néc\n", offset..<offset + 1)
    #expect((place.line, place.column) == (line, column))
  }

  @Test func carriageReturnsAreNoPartOfALine() {
    #expect(place("ab\r\ncd", 0..<9).excerpt == "ab")
    #expect(place("ab\r\ncd", 0..<9).width == 2)
    #expect(place("ab\r\ncd", 4..<5).excerpt == "cd")
  }

  @Test func findingsSpanAtLeastOneScalar() {
    #expect(place("", 0..<0).width == 1)
    #expect(place("ab", 2..<2).width == 1)
  }

  /// Findings of a text without line breaks do not each keep all of it.
  @Test(arguments: ["a", "é", "🥧"])
  func excerptsOfLongLinesAreShort(filler: String) {
    let half = String(repeating: filler, count: 100_000)
    let offset = half.utf8.count
    let place = place(half + "X" + half, offset..<offset + 1)
    #expect(place.column == 100_001)
    let excerpt = Array(place.excerpt ?? "")
    #expect(excerpt.count < 2_000)
    #expect(excerpt[place.excerptColumn - 1] == "X")
    #expect(Set(excerpt) == [Character(filler), "X"])
  }
}
