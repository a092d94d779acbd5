import Configuration
import Datasets
import Testing
import Training

/// Tables whose rows lie in several files.
@Suite struct SeveralFilesTests {
  private static let first = "a,c,y\n1,u,1\n2,v,2\n3,u,3\n"
  private static let second = "y,c,a\n4,w,4\n5,u,5\n"

  private func sample(
    _ train: String, _ others: [String: String], data: String = ""
  ) throws -> TableSample {
    try TableSample(
      Self.first, data: "\"train\": \(train)\(data.isEmpty ? "" : ", " + data)", others: others)
  }

  @Test(arguments: [
    #"["data.csv", "more.csv"]"#, #""*.csv""#, #"["data.csv", "mor?.csv"]"#, #""[dm]*""#,
  ])
  func areReadOneBehindTheOther(train: String) throws {
    let several = try sample(train, ["more.csv": Self.second])
    let joined = try TableSample(Self.first + "4,w,4\n5,u,5\n")
    #expect(several.findings == joined.findings)
    #expect(try several.rows == joined.rows)
    #expect(try several.rows.count == 5)
    #expect(
      try several.sound.data.config.json["train"]?.texts == ["data.csv", "more.csv"])
  }

  @Test func aPatternTakesFilesInTheOrderOfTheirNames() throws {
    let sample = try sample(
      #""b-*.csv""#, ["b-2.csv": "a,y\n2,2\n", "b-10.csv": "a,y\n10,10\n", "c-1.csv": "a,y\n9,9\n"])
    #expect(try sample.rows == [[10], [2]])
  }

  @Test func aFileOfThatVeryNameComesFirst() throws {
    let sample = try sample(#""b-*.csv""#, ["b-*.csv": "a,y\n1,2\n3,4\n", "b-1.csv": "a,y\n5,6\n"])
    #expect(try sample.rows == [[1], [3]])
  }

  @Test func whatFurtherFilesHaveBesidesIsNotUsed() throws {
    let sample = try sample(
      #"["data.csv", "more.csv"]"#, ["more.csv": "z,a,c,y\nx,4,w,4\n"])
    #expect(try sample.inputs == ["a", "c"])
    #expect(try sample.rows.count == 4)
  }

  @Test func ignoredColumnsMayDiffer() throws {
    let sample = try sample(
      #"["data.csv", "more.csv"]"#, ["more.csv": "a,c,y\n4,,4\n"], data: #""ignore": ["c"]"#)
    #expect(try sample.rows == [[1], [2], [3], [4]])
  }

  @Test func filesWithoutExamplesAreCounted() throws {
    let sample = try TableSample(
      "a,b,y\n1,,2\n", data: #""train": ["data.csv", "more.csv"], "missing": "drop_row""#,
      others: ["more.csv": "a,b,y\n,1,3\n"])
    #expect(sample.diagnostics.map(\.code) == ["no-rows"])
    #expect(
      sample.diagnostics.first?.message.hasSuffix(
        "data.csv and 1 more file' has no row without a missing value") == true)
  }

  @Test func fractionsAreOfAllFiles() throws {
    let sample = try sample(
      #"["data.csv", "more.csv"]"#,
      ["more.csv": "a,c,y\n4,u,4\n5,v,5\n6,u,6\n7,v,7\n8,u,8\n9,v,9\n10,v,1\n"],
      data: #""validation": {"fraction": 0.2}, "unseen_categories": "zeros""#)
    #expect(try sample.sound.data.counts == [.train: 8, .validation: 2])
  }

  @Test func heldOutPartsMayBeSeveralFilesToo() throws {
    let sample = try sample(
      #""data.csv""#, ["v1.csv": "a,c,y\n1,u,1\n", "v2.csv": "a,c,y\n2,v,2\n5,u,1\n"],
      data: #""validation": "v*.csv""#)
    #expect(try sample.sound.data.counts == [.train: 3, .validation: 3])
    #expect(
      try sample.sound.data.config.json["validation"]?.texts == ["v1.csv", "v2.csv"])
  }

  /// Numbers in one file and texts in another are what most fields of both are.
  @Test func filesAgreeOnWhatAColumnHolds() throws {
    let texts = try sample(
      #"["data.csv", "more.csv"]"#, ["more.csv": "a,c,y\nx,u,1\nx,u,2\nz,u,3\nz,u,4\n"])
    #expect(
      (try texts.encoding.features[0] as? CategoryFeature)?.categories == ["1", "2", "3", "x", "z"])
    let numbers = try sample(
      #"["data.csv", "more.csv"]"#, ["more.csv": "a,c,y\nx,u,1\n"])
    #expect(numbers.findings == ["not-a-number more.csv:2:1"])
  }

  @Test(arguments: [
    (#"["data.csv", "more.csv"]"#, "missing-column"),
    (#"["data.csv", "data.csv"]"#, "duplicate-file"),
    (#"["data.csv", "d*.csv"]"#, "duplicate-file"), (#"["data.csv", "x*.csv"]"#, "no-match"),
    (#""x*.csv""#, "no-match"), (#"["data.csv", "none.csv"]"#, "file-not-found"),
    ("[]", "too-few"),
  ])
  func mistakesAreFound(train: String, code: String) throws {
    let sample = try sample(train, ["more.csv": "a,y\n1,2\n"])
    #expect(sample.diagnostics.map(\.code) == [code])
    #expect(sample.diagnostics[0].place?.file.hasSuffix("config.json") == true)
    // The item of the list that is wrong, where one is.
    if train.contains("d*") || train.contains("x*") {
      let column = train.hasPrefix("[") ? 49 : 36
      #expect(sample.diagnostics[0].place?.column == column)
    }
  }

  @Test func mistakesOfFurtherFilesStandThere() throws {
    let missing = try sample(
      #"["data.csv", "more.csv"]"#, ["more.csv": "c,a,y\nu,4,1\nu,,1\n"])
    #expect(missing.findings == ["missing-value more.csv:3:3"])
    let ragged = try sample(#"["data.csv", "more.csv"]"#, ["more.csv": "c,a,y\nu,4\n"])
    #expect(ragged.findings == ["ragged-row more.csv:2:1"])
  }
}
