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

  @Test func aTypeThatThereIsNotIsNamed() throws {
    let sample = try TableSample("a,y\n1,2\n", data: #""columns": {"y": "categroy"}"#)
    #expect(sample.findings == ["unknown-value config.json:2:65"])
    #expect(sample.diagnostics.first?.help == "did you mean \"category\"?")
  }
}
