import Configuration
import Datasets
import TestSupport
import Testing
import Training

/// What tables on the disk may hold, beside the same tables in memory.
@Suite struct DiskContentsTests {
  private static let disk = #""storage": {"type": "disk", "memory_megabytes": 1}"#

  /// A table with all examples in memory and with examples on the disk.
  private func both(
    _ csv: String, data: String = "", training: String = #""epochs": 2"#,
    others: [String: String] = [:]
  ) throws -> (memory: TableSample, disk: TableSample) {
    let more = data.isEmpty ? "" : ", " + data
    return (
      try TableSample(
        csv, data: #""storage": "memory""# + more, training: training, others: others),
      try TableSample(csv, data: Self.disk + more, training: training, others: others)
    )
  }

  /// The examples of a part as they are stored, with their targets.
  private func examples(_ sample: TableSample, _ part: Part) throws -> [[Float]] {
    let set = try #require(try sample.sound.data.makeSets()[part])
    let targets = try #require(set.targets)
    return (0..<set.count).map(set.row(of:)).map { row in
      [set.features, targets].flatMap { matrix in
        (0..<matrix.width).map {
          matrix.range(of: $0, examples: [row])?.lowerBound ?? .nan
        }
      }
    }
  }

  /// Rows of a text of 70 letters, a number and a class.
  private static func long(_ rows: Int, lineBreak: String = "\n", quoted: Bool = false) -> String {
    let letters = String(repeating: "abcdefg", count: 10)
    return "t,a,y" + lineBreak
      + (0..<rows).map { row in
        let text =
          quoted ? "\"\(letters)\(lineBreak)\"\"\(row % 3)\"" : "\(letters)\(row % 3)"
        return "\(text),\(row % 1000),\(row % 2)\(lineBreak)"
      }.joined()
  }

  // MARK: - Pieces

  @Test(arguments: [
    ("", "empty-file"), ("\n\n", "empty-file"), ("a,y\n", "no-rows"),
    ("a,y\n,1\n3,\n", "no-rows"),
  ])
  func filesWithoutRows(text: String, code: String) throws {
    let (memory, disk) = try both(text, data: #""missing": "drop_row""#)
    #expect(memory.diagnostics.map(\.code) == [code])
    #expect(disk.diagnostics.map(\.code) == [code])
    for part in ["validation", "test"] {
      let held = try both(
        "a,y\n1,2\n3,4\n", data: #""missing": "drop_row", "\#(part)": "v.csv""#,
        others: ["v.csv": text])
      for sample in [held.memory, held.disk] {
        #expect(sample.plan == nil)
        #expect(sample.diagnostics.filter { $0.severity == .error }.map(\.code) == [code])
      }
    }
  }

  /// What a column holds has to show in the first piece of the text.
  @Test func aColumnThatBeginsLate() throws {
    var csv = "b,filler,y\n"
    for row in 0..<70_000 {
      csv += "\(row < 69_000 ? "" : "1"),\(String(repeating: "f", count: 70)),\(row % 3)\n"
    }
    let data = Self.disk + #", "missing": "mean""#
    let training = #""loss": "mse""#
    let sample = try TableSample(csv, data: data, training: training)
    let finding = try #require(sample.diagnostics.first)
    #expect(sample.diagnostics.count == 1 && finding.code == "empty-start")
    #expect(finding.message.hasPrefix("column \"b\" has no value in the first "))
    #expect(finding.help?.contains("\"ignore\"") == true)
    let ignored = try TableSample(csv, data: data + #", "ignore": ["b"]"#, training: training)
    #expect(try ignored.sound.data.counts == [.train: 70_000])
  }

  @Test func lineBreaksAtTheEndAreNoRows() throws {
    let csv = Self.long(60_000)
    #expect(csv.utf8.count > 4 << 20)
    let sample = try TableSample(
      csv + String(repeating: "\n", count: 9 << 20), data: Self.disk, training: #""loss": "mse""#)
    #expect(try sample.sound.data.counts == [.train: 60_000])
  }

  /// The lines of all pieces are counted, however they end, and within quotes too.
  @Test(arguments: [("\r", false), ("\n", true), ("\r", true), ("\r\n", true)])
  func aFaultInTheThirdPieceHasItsLine(lineBreak: String, quoted: Bool) throws {
    let csv = Self.long(120_000, lineBreak: lineBreak, quoted: quoted)
    #expect(csv.utf8.count > 2 * 4 << 20)
    let (memory, disk) = try both(csv + "u,x,1" + lineBreak, training: #""loss": "mse""#)
    let line = (quoted ? 240_002 : 120_002)
    #expect(memory.findings == ["not-a-number data.csv:\(line):3"])
    #expect(disk.findings == memory.findings)
    let open = try both(csv + "\"u,1,1" + lineBreak, training: #""loss": "mse""#)
    #expect(open.disk.findings == ["unterminated-quote data.csv:\(line):1"])
    #expect(open.disk.findings == open.memory.findings)
  }

  @Test func aColumnWithoutANameIsLeftOutAsInMemory() throws {
    let csv = TableSample.csv(",a,y", rows: 50) { "\($0),\($0 * 7 % 11),\($0 % 13)" }
    let (memory, disk) = try both(csv)
    #expect(try disk.inputs == ["a"])
    #expect(disk.findings == memory.findings && disk.findings.count == 1)
  }

  // MARK: - Columns

  /// A number that is always the same, numbers and categories that a part lacks, and one that training lacks.
  @Test(arguments: ["standard", "min_max"]) func rareColumns(scaling: String) throws {
    let csv = TableSample.csv("k,m,c,d,n,y", rows: 60) { row in
      let isKept = row % 4 > 0
      return
        "3,\(row % 7),\(row % 5 == 1 ? "" : "c\(row % 3)"),\(isKept ? "1" : ""),\(isKept ? "" : "5"),\(row % 9)"
    }
    let (memory, disk) = try both(
      csv,
      data: """
        "scaling": "\(scaling)", "missing": "mean", "validation": "v.csv",
        "columns": {"c": {"encoding": "frequency"}, "d": {"missing": "drop_row"}}
        """, training: #""loss": "mse""#,
      others: ["v.csv": "k,m,c,d,n,y\n3,,c1,2,,1\n3,,,2,7,2\n"])
    #expect(disk.findings == memory.findings)
    for part in [Part.train, .validation] {
      let (found, expected) = (try examples(disk, part), try examples(memory, part))
      #expect(found.count == (part == .train ? 45 : 2) && found.count == expected.count)
      #expect(zip(found.joined(), expected.joined()).allSatisfy { abs($0 - $1) < 1e-5 })
    }
  }

  @Test func tooManyTexts() throws {
    let csv = TableSample.csv("c,y", rows: 200_001) { "t\($0),\($0 % 3)" }
    let data = Self.disk + #", "columns": {"c": {"encoding": "frequency"}}"#
    let sample = try TableSample(csv, data: data, training: #""loss": "mse""#)
    #expect(sample.diagnostics.last?.code == "too-many-categories")
    #expect(
      sample.diagnostics.last?.message.hasPrefix(#"column "c" has more than 200,000"#) == true,
      "\(sample.diagnostics.map(\.message))")
  }

  // MARK: - Parts

  /// At 0.7 the quotient of a row and the fraction is rounded to either side.
  @Test func aFractionIsThatOfTheRows() throws {
    let csv = TableSample.csv("id,y", rows: 1000) { "\($0).5,\($0 % 3)" }
    let sample = try TableSample(
      csv, data: Self.disk + #", "validation": {"fraction": 0.7}"#, training: #""loss": "mse""#)
    let counts = try sample.sound.data.counts
    #expect(abs((counts[.validation] ?? 0) - 700) <= 1 && counts.values.reduce(0, +) == 1000)
    let sets = try sample.sound.data.makeSets()
    let rows = try [Part.train, .validation].flatMap { part in
      let set = try #require(sets[part])
      return (0..<set.count).map { set.features.values(of: set.row(of: $0))[0] }
    }
    #expect(rows.sorted() == (0..<1000).map { Float($0) + 0.5 })
  }

  @Test(arguments: [
    ("a,b,y\n1,,2\n,1,3\n", #""missing": "drop_row""#),
    (
      "a,b,y\n1,1,2\n1,2,3\n4,1,1\n",
      #""validation": {"fraction": 0.6}, "test": {"fraction": 0.6}"#
    ),
  ])
  func nothingIsLeft(csv: String, data: String) throws {
    let (memory, disk) = try both(csv, data: data, training: #""loss": "mse""#)
    #expect(disk.plan == nil)
    #expect(disk.diagnostics.map(\.code) == memory.diagnostics.map(\.code))
  }

  /// A row without a class is of no stratum, and dropped.
  @Test func rowsWithoutAClassAreDropped() throws {
    let csv = TableSample.csv("a,y", rows: 400) { "\($0 * 7 % 11),\(["p", "q", ""][$0 % 3])" }
    let sample = try TableSample(
      csv,
      data: Self.disk
        + #", "missing": "drop_row", "validation": {"fraction": 0.25, "stratify": true}"#)
    let data = try sample.sound.data
    // 134 and 133 rows of two classes.
    #expect(data.counts.values.reduce(0, +) == 267)
    #expect(data.classCounts.allSatisfy { abs($0 - 100) <= 1.5 }, "\(data.classCounts)")
  }

  // MARK: - Files

  @Test func whatIsNotReadTwiceIsRefused() throws {
    let device = try TableSample("a,y\n", data: #""train": "/dev/null", "# + Self.disk)
    #expect(device.diagnostics.map(\.code) == ["not-a-file"])
    let packed = try FileRun(
      ["data.csv": GzipWriter.member(Array("a,y\n1,2\n2,3\n".utf8))],
      data: #""train": "data.csv", "target": "y", "# + Self.disk)
    #expect(packed.diagnostics.map(\.code) == ["compressed"])
    #expect(
      packed.diagnostics.first?.help == "unpack it: gunzip -k \(packed.workspace.path("data.csv"))")
  }

  /// The text is read again when the examples are written.
  @Test(arguments: [
    ("data.csv", "a,y\n1,2\n3,4\n5,6\n"), ("data.csv", "a,y\n1,2\n"), ("v.csv", "a,y\n1,2\n3,4\n"),
  ])
  func aFileThatChangesIsSaid(name: String, later: String) throws {
    let sample = try TableSample(
      "a,y\n1,2\n3,4\n", data: Self.disk + #", "validation": "v.csv""#, training: #""loss": "mse""#,
      others: ["v.csv": "a,y\n7,8\n"])
    let plan = try sample.sound
    try sample.workspace.write(name, later)
    let failure = #expect(throws: Failure.self) { _ = try plan.data.makeSets() }
    #expect(failure?.diagnostics.map(\.code) == ["data-changed"])
  }
}
