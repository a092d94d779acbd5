import Configuration
import Testing
import Training

/// Settings of single columns.
@Suite struct ColumnSettingsTests {
  /// The target has five classes, in order of their numbers.
  @Test func theShortFormIsTheType() throws {
    let csv = TableSample.csv("a,y", rows: 30) { "\($0 * 7 % 30),\([10, 3, 5, 7, 6][$0 % 5])" }
    for form in [#""category""#, #"{"type": "category"}"#] {
      let sample = try TableSample(csv, data: #""columns": {"y": \#(form)}"#)
      #expect(try sample.encoding.target.classes == ["3", "5", "6", "7", "10"])
      #expect(
        try sample.sound.data.config.json["columns"]?["y"]?["type"]?.string == "category")
    }
    #expect(try TableSample(csv).encoding.target.classes.isEmpty)
  }

  /// What a column has no use for is said, and never passed over.
  @Test(arguments: [
    (#""c": {"clip": 1}"#), (#""c": {"decimal": ","}"#), (#""c": {"signs": "%"}"#),
    (#""d": {"thousands": ","}"#), (#""d": {"clip": 2}"#),
    (#""d": {"unseen_categories": "zeros"}"#),
    (#""y": {"clip": 1}"#), (#""y": {"indicator": true}"#), (#""y": {"parts": "month"}"#),
    (#""a": {"order": "day_first"}"#), (#""c": {"parts": "month"}"#),
  ])
  func settingsWithoutAnEffectAreErrors(setting: String) throws {
    let csv = TableSample.csv("a,c,d,y", rows: 30) {
      "\($0 * 7 % 30),k\($0 % 3),2024-01-\($0 % 9 + 10),\($0 * 2 % 11)"
    }
    let sample = try TableSample(csv, data: "\"columns\": {\(setting)}")
    #expect(sample.plan == nil)
    #expect(sample.diagnostics.filter { $0.severity == .error }.map(\.code) == ["contradiction"])
  }

  @Test func aColumnWithADotHasItsPathNamed() throws {
    let sample = try TableSample("unit.price,y\n1,2\n", data: #""columns": {"unit": "category"}"#)
    #expect(
      sample.diagnostics.map(\.help).contains(
        #"did you mean "unit.price"? Its path is data.columns["unit.price"]"#))
  }

  @Test func aTypeThatThereIsNotIsNamed() throws {
    let sample = try TableSample("a,y\n1,2\n", data: #""columns": {"y": "categroy"}"#)
    #expect(sample.findings == ["unknown-value config.json:2:65"])
    #expect(sample.diagnostics.first?.help == "did you mean \"category\"?")
  }

  private static let passengers = TableSample.csv("c,a,y", rows: 40) {
    "\(["male", "female"][$0 % 2]),\($0 * 7 % 40),\($0 * 3 % 11)"
  }

  @Test func textsThatAreSaidToBeNumbersAreTheSettingsFault() throws {
    let sample = try TableSample(Self.passengers, data: #""columns": {"c": "number"}"#)
    #expect(sample.findings == ["not-a-number config.json:2:65"])
    #expect(
      sample.diagnostics.first?.help == #"remove "number", or write "category" in its place"#)
  }

  @Test func aMisspeltCategoryOfAnOrderIsNamed() throws {
    func sample(_ order: String) throws -> TableSample {
      try TableSample(
        Self.passengers,
        data: "\"columns\": {\"c\": {\"encoding\": \"ordinal\", \"order\": \(order)}}")
    }
    let misspelt = try sample(#"["male", "femal"]"#)
    #expect(misspelt.findings == ["unknown-category config.json:2:107"])
    #expect(misspelt.diagnostics.first?.help == #"did you mean "female"?"#)
    #expect(try sample(#"["male", "female", "femal"]"#).findings.isEmpty)
    #expect(try sample(#"["male", "other"]"#).findings == ["unseen-category data.csv:3:1"])
  }

  @Test func aMisspeltClassOfAnOrderIsNamed() throws {
    let sample = try TableSample(
      Self.passengers, target: "c", data: #""columns": {"c": {"order": ["male", "femal"]}}"#)
    #expect(sample.diagnostics.map(\.code) == ["unknown-category"])
  }

  @Test func aFileOfArraysNamesTheFormat() throws {
    let sample = try TableSample(
      Self.passengers, data: #""train": "digits""#,
      others: ["digits": "\u{0}\u{0}\u{8}\u{1}\u{0}\u{0}\u{0}\u{2}ab"])
    #expect(sample.diagnostics.map(\.code) == ["format"])
    #expect(sample.diagnostics.first?.help?.contains(#""format": "idx""#) == true)
    let named = try TableSample(
      Self.passengers, data: #""train": {"features": "a", "labels": "b"}"#)
    #expect(named.diagnostics.first?.help == #"write "format": "idx" in data beside it"#)
  }
}
