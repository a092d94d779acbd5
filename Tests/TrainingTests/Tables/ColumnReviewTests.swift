import Configuration
import Testing
import Training

/// Columns that only number or identify the rows, or hold nothing.
@Suite struct ColumnReviewTests {
  private static func table(_ header: String, _ first: @escaping (Int) -> String) -> String {
    TableSample.csv("\(header),a,y", rows: 40) { "\(first($0)),\($0 * 7 % 40),\($0 * 3 % 11)" }
  }

  @Test(arguments: ["", "Unnamed: 0", "Unnamed: 0.1"], [false, true])
  func anIndexIsLeftOut(name: String, isShuffled: Bool) throws {
    let sample = try TableSample(Self.table(name) { "\(isShuffled ? $0 * 13 % 40 : $0)" })
    let called = name.isEmpty ? "c0" : name
    #expect(try sample.inputs == ["a"])
    #expect(sample.findings == ["row-number data.csv:1:1"])
    let help = try #require(sample.diagnostics.first?.help)
    #expect(help.contains(#""columns": {"\#(called)":"number"}"#))
    #expect(help.contains(#""ignore": ["\#(called)"]"#))
  }

  @Test(arguments: [
    #""columns": {"c0": "number"}"#, #""features": ["a", "c0"]"#,
  ])
  func anIndexThatIsMeantStays(data: String) throws {
    let sample = try TableSample(Self.table("") { "\($0)" }, data: data)
    #expect(Set(try sample.inputs) == ["a", "c0"])
    #expect(sample.findings.isEmpty)
  }

  @Test func whatIsLeftOutStandsInTheResolvedConfiguration() throws {
    let sample = try TableSample(Self.table("") { "\($0)" })
    #expect(try sample.sound.data.config.json["ignore"]?.texts == ["c0"])
    let again = try TableSample(Self.table("") { "\($0)" }, data: #""ignore": "c0""#)
    #expect(again.findings.isEmpty)
    #expect(try again.inputs == ["a"])
  }

  /// Numbers that repeat, and numbers that are not whole, number no rows.
  @Test(arguments: [{ "\($0 / 2)" }, { "\(Double($0) + 0.5)" }] as [@Sendable (Int) -> String])
  func otherColumnsWithoutANameStay(field: @escaping @Sendable (Int) -> String) throws {
    let sample = try TableSample(Self.table("", field))
    #expect(try sample.inputs == ["c0", "a"])
    #expect(sample.findings.isEmpty)
  }

  @Test func integersInOrderAreWarnedOf() throws {
    let text = Self.table("order") { "\(100_000 + 7 * $0)" }
    let sample = try TableSample(text)
    #expect(try sample.inputs == ["order", "a"])
    #expect(sample.findings == ["row-number data.csv:1:1"])
    #expect(try TableSample(text, data: #""columns": {"order": "number"}"#).findings.isEmpty)
    #expect(try TableSample(text, data: #""ignore": "order""#).findings.isEmpty)
    // Unsorted, they may be anything.
    #expect(try TableSample(Self.table("size") { "\($0 * 13 % 40)" }).findings.isEmpty)
  }

  @Test func textsThatIdentifyRowsAreLeftOut() throws {
    let text = Self.table("customer") { "C-\($0)" }
    let sample = try TableSample(text)
    #expect(try sample.inputs == ["a"])
    #expect(sample.findings == ["identifier data.csv:1:1"])
    let kept = try TableSample(text, data: #""columns": {"customer": "category"}"#)
    #expect(try kept.inputs == ["customer", "a"])
    #expect(kept.findings == ["many-categories config.json:2:21"])
  }

  @Test func theOnlyInputStays() throws {
    let sample = try TableSample(TableSample.csv("x,y", rows: 40) { "\($0),\(2 * $0 + 1)" })
    #expect(try sample.inputs == ["x"])
    #expect(sample.findings.isEmpty)
  }

  /// Rows of a series are in order: what ascends may be the trend.
  @Test func trendsOfSeriesStay() throws {
    let sample = try TableSample(
      Self.table("year") { "\(1960 + $0)" }, data: #""window": {"length": 3}"#)
    #expect(try sample.inputs == ["year", "a", "y"])
    #expect(sample.findings.isEmpty)
  }

  @Test(arguments: ["", #""features": ["notes", "a"]"#, #""missing": "median""#])
  func columnsWithoutAValueAreLeftOut(data: String) throws {
    let sample = try TableSample(Self.table("notes") { _ in "" }, data: data)
    #expect(try sample.inputs == ["a"])
    #expect(sample.findings == ["empty-column data.csv:1:1"])
  }

  @Test func aTableOfEmptyColumnsIsAnError() throws {
    let sample = try TableSample("a,y\n,1\n,2\n")
    #expect(sample.plan == nil)
    #expect(sample.findings.contains { $0.hasPrefix("no-features") })
  }

  @Test func otherFilesMayLackWhatIsLeftOut() throws {
    let sample = try TableSample(
      Self.table("") { "\($0)" }, data: #""validation": "later.csv""#,
      others: ["later.csv": "y,a\n1,2\n3,4\n"])
    #expect(try sample.sound.data.counts[.validation] == 2)
  }

  @Test func foldsWarnOnce() throws {
    let sample = try TableSample(Self.table("") { "\($0)" })
    let (_, diagnostics) = CrossValidationPlan.check(
      path: sample.workspace.path("config.json"), folds: 4)
    #expect(diagnostics.filter { $0.code == "row-number" }.count == 1)
  }
}
