import Configuration
import Datasets
import Testing
import Training

/// How numbers are brought to one size.
@Suite struct ScalingTests {
  private static let csv = TableSample.csv("x,y", rows: 41) {
    "\($0 == 40 ? 4000 : $0),\($0 * 3 % 11)"
  }

  /// The median of the 41 numbers is 20, their quartiles are 10 and 30.
  @Test func robustScalingDoesNotSeeOutliers() throws {
    let rows = try TableSample(Self.csv, data: #""scaling": "robust""#).rows
    #expect(rows[0] == [-1] && rows[20] == [0] && rows[30] == [0.5])
    #expect(rows[40] == [199])
  }

  @Test func clippingBoundsScaledNumbers() throws {
    let all = try TableSample(Self.csv, data: #""scaling": "robust", "clip": 0.75"#)
    #expect(try all.rows.map { $0[0] }.min() == -0.75)
    #expect(try all.rows[40] == [0.75])
    let column = try TableSample(
      Self.csv, data: #""scaling": "robust", "columns": {"x": {"clip": 2}}"#)
    #expect(try column.rows[40] == [2])
    #expect(try column.rows[0] == [-1])
    // Of targets figures are in their own units.
    #expect(try all.encoding.target.columns[0].scale.invert(0) == 5)
  }

  @Test func quantilesKeepTheRank() throws {
    let rows = try TableSample(Self.csv, data: #""scaling": "quantile""#).rows.map { $0[0] }
    #expect(zip(rows, rows.dropFirst()).allSatisfy { $0 < $1 })
    #expect(abs(rows[20]) < 1e-6)
    #expect(abs(rows[0] + 5.199338) < 1e-5 && abs(rows[40] - 5.199338) < 1e-5)
  }

  /// Targets are scaled so that figures can be scaled back: without the curve.
  @Test func targetsHaveNoCurve() throws {
    let sample = try TableSample(Self.csv, data: #""scaling": "log""#)
    let standard = try TableSample(Self.csv, data: #""scaling": "standard""#)
    #expect(
      try sample.encoding.target.columns[0].scale == standard.encoding.target.columns[0].scale)
    let refused = try TableSample(Self.csv, data: #""columns": {"y": {"scaling": "quantile"}}"#)
    #expect(refused.findings == ["contradiction config.json:2:77"])
  }

  @Test(arguments: [
    (#""clip": 0"#, "out-of-range"),
    (#""columns": {"x": {"type": "category", "clip": 1}}"#, "contradiction"),
    (#""columns": {"x": {"type": "category", "scaling": "quantile"}}"#, "contradiction"),
  ])
  func mistakesAreFound(data: String, code: String) throws {
    let sample = try TableSample(Self.csv, data: data)
    #expect(sample.plan == nil)
    #expect(sample.diagnostics.contains { $0.code == code && $0.severity == .error })
  }
}
