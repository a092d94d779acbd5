import Configuration
import Datasets
import Testing
import Training

/// Digits that are codes and would be read as numbers.
@Suite struct CodeColumnTests {
  private static func table(_ codes: [String]) -> String {
    TableSample.csv("code,a,y", rows: 40) {
      "\(codes[$0 % codes.count]),\($0 * 7 % 40),\($0 * 3 % 11)"
    }
  }

  @Test(arguments: [
    (["94103", "02139"], "leading-zeros", "data.csv:3:1", "is 2139"),
    (["7", "00", "1"], "leading-zeros", "data.csv:3:1", "is 0"),
    (["9007199254740992", "9007199254740993", "7"], "many-digits", "data.csv:3:1", "beyond 2^53"),
    (["12345678901234567890", "5"], "many-digits", "data.csv:2:1", "beyond 2^53"),
  ])
  func areWarnedOf(codes: [String], code: String, place: String, says: String) throws {
    let sample = try TableSample(Self.table(codes))
    #expect(sample.findings == ["\(code) \(place)"])
    let warning = try #require(sample.diagnostics.first)
    #expect(warning.severity == .warning)
    #expect(warning.message.contains(says))
    #expect(warning.help?.contains(#""columns": {"code":"category"}"#) == true)
    let category = try TableSample(Self.table(codes), data: #""columns": {"code":"category"}"#)
    #expect(category.findings.isEmpty)
    let feature = try category.encoding.features[0] as? CategoryFeature
    #expect(feature?.categories.count == codes.count)
    let number = try TableSample(Self.table(codes), data: #""columns": {"code": "number"}"#)
    #expect(number.findings.isEmpty)
  }

  @Test(arguments: [
    ["0", "10", "100"], ["0.5", "01.5"], ["9007199254740991", "9007199254740992"],
    ["1e20", "2e20"], ["0", "-1"],
  ])
  func quantitiesAreNone(codes: [String]) throws {
    #expect(try TableSample(Self.table(codes)).findings.isEmpty)
  }

  @Test func targetsAreLookedAtToo() throws {
    let sample = try TableSample(
      TableSample.csv("a,y", rows: 40) { "\($0 * 7 % 40),\(["007", "12"][$0 % 2])" },
      data: #""task": "regression""#)
    #expect(sample.findings == ["leading-zeros data.csv:2:3"])
  }

  @Test func initMakesThemCategories() throws {
    let codes = ["90071992547409921", "90071992547409922"]
    let sample = try ProposalSample(
      ProposalSample.csv(
        rows: 60,
        [
          "shop": { codes[$0 % 2] }, "a": { "\(ProposalSample.noise($0))" },
          "y": { "\(ProposalSample.noise($0, 1))" },
        ]))
    #expect(sample.data?["columns"]?["shop"]?["type"]?.string == "category")
    #expect(sample.noteCodes.contains("many-digits"))
    #expect(sample.diagnostics.isEmpty)
  }
}
