import Configuration
import Datasets
import TestSupport
import Testing

struct CSVTableTests {
  private static let missing = MissingTokens(["", "NA", "-999"])

  private func table(
    _ text: String, mode: CSVHeaderMode = .present, _ decisions: [CSVColumnDecision]? = nil,
    missing: MissingTokens = CSVTableTests.missing, maximumRows: Int = CSVTable.maximumRows
  ) throws -> CSVTable {
    let source = CSVSource(try FileBytes(name: "a.csv", copying: text.utf8))
    let header = try CSVHeader(of: source, mode: mode)
    return try CSVTable(
      reading: source, header: header,
      decisions: decisions ?? header.names.map { _ in .infer }, missing: missing,
      maximumRows: maximumRows)
  }

  private func numbers(_ column: CSVColumn) -> [Double] {
    guard case .number(let values) = column.contents else {
      Issue.record("'\(column.name)' holds no numbers")
      return []
    }
    return Array(values.values)
  }

  private func categories(_ column: CSVColumn) -> (codes: [Int32], labels: [String]) {
    guard case .category(let codes, let labels) = column.contents else {
      Issue.record("'\(column.name)' holds no categories")
      return ([], [])
    }
    return (codes, labels)
  }

  @Test func readsNumbersOfAllShapes() throws {
    let fields = [
      "0", "-1.5", "12345678", "123456789", "0.1234567", "0.12345678", "1e3", "+4", ".5", "5.",
      " 6 ", "\"7.25\"", "-122.23", "99999999.9999999", "0.12345678901234567", "-0.000001",
    ]
    for lineBreak in ["\n", "\r\n", "\r"] {
      let lines = fields.map { "\($0),\($0)" }
      let table = try table(
        "x,y\(lineBreak)" + lines.joined(separator: lineBreak) + lineBreak)
      let expected = try fields.map { field in
        try #require(Double(field.filter { $0 != " " && $0 != "\"" }))
      }
      #expect(numbers(table.columns[0]) == expected)
      #expect(numbers(table.columns[1]) == expected)
      #expect(table.rows == fields.count)
    }
  }

  @Test func agreesWithGeneralParser() throws {
    var generator = SplitMix64(seed: 3)
    let lines = (0..<5000).map { _ in
      (0..<4).map { _ in
        let places = Int.random(in: 0...9, using: &generator)
        let whole = Int.random(in: -200_000...200_000, using: &generator)
        let fraction = String(Int.random(in: 0..<1_000_000_000, using: &generator)).prefix(places)
        return "\(whole).\(fraction)"
      }
    }
    let text = lines.map { $0.joined(separator: ",") }.joined(separator: "\n")
    let table = try table(text, mode: .absent)
    for (index, column) in table.columns.enumerated() {
      #expect(numbers(column) == lines.map { Double($0[index]) })
    }
  }

  @Test func encodesCategoriesInOrderOfAppearance() throws {
    let text = "c\nred\n\"re\"\"d\"\nNA\n red \n\"\"\n\nblue\n"
    for decision in [CSVColumnDecision.category, .infer] {
      let table = try table(text, [decision])
      let (codes, labels) = categories(table.columns[0])
      #expect(codes == [0, 1, -1, 0, -1, 2])
      #expect(labels == ["red", "re\"d", "blue"])
      #expect(table.columns[0].missingCount == 2)
    }
  }

  @Test func encodesManyCategories() throws {
    let text = (0..<3000).map { "k\($0 % 1000)\n" }.joined()
    let (codes, labels) = categories(try table(text, mode: .absent).columns[0])
    #expect(labels == (0..<1000).map { "k\($0)" })
    #expect(codes == (0..<3000).map { Int32($0 % 1000) })
  }

  @Test func marksMissingNumbers() throws {
    let table = try table("x,y\n1,2\n,NA\n-999,-999.5\n\"\",4\n")
    let values = numbers(table.columns[0])
    #expect(values.map(\.isNaN) == [false, true, true, true])
    #expect(table.columns[0].missingCount == 3)
    #expect(numbers(table.columns[1])[2] == -999.5)
    #expect(table.columns[1].missingCount == 1)
  }

  @Test func infersByMajority() throws {
    #expect(diagnostics { _ = try table("x\n1\n2\nb\n") }.map(\.code) == ["not-a-number"])
    #expect(categories(try table("x\n1\nb\n").columns[0]).labels == ["1", "b"])
    #expect(categories(try table("x,y\n,1\nNA,2\n").columns[0]).codes == [-1, -1])
  }

