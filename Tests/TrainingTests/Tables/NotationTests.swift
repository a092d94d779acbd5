import Configuration
import Datasets
import TestSupport
import Testing
import Training

/// Columns whose numbers are not written plainly, and files whose delimiter is not said.
@Suite struct NotationTests {
  private static func table(_ field: (Int) -> String) -> String {
    TableSample.csv("x,a,y", rows: 40) { "\(field($0)),\($0 * 7 % 40),\($0 * 3 % 11)" }
  }

  /// In the fields N is the number of the row, and M that plus 100.
  @Test(
    arguments: [
      (#""N,M""#, #""thousands": ",""#, [1101, 2102, 3103]),
      (#""N,1N""#, #""decimal": ",""#, [1.11, 2.12, 3.13]),
      ("N %", #""signs": ["%"]"#, [1, 2, 3]),
      ("$N.50", #""signs": ["$"]"#, [1.5, 2.5, 3.5]),
    ] as [(String, String, [Float])])
  func areSaidAndReadWithTheSetting(pattern: String, setting: String, values: [Float]) throws {
    let field = { (row: Int) in
      pattern.replacing("N", with: "\(row + 1)").replacing("M", with: "\(row + 101)")
    }
    let plain = try TableSample(Self.table(field), data: #""unseen_categories": "zeros""#)
    let warning = try #require(plain.diagnostics.first { $0.code == "number-notation" })
    #expect(warning.severity == .warning)
    #expect(warning.place?.line == 1 && warning.place?.column == 1)
    #expect(warning.help?.contains("write \(setting) in data") == true)
    let read = try TableSample(Self.table(field), data: setting)
    #expect(!read.findings.contains { $0.hasPrefix("number-notation") })
    #expect(try read.rows.prefix(3).map { $0[0] } == values)
    let column = try TableSample(
      Self.table(field), data: "\"columns\": {\"x\": {\(setting), \"scaling\": \"none\"}}")
    #expect(try column.rows.prefix(3).map { $0[0] } == values)
    let meant = try TableSample(Self.table(field), data: #""columns": {"x": "category"}"#)
    #expect(!meant.findings.contains { $0.hasPrefix("number-notation") })
  }

  /// With a point in another column, the setting is that of the column.
  @Test func pointsOfOtherColumnsStayPoints() throws {
    let csv = TableSample.csv("x,a,y", rows: 40) { "\"\($0),5\",\($0 * 7 % 40).25,\($0 * 3 % 11)" }
    let help = try TableSample(csv, data: #""unseen_categories": "zeros""#).diagnostics.first {
      $0.code == "number-notation"
    }?.help
    let setting = #""columns": {"x": {"decimal": ","}}"#
    #expect(help?.contains("write \(setting) in data") == true)
    #expect(try TableSample(csv, data: setting).rows.prefix(2) == [[0.5, 0.25], [1.5, 7.25]])
  }

  @Test func aTargetOfSuchNumbersNamesTheSetting() throws {
    let csv = TableSample.csv("x;y", rows: 30) { "\($0),421;\($0 * 3),5" }
    let loss = #""epochs": 2, "loss": "mse""#
    let sample = try TableSample(csv, training: loss)
    #expect(sample.diagnostics.map(\.code) == ["task"])
    #expect(
      sample.diagnostics.first?.help == #"write "decimal": "," in data to read them as numbers"#)
    let read = try TableSample(csv, data: #""decimal": ",""#, training: loss)
    #expect(try read.rows.prefix(2) == [[0.421], [1.421]])
  }

  /// A decimal comma that no number has makes categories of all fractions.
  @Test func aNotationThatNumbersDoNotHaveIsSaid() throws {
    let csv = TableSample.csv("x,z,y", rows: 40) { "\($0 % 9).5,\($0 % 7).25,\($0 * 3 % 11)" }
    let sample = try TableSample(csv, data: #""decimal": ",""#)
    #expect(sample.findings == ["number-notation config.json:2:59"])
    let warning = try #require(sample.diagnostics.first)
    #expect(warning.severity == .warning)
    #expect(warning.message.contains(#"columns "x", "z" are read as categories"#))
    #expect(warning.help?.hasPrefix(#"remove "decimal": ",""#) == true)
    let own = try TableSample(csv, data: #""columns": {"x": {"decimal": ","}}"#)
    #expect(own.findings.contains("number-notation config.json:2:77"))
    let meant = try TableSample(
      csv, data: #""decimal": ",", "columns": {"x": "category", "z": "category"}"#)
    #expect(meant.diagnostics.isEmpty)
    let thousands = try TableSample(
      TableSample.csv("x;y", rows: 40) { "\(1 + $0 % 9).250;\($0 * 3 % 11)" },
      data: #""decimal": ",""#)
    #expect(thousands.diagnostics.first?.help?.contains(#""thousands": ".""#) == true)
  }

  @Test func aTargetOfPlainNumbersNamesTheSetting() throws {
    let sample = try TableSample(
      TableSample.csv("x,y", rows: 30) { "\($0),\($0 * 3).5" }, data: #""decimal": ",""#,
      training: #""epochs": 2, "loss": "mse""#)
    let help = try #require(sample.diagnostics.first { $0.code == "task" }?.help)
    #expect(help.hasPrefix(#"remove "decimal": ",""#))
  }

  @Test func aNumberAmongPlainOnesNamesTheSetting() throws {
    let sample = try TableSample(Self.table { $0 == 7 ? "\"1,250\"" : "\($0 * 20)" })
    #expect(sample.findings == ["not-a-number data.csv:9:2"])
    #expect(sample.diagnostics.first?.help?.contains(#""thousands": ",""#) == true)
  }

  @Test(arguments: [
    (#""decimal": ",", "thousands": ",""#, "contradiction config.json:2:77"),
    (#""thousands": ".""#, "contradiction config.json:2:61"),
    (#""signs": "1%""#, "contradiction config.json:2:57"),
    (#""thousands": "x""#, "unknown-value config.json:2:61"),
  ])
  func contradictionsAreFound(data: String, finding: String) throws {
    #expect(try TableSample("a,y\n1,2\n2,3\n", data: data).findings == [finding])
  }

  @Test(arguments: [
    ("data.tsv", "\t"), ("data.csv", "\t"), ("data.csv", ";"), ("data.csv", "|"),
    ("data.tab", "\t"),
  ])
  func theDelimiterIsRecognized(name: String, delimiter: String) throws {
    let csv = TableSample.csv("x,a,y", rows: 30) { "\($0 * 7 % 30),\($0 % 4),\($0 * 2)" }
    let sample = try TableSample(csv.replacing(",", with: delimiter), name: name)
    #expect(try sample.inputs == ["x", "a"])
    #expect(try sample.encoding.delimiter == delimiter)
    #expect(try sample.sound.data.config.json["delimiter"]?.string == delimiter)
  }

  /// Spreadsheets write what divides the fields above the names; places count that line.
  @Test func theLineAboveTheNamesIsNoRow() throws {
    let csv = TableSample.csv("x,a;b,y", rows: 30) { "\($0 * 7 % 30),\($0 % 4),\($0 * 2)" }
    let sample = try TableSample("sep=,\r\n" + csv)
    #expect(try sample.inputs == ["x", "a;b"])
    #expect(try sample.sound.data.counts[.train] == 30)
    let semicolons = try TableSample("sep=;\nx;y\n" + String(repeating: "1,5;2\n", count: 3))
    #expect(semicolons.findings.contains("number-notation data.csv:2:1"))
    let absent = try TableSample(
      "sep=;\n" + (0..<20).map { "\($0 * 7 % 20);\($0)\n" }.joined(),
      target: "c1", data: #""header": false"#)
    #expect(try absent.sound.data.counts[.train] == 20)
  }

  /// Files of one table may be divided each by something of its own, also where the run goes on.
  @Test func eachFileHasItsDelimiter() throws {
    let csv = TableSample.csv("x,a,y", rows: 30) { "\($0 * 7 % 30),\($0 % 4),\($0 * 2)" }
    let sample = try TableSample(
      csv, data: #""validation": "other.csv""#,
      others: ["other.csv": csv.replacing(",", with: ";")])
    #expect(try sample.inputs == ["x", "a"])
    #expect(try sample.sound.data.config.json["delimiter"] == nil)
  }

  /// Whole numbers with and without decimals are one class, in one file or several, and for whoever comes later.
  @Test func classesOfWholeNumbersHaveNoDecimals() throws {
    let csv = TableSample.csv("x,y", rows: 30) { "\($0 % 3),\($0 % 3)\($0 % 2 == 0 ? ".0" : "")" }
    let other = "x,y\n1,1.00\n0,0\n2,2.0\n"
    let sample = try TableSample(
      csv, data: #""task": "classification", "validation": "other.csv""#,
      others: ["other.csv": other])
    #expect(try sample.encoding.target.classes == ["0", "1", "2"])
    let ordered = try TableSample(
      csv,
      data: #""task": "classification", "columns": {"y": {"order": ["2.0", "0.0", "1.0"]}}"#)
    #expect(try ordered.encoding.target.classes == ["2", "0", "1"])
    let twice = try TableSample(
      csv,
      data: #""task": "classification", "columns": {"y": {"order": ["1.0", "1", "0", "2"]}}"#)
    #expect(try twice.encoding.target.classes == ["1", "0", "2"])
    let texts = try TableSample(
      TableSample.csv("x,y", rows: 30) { "\($0 % 3),v\($0 % 3).0" },
      data: #""task": "classification""#)
    #expect(try texts.encoding.target.classes == ["v0.0", "v1.0", "v2.0"])
  }

  @Test(arguments: [
    ("1.0", "1"), ("-12.000", "-12"), ("0.0", "0"), ("1.", "1."), (".0", ".0"), ("1.10", "1.10"),
    ("1.0.0", "1.0.0"), ("-.0", "-.0"), ("10", "10"), ("a.0", "a.0"), ("", ""),
  ])
  func decimalsOfWholeNumbersAreLeftOut(text: String, name: String) {
    #expect(ClassName.withoutDecimals(text) == name)
  }

  @Test(arguments: [
    ("a,b\n1,2\n", "rows.csv", 2, ","), ("a;b\n1;2\n", "rows.csv", 2, ";"),
    ("a\tb, c\n1\t2\n", "rows.tsv", 2, "\t"), ("a|b\nc\n", "rows.csv", 1, "|"),
    ("a\nc\n", "rows.csv", 1, ","), ("b|c\n1|2\n", "rows.csv", 1, ","),
    ("\"a\";\"b\"\n1;2\n", "rows.csv", 2, ";"),
    ("a;b\n1;2\n", "rows.csv", 3, ","), ("a\tb\n", "rows.csv", 2, "\t"),
  ])
  func filesToPredictFromHaveTheirOwn(
    text: String, name: String, columns: Int, delimiter: String
  ) throws {
    let workspace = try Workspace()
    let contents = try FileBytes(path: workspace.write(name, text))
    let found = CSVDelimiter.recognized(
      in: contents, learned: UInt8(ascii: ","), columns: Array(["a", "b", "c"].prefix(columns)))
    #expect(found == delimiter.utf8.first)
  }

  @Test func whatDividesNamesMayStandInOne() throws {
    let workspace = try Workspace()
    let contents = try FileBytes(path: workspace.write("rows.csv", "a|b\n1\n"))
    for (names, found) in [(["a|b"], ","), (["b"], "|"), (["c"], ",")] {
      #expect(
        CSVDelimiter.recognized(in: contents, learned: UInt8(ascii: ","), columns: names)
          == found.utf8.first)
    }
  }

  /// What could divide fields stays in them where commas do, or where it is said.
  @Test func commasComeFirst() throws {
    let csv = TableSample.csv("x,a;b,y", rows: 30) { "\($0 * 7 % 30),\($0 % 4),\($0 * 2)" }
    #expect(try TableSample(csv).inputs == ["x", "a;b"])
    let said = try TableSample("x;y\n1;2\n", data: #""delimiter": ",""#)
    #expect(said.findings == ["unknown-column config.json:2:61"])
    #expect(said.diagnostics.first?.help == #"remove it, or write "delimiter": ";""#)
  }
}
