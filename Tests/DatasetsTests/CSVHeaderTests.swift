import Configuration
import Datasets
import Testing

struct CSVHeaderTests {
  private func header(_ text: String, _ mode: CSVHeaderMode) throws -> CSVHeader {
    let contents = try FileBytes(name: "a.csv", copying: text.utf8)
    return try CSVHeader(of: CSVSource(contents), mode: mode)
  }

  @Test func readsNames() throws {
    #expect(try header("\u{FEFF}a, \"b\"\"c\" \n1,2\n", .present).names == ["a", "b\"c"])
  }

  @Test func numbersColumnsWithoutHeader() throws {
    #expect(try header("7,8\n", .absent).names == ["c0", "c1"])
  }

  @Test func takesGivenNames() throws {
    #expect(try header("7,8\n", .names(["x", "y"])).names == ["x", "y"])
  }

  @Test func rejectsWrongNumberOfGivenNames() {
    let found = diagnostics { _ = try header("\n7,8\n", .names(["x"])) }
    #expect(found.map(\.summary) == ["column-count 2:1"])
    #expect(found.first?.message == "this row has 2 fields, but 1 column is named")
  }

  @Test func rejectsEmptyFile() {
    for mode in [CSVHeaderMode.present, .absent, .names(["x"])] {
      #expect(diagnostics { _ = try header("\n", mode) }.map(\.code) == ["empty-file"])
    }
  }

  @Test func rejectsDuplicateNamesAtBothPlaces() {
    let found = diagnostics { _ = try header("a,b,a\n", .present) }
    #expect(found.map(\.summary) == ["duplicate-column 1:5", "duplicate-column 1:1"])
    #expect(found.map(\.severity) == [.error, .note])
  }

  @Test func namesColumnsWithoutAName() throws {
    let found = try header("a,,\"\"\n1,2,3\n", .present)
    #expect(found.names == ["a", "c1", "c2"])
    #expect(found.unnamed == [1, 2])
    #expect(try header("a,\n", .absent).unnamed.isEmpty)
  }

  @Test(arguments: ["c1,,b\n", "b,,c1\n"])
  func rejectsAColumnWhoseNameByPlaceIsTaken(text: String) {
    let found = diagnostics { _ = try header(text, .present) }
    let column = text.utf8.firstIndex(of: UInt8(ascii: ",")).map {
      text.utf8.distance(from: text.startIndex, to: $0) + 2
    }
    #expect(found.map(\.summary) == ["empty-column-name 1:\(column ?? 0)"])
  }
}