  /// Columns that begin otherwise than they go on.
  @Test func theWholeColumnDecides() throws {
    let numbersFirst = (0..<600).map { "\($0)" } + (0..<2000).map { "t\($0 % 7)" }
    let late = categories(try table("x\n" + numbersFirst.joined(separator: "\n")).columns[0])
    #expect(late.codes.count == 2600 && late.labels.count == 607)
    #expect(late.labels[..<2] == ["0", "1"] && late.labels.last == "t6")

    let textsFirst = (0..<600).map { "t\($0)" } + (0..<2000).map { "\($0)" }
    let found = diagnostics { _ = try table("x\n" + textsFirst.joined(separator: "\n")) }
    #expect(
      found.first?.message.contains("column 'x' holds numbers (2,000 of 2,600 fields)") == true)
    #expect(found.first?.place?.line == 2)

    let sparse = (0..<600).map { _ in "1," } + (0..<2000).map { "NA,\($0)" }
    let columns = try table("x,y\n" + sparse.joined(separator: "\n")).columns
    #expect(numbers(columns[1])[600...].elementsEqual((0..<2000).map(Double.init)))
    #expect(columns[0].missingCount == 2000 && columns[1].missingCount == 600)
  }

  @Test func quotedNumbersAreNumbers() throws {
    let fields = [
      "0", "-1.5", "12345678", "123456789", "0.12345678901234567", "-0.000001", "1e3", "-999",
    ]
    var text = "x,y\n"
    for field in fields { text += "\"\(field)\", \"\(field)\" \n" }
    // What follows lets all of the above be read without looking for the end of the text.
    for row in 0..<50 { text += "\"\(row)\",\"\(row).5\"\r\n" }
    let table = try table(text + "\"1\",\"2\"")
    let expected = fields.map { $0 == "-999" ? .nan : Double($0) ?? 0 }
    for column in table.columns {
      for (value, wanted) in zip(numbers(column), expected) {
        #expect(value == wanted || value.isNaN && wanted.isNaN)
      }
    }
    #expect(numbers(table.columns[1]).suffix(2) == [49.5, 2])
    #expect(
      diagnostics { _ = try self.table("x\n\"1\"2\n" + text) }.map(\.code).contains(
        "text-after-quote"))
  }

  @Test func fieldsOfAnyLengthEndWhereTheyEnd() throws {
    let alphabet = ["a", "\t", "é", ";", "\u{7}", "z", "日"]
    for length in 0...40 {
      let field = "s" + (0..<length).map { alphabet[($0 * 5 + length) % 7] }.joined() + "e"
      let labels = categories(try table("x,y\n\(field),\(field)\n\(field), \(field)").columns[1])
        .labels
      #expect(labels == [field])
    }
  }

  @Test func readsDeclaredNumbersAsCategories() throws {
    let table = try table("x,y,z\n1,2,3\n1,2,3\n", [.category, .skip, .number])
    #expect(categories(table.columns[0]).codes == [0, 0])
    #expect(numbers(table.columns[2]) == [3, 3])
    guard case .skipped = table.columns[1].contents else {
      Issue.record("column 1 was not skipped")
      return
    }
  }

  @Test func namesFieldThatIsNoNumber() throws {
    let found = diagnostics { _ = try table("id,price\n1,2\n2, abc\n3,4\n4,\n") }
    #expect(found.count == 1)
    let first = try #require(found.first)
    #expect(
      first.message == "'abc' is not a number; column 'price' holds numbers (2 of 3 fields)")
    #expect(first.place == Place(file: "a.csv", line: 3, column: 4, excerpt: "2, abc", width: 3))
    #expect(first.help?.contains(#""columns": {"price":"category"}"#) == true)
    #expect(first.help?.contains("data.missing.tokens") == true)
  }

  /// Texts that differ from row to row mark nothing that is missing.
  @Test func aColumnOfNumbersAndTextsIsOneMistake() throws {
    let lines = (0..<60).map { $0 % 3 == 0 ? "A/5 \($0)\n" : "\($0)\n" }
    let found = diagnostics { _ = try table("ticket\n" + lines.joined()) }
    #expect(found.map(\.summary) == ["not-a-number 2:1"])
    let first = try #require(found.first)
    #expect(first.message.contains("(and 19 more fields)"))
    #expect(
      first.help
        == #"if the column is a category, write "columns": {"ticket":"category"} in data"#)
  }

  @Test func namesNumbersThatAreNotFinite() {
    let found = diagnostics { _ = try table("x\n1\n2\n3\nnan\n1e999\n-Inf\n\n4\n5\n") }
    #expect(found.map(\.summary) == ["not-finite 5:1"])
    #expect(found.first?.message.contains("(and 2 more fields)") == true)
  }

  @Test func namesEmptyFieldThatIsNotMissing() {
    let found = diagnostics {
      _ = try table("x,y\n1,2\n,3\n4,5\n", missing: MissingTokens([]))
    }
    #expect(found.map(\.summary) == ["not-a-number 3:1"])
    #expect(found.first?.message.hasPrefix("an empty field is not a number") == true)
  }

  @Test func tellsErrorsInOrderAndCountsTheRest() {
    let lines = (0..<100).map { $0 % 3 == 0 ? "a,1\n" : "1,\($0 % 3 == 1 ? "b" : "2")\n" }
    let found = diagnostics { _ = try table("x,y\n" + lines.joined(), [.number, .number]) }
    #expect(found.map(\.summary) == ["not-a-number 2:1", "not-a-number 3:3"])
    let ragged = diagnostics { _ = try table("x,y\n" + String(repeating: "1\n", count: 30)) }
    #expect(ragged.count == 21)
    #expect(ragged.last?.message == "'a.csv' has 10 more errors of these kinds")
  }

  @Test func namesRaggedRows() {
    let found = diagnostics { _ = try table("a,b\n1,2\n3\n\n4,5,6\n7,8\n") }
    #expect(found.map(\.summary) == ["ragged-row 3:1", "ragged-row 5:1"])
    #expect(
      found.map(\.message) == [
        "this row has 1 field, the header has 2", "this row has 3 fields, the header has 2",
      ])
  }

  @Test func namesSyntaxErrorsInRows() {
    let quote = diagnostics { _ = try table("a,b\n1,2\n3,\"4\n5,6\n") }
    #expect(quote.map(\.summary) == ["unterminated-quote 3:3"])
    let binary = diagnostics { _ = try table("a,b\n1,2\n3,\0\n") }
    #expect(binary.map(\.summary) == ["null-byte 3:3"])
    #expect(binary.first?.place?.excerpt == nil)
  }

  @Test func namesTextThatIsNotUTF8() throws {
    let bytes = Array("a\nx\ny".utf8) + [0xFF, 0x0A]
    let source = CSVSource(try FileBytes(name: "a.csv", copying: bytes))
    let header = try CSVHeader(of: source, mode: .present)
    for decision in [CSVColumnDecision.category, .infer] {
      let found = diagnostics {
        _ = try CSVTable(
          reading: source, header: header, decisions: [decision], missing: MissingTokens([]))
      }
      #expect(found.map(\.summary) == ["invalid-utf-8 3:1"])
    }
  }

  @Test func rejectsTableWithoutRows() {
    #expect(diagnostics { _ = try table("a,b\n\n") }.map(\.code) == ["no-rows"])
  }

  @Test func rejectsTooManyRows() throws {
    #expect(try table("a\n1\n2\n", maximumRows: 2).rows == 2)
    let found = diagnostics { _ = try table("a\n1\n2\n3\n4\n", maximumRows: 2) }
    #expect(found.map(\.summary) == ["too-many-rows 4:1"])
  }

  @Test func findsPlacesAgain() throws {
    let table = try table("a,b\r\n1,\"x\r\ny\"\r\n\r\n22, z\r\n")
    #expect(
      table.place(row: 1, column: 1)
        == Place(file: "a.csv", line: 5, column: 5, excerpt: "22, z", width: 1))
    #expect(table.place(row: 0, column: 1)?.line == 2)
    #expect(table.place(row: 2, column: 0) == nil)
    #expect(table.place(row: 1, column: 2) == nil)
    #expect(table.place(row: -1, column: 0) == nil)
  }

  /// Marks on the way tell the same places, in whatever order they are asked for.
  @Test func findsPlacesOfManyRows() throws {
    var text = "a,b\n"
    var lines: [Int] = []
    var line = 2
    for row in 0..<2000 {
      if row % 7 == 0 {
        text += "\n"
        line += 1
      }
      lines.append(line)
      text += row % 5 == 0 ? "\(row),\"x\r\ny\"\r\n" : "\(row),z\n"
      line += row % 5 == 0 ? 2 : 1
    }
    let table = try table(text)
    for row in [1999, 0, 511, 512, 513, 1024, 1000, 1535, 1536, 1] {
      let place = try #require(table.place(row: row, column: 1))
      #expect(place.line == lines[row])
      #expect(place.column == "\(row),".count + (row % 5 == 0 ? 2 : 1))
    }
    #expect(table.place(row: 2000, column: 0) == nil)
    #expect(table.place(row: 5000, column: 0) == nil)
  }

  @Test func growsBeyondEstimate() throws {
    // Long rows first make the estimate far too low.
    let long = String(repeating: "1", count: 60_000)
    let text = "\(long),1\n\(long),1\n" + (0..<50_000).map { "\($0),2\n" }.joined()
    let values = numbers(try table(text, mode: .absent, [.skip, .number]).columns[1])
    #expect(values.count == 50_002)
    #expect(values.last == 2)
  }
}
