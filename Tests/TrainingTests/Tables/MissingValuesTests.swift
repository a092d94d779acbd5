import Configuration
import Datasets
import Testing
import Training

/// What counts as a missing value, and what becomes of it.
@Suite struct MissingValuesTests {
  /// 40 rows whose first field is `word` in every eighth.
  private static func table(_ word: String, _ field: (Int) -> String) -> String {
    TableSample.csv("x,a,y", rows: 40) {
      "\($0 % 8 == 0 ? word : field($0)),\($0 * 7 % 40),\($0 * 3 % 11)"
    }
  }

  @Test(arguments: [
    "", "NA", "?", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "null", "NULL", "None",
  ])
  func wordsMeanMissingByDefault(word: String) throws {
    for field in [{ "\($0 * 13 % 17)" }, { "c\($0 % 3)" }] as [(Int) -> String] {
      let refused = try TableSample(Self.table(word, field))
      #expect(refused.findings == ["missing-value data.csv:2:1"])
      let filled = try TableSample(Self.table(word, field), data: #""missing": "most_frequent""#)
      #expect(filled.findings.isEmpty)
    }
    let category = try TableSample(
      Self.table(word) { "c\($0 % 3)" }, data: #""missing": "most_frequent""#)
    #expect(
      (try category.encoding.features[0] as? CategoryFeature)?.categories == ["c0", "c1", "c2"])
  }

  @Test func aDashMeansMissingAmongNumbersOnly() throws {
    let median = #""missing": "median""#
    let numbers = try TableSample(Self.table("-") { "\($0 * 13 % 17)" }, data: median)
    #expect((try numbers.encoding.features[0] as? NumberFeature)?.missingValue == 9)
    let categories = try TableSample(Self.table("-") { "c\($0 % 3)" }, data: median)
    #expect(
      (try categories.encoding.features[0] as? CategoryFeature)?.categories
        == ["-", "c0", "c1", "c2"])
    // Said to be none, it is a text among numbers.
    let said = try TableSample(
      Self.table("-") { "\($0 * 13 % 17)" },
      data: #""missing": {"strategy": "median", "number_tokens": []}"#)
    #expect(said.diagnostics.map(\.code) == ["not-a-number"])
  }

  /// What is missing, or unseen, hides nothing that is wrong with metrics and network.
  @Test(arguments: [("", "missing-value"), ("2", "unseen-category")])
  func mistakesInTheDataHideNoOthers(fifth: String, code: String) throws {
    let csv = TableSample.csv("a,c,y", rows: 30) { row in
      let number = row == 4 ? fifth : "\(row * 7 % 30)"
      return "\(number),\(["u", "v"][row % 2]),\(["p", "q"][row % 2])"
    }
    let sample = try TableSample(
      csv, data: #""validation": "later.csv""#, training: #""epochs": 2, "metrics": ["rmse"]"#,
      others: ["later.csv": "a,c,y\n1,\(fifth.isEmpty ? "u" : "w"),p\n"])
    #expect(sample.plan == nil)
    #expect(Set(sample.diagnostics.map(\.code)) == [code, "task"])
  }

  @Test func rowsWithoutATargetHideNoOthers() throws {
    let csv = TableSample.csv("a,y", rows: 30) {
      "\($0 * 7 % 30),\($0 == 4 ? "" : ["p", "q"][$0 % 2])"
    }
    let sample = try TableSample(csv, training: #""epochs": 2, "metrics": ["rmse"]"#)
    #expect(Set(sample.diagnostics.map(\.code)) == ["missing-value", "task"])
  }

  @Test func numbersMayMeanMissing() throws {
    let sample = try TableSample(
      Self.table("-999") { "\($0 * 13 % 17)" },
      data: #""missing": {"strategy": "median", "number_tokens": ["-999"]}"#)
    #expect((try sample.encoding.features[0] as? NumberFeature)?.missingValue == 9)
  }

  @Test func aListTakesThePlaceOfTheDefault() throws {
    let sample = try TableSample(
      Self.table("None") { "c\($0 % 3)" }, data: #""missing": {"tokens": [""]}"#)
    #expect(
      (try sample.encoding.features[0] as? CategoryFeature)?.categories
        == ["None", "c0", "c1", "c2"])
  }

  @Test func anIndicatorIsTheLastInputOfItsColumn() throws {
    let csv = "x,c,y\n1,u,1\n,v,2\n3,,3\n5,u,4\n"
    let sample = try TableSample(
      csv,
      data: """
        "columns": {
          "x": {"missing": "mean", "indicator": true},
          "c": {"missing": "most_frequent", "indicator": true}
        }
        """)
    #expect(
      try sample.rows == [
        [1, 0, 1, 0, 0], [3, 1, 0, 1, 0], [3, 0, 1, 0, 1], [5, 0, 1, 0, 0],
      ])
  }

  /// What training lacks nothing of is stored all the same: the mean, the most frequent category.
  @Test func modelsFillInWhatTrainingHad() throws {
    let csv = "x,c,y\n1,u,1\n2,v,2\n6,v,3\n"
    let sample = try TableSample(csv)
    let features = try sample.encoding.features
    #expect((features[0] as? NumberFeature)?.missingValue == 3)
    #expect((features[1] as? CategoryFeature)?.missingValue == "v")
    let refusing = try TableSample(csv, data: #""missing": {"at_prediction": "error"}"#)
    #expect(try refusing.encoding.features.allSatisfy { !$0.standsInForMissing })
  }

  /// Where training has not a single value, what stands in is 0 in place of the mean, the median and the most frequent
  /// number.
  @Test(
    arguments: ["mean", "median", "most_frequent"], ["standard", "robust", "min_max", "quantile"])
  func whatNoRowHasIsZero(strategy: String, scaling: String) throws {
    let csv = "x,c,y\n,1,1\n5,,2\n,4,3\n,2,4\n"
    let sample = try TableSample(
      csv,
      data: """
        "scaling": "\(scaling)",
        "columns": {"c": {"missing": "drop_row"}, "x": {"missing": "\(strategy)"}}
        """)
    #expect((try sample.encoding.features[0] as? NumberFeature)?.missingValue == 0)
    // The rank of a number that is always the same is the least.
    let expected: Float = scaling == "quantile" ? -5.1993375 : 0
    #expect(try sample.rows.allSatisfy { abs($0[0] - expected) < 1e-5 })
    #expect(try sample.rows.count == 3)
    #expect(sample.findings.contains { $0.hasPrefix("constant-column ") })
  }

  /// A constant that is none leaves nothing to scale by.
  @Test(arguments: ["standard", "robust", "min_max", "quantile", "log"])
  func nothingIsScaled(scaling: String) throws {
    let sample = try TableSample(
      "x,c,y\n,1,1\n5,,2\n,4,3\n",
      data: """
        "scaling": "\(scaling)", "columns": {
          "c": {"missing": "drop_row"}, "x": {"missing": {"strategy": "constant", "value": "none"}}}
        """)
    #expect(sample.diagnostics.map(\.code) == ["wrong-type"])
  }

  @Test func oneConstantStandsForNumbersAndCategories() throws {
    let sample = try TableSample(
      "x,c,y\n1,u,1\n,,2\n6,v,3\n", data: #""missing": {"strategy": "constant", "value": 7}"#)
    let features = try sample.encoding.features
    #expect((features[0] as? NumberFeature)?.missingValue == 7)
    #expect((features[1] as? CategoryFeature)?.categories == ["7", "u", "v"])
    #expect(try sample.rows == [[1, 0, 1, 0], [7, 1, 0, 0], [6, 0, 0, 1]])
  }

  @Test func anExampleSaysWhatItLacks() throws {
    let sample = try TableSample(
      "x,c,y\n1.50,u,1\n,,2\n", data: #""missing": "most_frequent""#)
    let describe = try #require(try sample.sound.data.describe)
    let found = (0..<2).map { describe(.train, $0) }
    #expect(found[0].fields.map(\.text) == ["1.5", "u", "1"])
    #expect(found[1].fields.map(\.text) == ["", "", "2"])
    #expect(found[1].place?.hasSuffix("data.csv:3") == true)
  }

  @Test func modelsOfSeriesFillInNothing() throws {
    let sample = try TableSample(
      TableSample.csv("x,y", rows: 20) { "\($0 * 7 % 20),\($0)" }, data: #""window": {"length": 2}"#
    )
    #expect(try sample.encoding.features.allSatisfy { !$0.standsInForMissing })
  }
}
