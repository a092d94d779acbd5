import Configuration
import Datasets
import Numerics
import Testing
import Training

/// Columns of numbers whose inputs are bins (`GoldenTablesTests` has the right values of many).
@Suite struct NumberBinsTests {
  /// 0 to 40 in some order; `z` says the same as a text in tens.
  private static let csv = TableSample.csv("x,k,z,y", rows: 41) {
    "\($0 * 7 % 41),\($0 % 2),z\($0 * 7 % 41 / 10),\($0 * 7 % 41 * 2)"
  }

  private func bins(_ settings: String, more: String = "", csv: String = csv) throws -> TableSample
  {
    try TableSample(csv, data: #""columns": {"x": {\#(settings)}}\#(more)"#)
  }

  @Test func aColumnIsDividedByItsQuantiles() throws {
    let sample = try bins(#""encoding": "piecewise_linear", "bins": 4"#)
    let feature = try #require(try sample.encoding.features[0] as? PiecewiseLinearFeature)
    #expect(feature.edges == [0, 10, 20, 30, 40])
    // 0, 7, 14 and 21; behind them k and the four categories.
    let rows = try sample.rows.prefix(4).map { Array($0.prefix(5)) }
    #expect(
      rows == [[0, 0, 0, 0, 0], [0.7, 0, 0, 0, 1], [1, 0.4, 0, 0, 0], [1, 1, 0.1, 0, 1]])
    #expect(try sample.sound.network.inputShape == Shape(4 + 1 + 5))
    #expect(feature.inputNames.first == "x from 0 to 10")
  }

  /// The default of all columns of numbers, but for those that say otherwise.
  @Test func allNumbersMayHaveBins() throws {
    let sample = try TableSample(
      Self.csv,
      data: #"""
        "number_encoding": "piecewise_linear", "bins": 8, "scaling": "standard",
        "columns": {"k": {"encoding": "number"}}
        """#)
    let encoding = try sample.encoding
    #expect(
      encoding.features.map { type(of: $0).type } == ["piecewise_linear", "number", "category"])
    #expect(encoding.features[0].width == 8)
    // The target goes on being scaled.
    #expect(encoding.target.columns[0].scale.offset == 40)
    let number = try #require(encoding.features[1] as? NumberFeature)
    #expect(number.scale.divisor != 1)
    let unsaid = try TableSample(Self.csv, data: #""number_encoding": "piecewise_linear""#)
    // Two values make one bin, the number of bins is 16 where nothing is said.
    #expect(try unsaid.encoding.features.map(\.width) == [16, 1, 1])
    let both = try TableSample(
      Self.csv, data: #""columns": {"x": {"encoding": "piecewise_linear"}}, "bins": 5"#)
    #expect(try both.encoding.features[0].width == 5)
  }

  @Test func missingNumbersAreInABinToo() throws {
    let csv = TableSample.csv("x,y", rows: 20) { "\($0 % 5 == 4 ? "" : "\($0 % 5)"),\($0)" }
    let sample = try bins(
      #""encoding": "piecewise_linear", "bins": 3, "missing": {"strategy": "constant", "value": 5}, "indicator": true"#,
      csv: csv)
    let feature = try #require(try sample.encoding.features[0] as? PiecewiseLinearFeature)
    // 0, 1, 2, 3 and 5, four of each.
    #expect(feature.edges == [0, 1, 3, 5].map { $0 })
    #expect(try sample.rows[3] == [1, 1, 0, 0])
    #expect(try sample.rows[4] == [1, 1, 1, 1])
  }

  /// What is beyond the training numbers goes on as the first and the last bin do, up to `clip`.
  @Test func theOuterBinsHaveNoEnd() throws {
    for (clip, expected) in [("", [-1.5, 0, 1, 3.5]), (#", "clip": 2"#, [-1.5, 0, 1, 2])] {
      let sample = try bins(#""encoding": "piecewise_linear", "bins": 2\#(clip)"#)
      let feature = try #require(try sample.encoding.features[0] as? PiecewiseLinearFeature)
      var inputs = [Float](repeating: .nan, count: 4)
      inputs.withUnsafeMutableBufferPointer { buffer in
        guard let first = buffer.baseAddress else { return }
        feature.encode(-30, into: first)
        feature.encode(90, into: first + 2)
      }
      #expect(inputs == expected.map { Float($0) })
    }
  }

  /// A number that is always the same says nothing, and is warned of as it is without bins.
  @Test func aConstantColumnHasNoBins() throws {
    let csv = TableSample.csv("x,k,y", rows: 30) { "7,\($0),\($0)" }
    let sample = try bins(#""encoding": "piecewise_linear""#, csv: csv)
    #expect(sample.diagnostics.prefix(2).map(\.code) == ["row-number", "constant-column"])
    #expect(try sample.rows.allSatisfy { $0[0] == 0 })
  }

  @Test func rowsOfAWindowHaveBins() throws {
    let csv = TableSample.csv("y", rows: 41) { "\($0 * 7 % 41)" }
    let sample = try TableSample(
      csv,
      data: #"""
        "window": {"length": 3}, "columns": {"y": {"encoding": "piecewise_linear", "bins": 4, "scaling": "standard"}}
        """#)
    #expect(try sample.sound.network.inputShape == Shape(3, 4))
    #expect(try sample.encoding.target.columns[0].scale.offset == 20)
    #expect(
      try sample.storedRows[0] == [0, 0, 0, 0, 0.7, 0, 0, 0, 1, 0.4, 0, 0])
  }

  @Test func whatIsTooLargeIsSaid() throws {
    let later = try TableSample(
      TableSample.csv("x,y", rows: 40) { "\($0 % 2)e-20,\($0)" },
      data: #""validation": "later.csv", "columns": {"x": {"encoding": "piecewise_linear"}}"#,
      others: ["later.csv": "x,y\n0,1\n1e30,2\n"])
    #expect(later.findings == ["too-large later.csv:3:1"])
  }

  @Test(arguments: [
    (#""bins": 4"#, "bins"), (#""encoding": "piecewise_linear", "scaling": "standard""#, "scaling"),
    (#""encoding": "piecewise_linear", "bins": 0"#, "bins"),
    (#""type": "category", "encoding": "piecewise_linear""#, "encoding"),
    (#""type": "category", "bins": 4"#, "bins"), (#""encoding": "one_hot""#, "x"),
    (#""encoding": "cyclic""#, "x"),
  ])
  func settingsWithoutEffectAreRefused(settings: String, key: String) throws {
    let sample = try bins(settings)
    #expect(sample.plan == nil)
    #expect(sample.diagnostics.count == 1, "\(sample.diagnostics)")
    let finding = try #require(sample.diagnostics.first)
    #expect(["contradiction", "out-of-range"].contains(finding.code))
    let text = String(decoding: try sample.workspace.read("config.json"), as: UTF8.self)
    let line = text.split(separator: "\n")[1]
    let column = try #require(finding.place?.column)
    #expect(finding.place?.line == 2)
    #expect(line.prefix(column - 1).contains("\"\(key)\""), "\(column) of \(line)")
  }

  @Test func binsOfNoColumnAreRefused() throws {
    let sample = try TableSample(Self.csv, data: #""bins": 4"#)
    #expect(sample.findings == ["contradiction config.json:2:56"])
    let target = try TableSample(
      Self.csv, data: #""columns": {"y": {"encoding": "piecewise_linear"}}"#)
    #expect(target.plan == nil && target.diagnostics.map(\.code) == ["contradiction"])
  }
}
