import Configuration
import Datasets
import Foundation
import TestSupport

extension FuzzTarget {
  /// A table of CSV, read by columns. The first byte says which header, delimiter and kinds of columns it has.
  static let csv = FuzzTarget(
    name: "csv", words: { ["NA", "-999", "\"\"", "\r\n", "\u{FEFF}", "1e-5", "-0.000001"] },
    seeds: {
      [
        (0, "a,b,c\n1,2.5,x\n-3,4e2,y\n5,NA,\"z\"\n"),
        (8, "\u{FEFF}p;q\r\n\"1\";\"2\r\n3\"\r\n0.123456;12345.67\r\n"),
        (1, "1,2,3,4\n" + String(repeating: "0.5,-122.23,17,red\n", count: 6)),
        (2, "n,k,s\n12345678.5,a,\n-0.1234567,b,\n"),
      ].map { [UInt8($0)] + Array($1.utf8) }
    },
    read: { bytes in
      guard let first = bytes.first else { return false }
      let delimiter = first & 8 == 0 ? UInt8(ascii: ",") : UInt8(ascii: ";")
      guard let dialect = CSVDialect(delimiter: delimiter) else { return false }
      let contents = try FileBytes(name: "fuzz.csv", copying: bytes.dropFirst())
      let source = CSVSource(contents, dialect: dialect)
      let header = try CSVHeader(of: source, mode: first & 1 == 0 ? .present : .absent)
      let decisions = header.names.indices.map { index -> CSVColumnDecision in
        first & 2 == 0 ? .infer : [.number, .category, .skip][index % 3]
      }
      let table = try CSVTable(
        reading: source, header: header, decisions: decisions, missing: MissingTokens(missing))
      try require(table.columns.count == header.names.count, "columns are missing")
      try require(
        table.place(row: table.rows - 1, column: 0) != nil, "the last row has no place")
      return true
    })

  private static let missing = ["", "NA", "-999"]

  /// An IDX file, plain or inside gzip.
  static let idx = FuzzTarget(
    name: "idx", words: { [] },
    seeds: {
      [
        IDXSamples.file(type: 8, dimensions: [3, 4], data: Array(0..<12)),
        IDXSamples.file(type: 9, dimensions: [2, 2], data: [1, 255, 0, 128]),
        IDXSamples.file(type: 0x0B, dimensions: [2], data: [1, 2, 3, 4]),
        IDXSamples.file(type: 0x0C, dimensions: [2], data: Array(0..<8)),
        IDXSamples.file(type: 0x0D, dimensions: [3], data: Array(0..<12)),
        GzipWriter.member(IDXSamples.file(type: 0x0E, dimensions: [2], data: Array(0..<16))),
      ]
    },
    read: { bytes in
      let file = try IDXFile(FileBytes(name: "fuzz", copying: bytes))
      let count = file.header.elementCount
      // What is no whole number, or too large for one, has none.
      if let integers = file.integers() {
        try require(integers.count == count, "integers are missing")
      }
      try require(try file.floats().count == count, "numbers are missing")
      return true
    })

  /// A gzip file of one or several members.
  static let gzip = FuzzTarget(
    name: "gzip", words: { [] },
    seeds: {
      let text = Array("a row of a text, a row of a text, and another row of it\n".utf8)
      return [
        GzipWriter.member(text), GzipWriter.member([]) + GzipWriter.member(text + text),
        GzipWriter.member([UInt8](repeating: 0, count: 5000)),
      ]
    },
    read: { bytes in
      let inflated = try FileBytes(name: "fuzz.gz", copying: bytes, compression: .inflate)
      try require(
        inflated.bytes.count <= Gzip.largestInflatedSize(compressedSize: bytes.count),
        "it inflates to \(inflated.bytes.count) bytes")
      return true
    })

  /// What is taken for a time of the calendar is written as it was read, or as the same moment.
  static let times = FuzzTarget(
    name: "times",
    words: { ["-01", "T00:00", "Z", ":59", ".123456789", "+02:00", "-0330", "/", " 7:05"] },
    seeds: {
      [
        "1981-01-31", "1949-12", "2020-02-29 23:59:59.123456789", "2020-01-01T00:00Z", "-1.5e3",
        "2020/02/29", "12", "31.1.2020 7:05", "01/31/2020 23:59+01", "2020-01-01T00:00:00-00:00",
        "3-4-2020 0:00:00.5Z",
      ].map { Array($0.utf8) }
    },
    read: { bytes in
      var isTime = false
      for order in DateOrder.allCases {
        let stamp = bytes.withUnsafeBytes { TimeStamp.parse($0, order: order) }
        guard let stamp else { continue }
        isTime = true
        let text = stamp.format.text(stamp.value)
        let again = TimeStamp.parse(text, order: order)
        try require(again?.value == stamp.value, "'\(text)' is another time")
        if stamp.format.kind != .number {
          try require(text.utf8.elementsEqual(bytes), "it was written as '\(text)'")
        }
      }
      return isTime
    })
}
