import Configuration
import TestSupport
import Testing

/// Every mistake that a data file can hold is reported by `check` with its place and exit code.
@Suite struct BadDataTests {
  struct Case: CustomTestStringConvertible {
    let testDescription: String
    var csv: String
    var data = ""
    let code: String
    var place: String?
    var exitCode: Int32 = 65
  }

  static let cases = [
    Case(testDescription: "ragged", csv: "a,kind\n1,x\n2\n3,y\n", code: "ragged-row", place: "3:1"),
    Case(
      testDescription: "unterminated quote", csv: "a,kind\n1,x\n2,\"y\n",
      code: "unterminated-quote",
      place: "3:3"),
    Case(testDescription: "NUL", csv: "a,kind\n1,x\n\0,y\n", code: "null-byte", place: "3:1"),
    Case(testDescription: "header only", csv: "a,kind\n", code: "no-rows"),
    Case(testDescription: "empty", csv: "", code: "empty-file"),
    Case(
      testDescription: "duplicate column", csv: "a,kind,a\n1,x,2\n1,y,2\n",
      code: "duplicate-column",
      place: "1:8"),
    Case(
      testDescription: "text among numbers", csv: "a,kind\n1,x\n2,y\nabc,x\n", code: "not-a-number",
      place: "4:1"),
    Case(
      testDescription: "NaN", csv: "a,kind\n1,x\nNAN,y\n3,x\n", code: "not-finite", place: "3:1"),
    Case(
      testDescription: "nan", csv: "a,kind\n1,x\nnan,y\n3,x\n", code: "missing-value", place: "3:1"),
    Case(
      testDescription: "an indicator of nothing", csv: "a,kind\n1,x\n2,y\n3,x\n",
      data: #""columns": {"a": {"indicator": true}}"#, code: "contradiction", place: "3:82",
      exitCode: 78),
    Case(
      testDescription: "inf", csv: "a,kind\n1,x\n-inf,y\n3,x\n", code: "not-finite", place: "3:1"),
    Case(
      testDescription: "huge", csv: "a,kind\n1,x\n1e999,y\n3,x\n", code: "not-finite", place: "3:1"),
    Case(
      testDescription: "beyond single precision", csv: "a,kind\n1,x\n1e39,y\n-1e300,x\n",
      code: "too-large", place: "3:1"),
    Case(
      testDescription: "statistics beyond single precision", csv: "a,kind\n1,x\n-1e300,y\n3,x\n",
      data: #""scaling": "standard""#, code: "not-scalable", place: "3:1"),
    Case(
      testDescription: "statistics below single precision", csv: "a,kind\n1e-50,x\n2e-50,y\n",
      data: #""scaling": "min_max""#, code: "not-scalable", place: "2:1"),
    Case(
      testDescription: "a constant beyond single precision", csv: "a,kind\n1,x\n?,y\n",
      data: #""missing": {"strategy": "constant", "value": 1e300}"#, code: "out-of-range",
      place: "3:96", exitCode: 78),
    Case(
      testDescription: "nothing left for training", csv: "a,kind\n1,x\n2,y\n3,x\n4,y\n",
      data: #""validation": {"fraction": 0.6}, "test": {"fraction": 0.6}"#, code: "empty-part",
      place: "3:65", exitCode: 78),
    Case(
      testDescription: "missing target column", csv: "a,b\n1,2\n", code: "unknown-column",
      place: "3:43", exitCode: 78),
    Case(
      testDescription: "missing target", csv: "a,kind\n1,x\n2,\n3,y\n", code: "missing-value",
      place: "3:3"),
    Case(
      testDescription: "missing value", csv: "a,kind\n1,x\nNA,y\n3,y\n", code: "missing-value",
      place: "3:1"),
    Case(testDescription: "one class", csv: "a,kind\n1,x\n2,x\n", code: "one-class", place: "2:3"),
    Case(
      testDescription: "no features", csv: "kind\nx\ny\n", code: "no-features", exitCode: 78),
    Case(
      testDescription: "UTF-16", csv: "\u{FEFF}", data: #""delimiter": ";;""#, code: "dialect",
      exitCode: 78),
    Case(
      testDescription: "empty part", csv: "a,kind\n1,x\n2,y\n",
      data: #""validation": {"fraction": 0.01}"#, code: "empty-part", exitCode: 78),
    Case(
      testDescription: "unknown ignore", csv: "a,kind\n1,x\n2,y\n", data: #""ignore": ["b"]"#,
      code: "unknown-column", place: "3:62", exitCode: 78),
    Case(
      testDescription: "ignored target", csv: "a,kind\n1,x\n2,y\n", data: #""ignore": ["kind"]"#,
      code: "contradiction", exitCode: 78),
    Case(
      testDescription: "scaled category", csv: "a,b,kind\n1,u,x\n2,v,y\n",
      data: #""columns": {"b": {"scaling": "standard"}}"#, code: "contradiction", exitCode: 78),
    Case(
      testDescription: "constant without value", csv: "a,kind\n1,x\n2,y\n",
      data: #""missing": "constant""#, code: "missing-key", exitCode: 78),
  ]

  @Test(arguments: cases)
  func isReported(_ sample: Case) throws {
    let workspace = try Sample.workspace(csv: sample.csv, data: sample.data)
    let result = try Program.run("check", "config.json", "--format", "json", in: workspace.path)
    #expect(result.exitCode == sample.exitCode)
    let finding = try #require(
      result.events.first {
        $0["code"]?.string == sample.code && $0["severity"]?.string == "error"
      })
    if let place = sample.place {
      #expect("\(finding["line"]?.integer ?? 0):\(finding["column"]?.integer ?? 0)" == place)
    }
    let training = try Program.run("train", "config.json", in: workspace.path)
    #expect(training.exitCode == sample.exitCode)
    #expect(!workspace.exists("runs"))
  }

  @Test func unseenCategoriesAreReportedOrAccepted() throws {
    let validation = "a,b,kind\n1,u,x\n2,w,y\n"
    for (setting, exitCode) in [("error", Int32(65)), ("zeros", 0)] {
      let workspace = try Sample.workspace(
        csv: "a,b,kind\n1,u,x\n2,v,y\n3,u,x\n",
        data: "\"validation\": \"val.csv\", \"unseen_categories\": \"\(setting)\"")
      try workspace.write("val.csv", validation)
      let result = try Program.run("check", "config.json", in: workspace.path)
      #expect(result.exitCode == exitCode)
      if exitCode != 0 {
        #expect(result.errors.contains("val.csv:3:3: error: 'w' does not occur in column 'b'"))
      }
    }
  }

  @Test func labelsUnseenInTrainingAreReported() throws {
    let workspace = try Sample.workspace(
      csv: "a,kind\n1,x\n2,y\n", data: #""validation": "val.csv""#)
    try workspace.write("val.csv", "kind,a\nz,1\n")
    let result = try Program.run("check", "config.json", in: workspace.path)
    #expect(result.exitCode == 65)
    #expect(result.errors.contains("val.csv:2:1: error: 'z' does not occur in column 'kind'"))
  }

  @Test func unreadableFilesAreSaidWithTheirPlace() throws {
    let workspace = try Workspace()
    try workspace.write("config.json", Sample.config())
    let result = try Program.run("check", "config.json", in: workspace.path)
    #expect(result.exitCode == 66)
    #expect(result.errors.hasPrefix("config.json:3:21: error: "))
  }

  @Test func mismatchedArraysAreReported() throws {
    let workspace = try Workspace()
    let images: [UInt8] =
      [0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 2] + (0..<12).map { UInt8($0) }
    try workspace.write("images", images)
    try workspace.write("labels", [0, 0, 8, 1, 0, 0, 0, 2, 0, 1])
    try workspace.write(
      "config.json",
      """
      {
        "data": {"format": "idx", "train": {"features": "images", "labels": "labels"}},
        "model": {"layers": [{"type": "flatten"}, {"type": "dense"}]}
      }
      """)
    let counts = try Program.run("check", "config.json", in: workspace.path)
    #expect(counts.exitCode == 65)
    #expect(counts.errors.contains("'images' holds 3 examples, but 'labels' 2 labels"))
    try workspace.write("labels", [0, 0, 8, 1, 0, 0, 0, 3, 0, 1, 0])
    #expect(try Program.run("check", "config.json", in: workspace.path).exitCode == 0)
    for (name, bytes) in [
      ("truncated", Array(images.dropLast())), ("trailing", images + [1]),
      ("magic", [9] + images.dropFirst()), ("empty", []),
      ("huge", [0, 0, 8, 3] + [UInt8](repeating: 0xFF, count: 12)),
    ] {
      try workspace.write("images", bytes)
      let result = try Program.run("check", "config.json", in: workspace.path)
      #expect(result.exitCode == 65, "\(name): \(result.errors)")
    }
  }

  @Test func countsAreNotNegative() throws {
    let workspace = try Sample.workspace(
      csv: "a,kind\n1,2\n2,0\n3,-1\n4,-2\n", training: #""loss": "poisson""#)
    let result = try Program.run("check", "config.json", in: workspace.path)
    #expect(result.exitCode == 65)
    #expect(
      result.errors.contains("data.csv:4:3: error: the target 'kind' must not be negative"),
      "\(result.errors)")
    let free = try Sample.workspace(
      csv: "a,kind\n1,2\n2,0\n3,-1\n4,-2\n", training: #""loss": "mse""#)
    #expect(try Program.run("check", "config.json", in: free.path).exitCode == 0)
  }

  /// What training has not seen may be too large only by its scale.
  @Test func heldOutNumbersAreCheckedToo() throws {
    let workspace = try Sample.workspace(
      csv: "a,kind\n0,x\n1e-9,y\n",
      data: #""scaling": "min_max", "validation": "later.csv""#)
    try workspace.write("later.csv", "a,kind\n0,x\n1e30,y\n")
    let result = try Program.run("check", "config.json", in: workspace.path)
    #expect(result.exitCode == 65)
    #expect(
      result.errors.contains("later.csv:3:1: error: '1e+30' in column 'a' is too large"),
      "\(result.errors)")
    #expect(result.errors.contains("once it is scaled"))
  }
}
