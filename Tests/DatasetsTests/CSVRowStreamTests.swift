import Configuration
import Datasets
import Glibc
import Testing

struct CSVRowStreamTests {
  @Test func emitsEachRowWhenItArrives() throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    defer { close(ends[0]) }
    var stream = CSVRowStream(descriptor: ends[0])
    var row = CSVRow()

    // Without its line break, the second row must not keep the first one waiting.
    write(ends[1], "a,b\n\"c", 6)
    #expect(try stream.next(into: &row))
    #expect(try row.string(at: 1) == "b")

    write(ends[1], "\nd\",e", 5)
    close(ends[1])
    #expect(try stream.next(into: &row))
    #expect(try row.string(at: 0) == "c\nd")
    #expect(row.line == 2)
    #expect(try !stream.next(into: &row))
  }

  /// The first row decides, whatever of it arrives at a time.
  @Test(arguments: [
    ("a;b\n1;2\n", [["a", "b"], ["1", "2"]]), ("a,b\n1,2;\n", [["a", "b"], ["1", "2;"]]),
    ("sep=|\r\na;,|b\r\n", [["a;,", "b"]]), ("a\n1\n", [["a"], ["1"]]),
    ("a,b;c\n", [["a", "b;c"]]),
    ("\"a\";\"b\"\n1;2\n", [["a", "b"], ["1", "2"]]),
    ("sep=;\n\"a,\";\"b\"\n", [["a,", "b"]]), ("sep=;", [["sep=", ""]]),
  ])
  func adoptsTheDelimiterOfTheFirstRow(text: String, expected: [[String]]) throws {
    for length in [1, 2, 5, text.utf8.count] {
      var ends: [Int32] = [0, 0]
      try #require(pipe(&ends) == 0)
      defer { close(ends[0]) }
      var stream = CSVRowStream(descriptor: ends[0], expectingColumns: ["a", "b"])
      var rest = Array(text.utf8)[...]
      func send() {
        guard !rest.isEmpty else { return }
        let piece = Array(rest.prefix(length))
        write(ends[1], piece, piece.count)
        rest = rest.dropFirst(length)
        if rest.isEmpty { close(ends[1]) }
      }
      var row = CSVRow()
      var rows: [[String]] = []
      while try stream.next(into: &row, beforeWaiting: send) {
        rows.append(try (0..<row.count).map { try row.string(at: $0) })
      }
      #expect(rows == expected)
    }
  }

  /// A row without an end, and bytes that are no text, are refused as they are where no delimiter is looked for.
  @Test(arguments: [
    (Array("\"a\"x".utf8), UInt8(ascii: "y"), "text-after-quote"),
    ([], UInt8(ascii: "x"), "row-too-long"),
    ([], 0, "null-byte"),
  ])
  func aRowWithoutAnEndIsRefused(start: [UInt8], rest: UInt8, code: String) throws {
    let folder = try TemporaryFolder()
    let bytes = start + Array(repeating: rest, count: 17 << 20)
    let descriptor = open(try folder.write("endless.csv", bytes), O_RDONLY)
    defer { close(descriptor) }
    let found = diagnostics {
      var stream = CSVRowStream(descriptor: descriptor, expectingColumns: ["a", "b"])
      var row = CSVRow()
      _ = try stream.next(into: &row)
    }
    #expect(found.map(\.code) == [code])
  }

  @Test func readsMoreThanOneBuffer() throws {
    let folder = try TemporaryFolder()
    let text = (0..<40_000).map { "\($0),\"\($0)\"\n" }.joined()
    let descriptor = open(try folder.write("long.csv", Array(text.utf8)), O_RDONLY)
    defer { close(descriptor) }
    var stream = CSVRowStream(descriptor: descriptor)
    var row = CSVRow()
    var count = 0
    while try stream.next(into: &row) {
      #expect(try row.string(at: 0) == "\(count)")
      #expect(try row.string(at: 1) == "\(count)")
      count += 1
    }
    #expect(count == 40_000)
  }

  @Test func namesUnreadableDescriptor() {
    let found = diagnostics {
      var stream = CSVRowStream(descriptor: -1)
      var row = CSVRow()
      _ = try stream.next(into: &row)
    }
    #expect(found.map(\.code) == ["cannot-read"])
  }
}
