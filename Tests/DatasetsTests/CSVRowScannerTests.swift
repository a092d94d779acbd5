import Configuration
import Datasets
import TestSupport
import Testing

struct CSVRowScannerTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let text: String
    let rows: [[String]]
    var testDescription: String { text.debugDescription }
  }

  @Test(arguments: [
    Case(text: "", rows: []),
    Case(text: "\n\r\n\n", rows: []),
    Case(text: "a,b\r\nc,d\r\n", rows: [["a", "b"], ["c", "d"]]),
    Case(text: "a,b\nc,d", rows: [["a", "b"], ["c", "d"]]),
    Case(text: "a\rb\r", rows: [["a"], ["b"]]),
    Case(text: "a,\n,b\n,\n", rows: [["a", ""], ["", "b"], ["", ""]]),
    Case(text: "a,", rows: [["a", ""]]),
    Case(text: "\"a\",\"b\"\n", rows: [["a", "b"]]),
    Case(text: "\"a,b\",\"c\r\nd\"\n", rows: [["a,b", "c\r\nd"]]),
    Case(text: "\"a\"\"b\",\"\"\"\",\"\"", rows: [["a\"b", "\"", ""]]),
    Case(text: "\"\"\"\"\"\"", rows: [["\"\""]]),
    Case(text: " a ,\t\"b \" , c d\t\n", rows: [["a", "b ", "c d"]]),
    Case(text: "5' 6\",a\"b\"\n", rows: [["5' 6\"", "a\"b\""]]),
    Case(text: "\u{FEFF}a,b\n1,2\n", rows: [["a", "b"], ["1", "2"]]),
    Case(text: "a\n\n\nb\n", rows: [["a"], ["b"]]),
    Case(text: "a\n \nb\n", rows: [["a"], [""], ["b"]]),
    Case(text: "größe,名前\n", rows: [["größe", "名前"]]),
    Case(text: "sep=,\na,b\n", rows: [["a", "b"]]),
    Case(text: "\u{FEFF}sep=;\r\na,b\r\n", rows: [["a", "b"]]),
    Case(text: "sep=,\rsep=,\ra\r", rows: [["sep=", ""], ["a"]]),
    Case(text: "sep=,", rows: [["sep=", ""]]),
    Case(text: "sep=a\n", rows: [["sep=a"]]),
    Case(text: "sep", rows: [["sep"]]),
  ])
  func splits(_ example: Case) throws {
    #expect(try rows(example.text) == example.rows)
  }

  struct Fault: Sendable, CustomTestStringConvertible {
    let text: String
    let summary: String
    var testDescription: String { text.debugDescription }
  }

  @Test(arguments: [
    Fault(text: "a,b\n1,\"2\n3,4\n", summary: "unterminated-quote 2:3"),
    Fault(text: "\"", summary: "unterminated-quote 1:1"),
    Fault(text: "ä,\"b\" c\n", summary: "text-after-quote 1:7"),
    Fault(text: "\"a\nb\"c\n", summary: "text-after-quote 2:3"),
    Fault(text: "a\nb,c\0d\n", summary: "null-byte 2:4"),
    Fault(text: "a\n\"b\0\"\n", summary: "null-byte 2:3"),
    Fault(text: "\u{FEFF}a,\"b\"c", summary: "text-after-quote 1:6"),
  ])
  func rejects(_ fault: Fault) {
    let found = diagnostics { _ = try rows(fault.text) }
    #expect(found.map(\.summary) == [fault.summary])
    #expect(found.first?.category == .data)
  }

  @Test func rejectsUTF16() {
    let found = diagnostics { _ = try rows([0xFF, 0xFE, 0x61, 0x00]) }
    #expect(found.map(\.summary) == ["utf-16 1:1"])
  }

  @Test func rejectsInvalidUTF8WhenReadAsText() {
    let found = diagnostics { _ = try rows(Array("a\nb, ".utf8) + [0xE4, 0x0A]) }
    #expect(found.map(\.summary) == ["invalid-utf-8 2:4"])
  }

  @Test func tellsPlacesOfFieldsThatSpanLines() throws {
    var scanner = CSVRowScanner(file: "a.csv")
    var row = CSVRow()
    var offset = 0
    try Array("x\n\"a\nb\",\"c\nd\", é f\nlast\n".utf8).withUnsafeBytes { bytes in
      _ = try scanner.nextRow(in: bytes, from: &offset, isFinal: true, into: &row)
      _ = try scanner.nextRow(in: bytes, from: &offset, isFinal: true, into: &row)
      #expect(row.line == 2)
      #expect(row.wasQuoted(at: 0))
      #expect(!row.wasQuoted(at: 2))
      #expect(
        row.place(ofField: 2)
          == Place(file: "a.csv", line: 4, column: 5, excerpt: "d\", é f", width: 3))
      _ = try scanner.nextRow(in: bytes, from: &offset, isFinal: true, into: &row)
      #expect(row.line == 5)
    }
  }

  @Test func cutsLongExcerpts() {
    let found = diagnostics {
      _ = try rows(
        String(repeating: "é", count: 500) + ",\"b\"c" + String(repeating: "d", count: 500))
    }
    let place = found.first?.place
    #expect(place?.column == 505)
    #expect(place?.excerpt?.unicodeScalars.count == 200)
    #expect(place?.excerpt?.hasPrefix("…é") == true)
    #expect(place?.excerpt.map { Array($0.unicodeScalars)[61] } == "c")
  }

  @Test func boundsRowsThatDoNotEnd() {
    let length = CSVRowScanner.longestUnfinishedRow + 1
    for (first, code) in [("a", "row-too-long 1:1"), ("\"", "unterminated-quote 1:1")] {
      let text = Array(first.utf8) + [UInt8](repeating: UInt8(ascii: "b"), count: length)
      let found = diagnostics {
        var scanner = CSVRowScanner(file: "-")
        var row = CSVRow()
        var offset = 0
        try text.withUnsafeBytes { bytes in
          _ = try scanner.nextRow(in: bytes, from: &offset, isFinal: false, into: &row)
        }
      }
      #expect(found.map(\.summary) == [code])
    }
  }

  @Test func emitsRowAsSoonAsItsLineBreakIsThere() throws {
    var scanner = CSVRowScanner(file: "-")
    var row = CSVRow()
    var offset = 0
    try Array("a,b\nc".utf8).withUnsafeBytes { (bytes) throws in
      let first = try scanner.nextRow(in: bytes, from: &offset, isFinal: false, into: &row)
      #expect(first == .row)
      #expect(offset == 4)
      let second = try scanner.nextRow(in: bytes, from: &offset, isFinal: false, into: &row)
      #expect(second == .needsMoreInput)
      #expect(offset == 4)
    }
  }
}
