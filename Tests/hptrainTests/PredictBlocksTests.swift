import Configuration
import Foundation
import TestSupport
import Testing

/// A file is cut into parts that all threads encode; what comes out is that of one row after the other.
@Suite(.timeLimit(minutes: 10)) struct PredictBlocksTests {
  /// What a model reads beside two numbers, or makes of them.
  enum Inputs: CaseIterable { case scaled, curved, category }

  /// A model of two numbers and, if asked for, a category.
  private static func workspace(_ inputs: Inputs) throws -> Workspace {
    let category = inputs == .category
    let columns =
      inputs == .curved
      ? """
      "columns": {"a": {"encoding": "piecewise_linear", "bins": 4, "indicator": true},
        "b": {"scaling": "quantile", "missing": "mean", "indicator": true}},
      """ : ""
    var csv = category ? "a,b,c,y\n" : "a,b,y\n"
    for row in 0..<60 {
      let (a, b) = (Double(row % 7), Double(row % 11) / 4)
      csv += category ? "\(a),\(b),\(row % 3 == 0 ? "x" : "z"),\(a - b)\n" : "\(a),\(b),\(a - b)\n"
    }
    let workspace = try Workspace()
    try workspace.write("data.csv", csv)
    try workspace.write(
      "config.json",
      """
      {"data": {"train": "data.csv", "target": "y", \(columns) "missing": "mean", "scaling": "standard"},
       "model": {"layers": [{"type": "dense", "units": 9, "activation": "tanh"}, {"type": "dense"}]},
       "training": {"epochs": 3, "batch_size": 16}}
      """)
    let trained = try Program.run("train", "config.json", "--output", "run", in: workspace.path)
    try #require(trained.exitCode == 0, "\(trained.errors)")
    return workspace
  }

  /// Rows in all the ways in which they are written, some 600 KiB of them.
  private static func rows(
    category: Bool, lineBreak: String, bad: Set<Int> = [], lastBreak: Bool = true
  ) -> String {
    var generator = SplitMix64(seed: 8)
    var text = category ? "b,more,c,a" : "b,more,a"
    text += lineBreak
    for row in 0..<30_000 {
      let a = Double.random(in: -5...5, using: &generator)
      let b = Int.random(in: -300...300, using: &generator)
      let first =
        switch row % 97 {
        case 5: "NA"
        case 17: "  \(b) "
        case 23: "\(Double(b) / 1e9)"
        case 40: ""
        default: "\(b)"
        }
      let last = bad.contains(row) ? "x" : "\(a)"
      text +=
        category
        ? "\(first),\(row),\(row % 2 == 0 ? "x" : "z"),\(last)" : "\(first),no. \(row),\(last)"
      if row < 29_999 || lastBreak { text += lineBreak }
      if row % 1000 == 999 { text += lineBreak }
    }
    return text
  }

  @Test(arguments: Inputs.allCases, ["\n", "\r\n", "\r"])
  func aFileIsAnsweredAsWhatArrives(inputs: Inputs, lineBreak: String) throws {
    let workspace = try Self.workspace(inputs)
    let text = Self.rows(
      category: inputs == .category, lineBreak: lineBreak, lastBreak: lineBreak != "\r\n")
    try workspace.write("rows.csv", text)
    let arriving = try Program.run(
      ["predict", "run", "-", "--threads", "1"], in: workspace.path, input: Array(text.utf8))
    let expected = arriving.output.split(separator: "\n").compactMap { Double($0) }
    #expect(expected.count == 30_000, "\(arriving.errors)")
    var one: String?
    for threads in ["1", "2", "5"] {
      let result = try Program.run(
        ["predict", "run", "rows.csv", "--threads", threads], in: workspace.path)
      #expect(result.exitCode == 0, "\(result.errors)")
      let answers = result.output.split(separator: "\n").compactMap { Double($0) }
      #expect(answers.count == expected.count)
      // Products of few rows, as they arrive, may round otherwise.
      #expect(zip(answers, expected).allSatisfy { abs($0 - $1) <= 1e-5 * max(1, abs($1)) })
      #expect(result.output == one ?? result.output)
      one = result.output
      #expect(
        result.errors.replacing("rows.csv", with: "-") == arriving.errors,
        "\(result.errors) \(arriving.errors)")
    }
  }

  @Test(arguments: ["stop", "skip", "blank"]) func badRowsAreThoseOfWhatArrives(handling: String)
    throws
  {
    let workspace = try Self.workspace(.scaled)
    let bad: Set<Int> = [12_000, 12_001, 20_500, 20_501, 29_999]
    let text = Self.rows(category: false, lineBreak: "\n", bad: bad)
    try workspace.write("rows.csv", text)
    func run(_ input: String, _ threads: String) throws -> Program.Result {
      try Program.run(
        ["predict", "run", input, "--threads", threads, "--on-error", handling],
        in: workspace.path, input: input == "-" ? Array(text.utf8) : [])
    }
    let arriving = try run("-", "1")
    #expect(arriving.exitCode == 65)
    #expect(arriving.errors.contains("-:12014:"))
    for threads in ["1", "3"] {
      let result = try run("rows.csv", threads)
      #expect(result.exitCode == 65)
      #expect(result.errors.replacing("rows.csv", with: "-") == arriving.errors)
      let lines = result.output.split(separator: "\n", omittingEmptySubsequences: false)
      #expect(
        lines.count
          == arriving.output.split(separator: "\n", omittingEmptySubsequences: false).count)
      #expect(
        lines.indices.filter { lines[$0] == "\"\"" }
          == (handling == "blank" ? bad.sorted() : []))
    }
  }

  /// A row that ends with the file, a number that is too large, and a quote that something follows.
  @Test(
    arguments: [Inputs.scaled, .curved],
    ["1,1,z", "1e300,2,y\n3,4,z\n", "3,4,\"y\"z\n5,6,x\n", "3,4,\"y\"\n5,6,x"])
  func oddRowsAreThoseOfWhatArrives(inputs: Inputs, rows: String) throws {
    let workspace = try Self.workspace(inputs)
    let text = "a,b,more\n1,2,x\n" + rows
    try workspace.write("rows.csv", text)
    let arriving = try Program.run(
      ["predict", "run", "-"], in: workspace.path, input: Array(text.utf8))
    let result = try Program.run("predict", "run", "rows.csv", in: workspace.path)
    #expect(result.exitCode == arriving.exitCode)
    #expect(result.errors.replacing("rows.csv", with: "-") == arriving.errors)
    #expect(result.output == arriving.output)
    let isSound = !rows.contains("1e300") && !rows.contains("\"z")
    #expect((result.exitCode == 0) == isSound)
    #expect(!isSound || result.lines.count == text.split(separator: "\n").count - 1)
  }

  @Test func numbersInAnotherNotation() throws {
    let workspace = try Workspace()
    let rows = (0..<60).map { "\($0 % 7),5;\($0 % 11)\n" }
    try workspace.write("data.csv", "a;y\n" + rows.joined())
    try workspace.write(
      "config.json",
      """
      {"data": {"train": "data.csv", "target": "y", "decimal": ","},
       "model": {"layers": [{"type": "dense"}]},
       "training": {"epochs": 3, "batch_size": 16, "loss": "mse"}}
      """)
    let trained = try Program.run("train", "config.json", "--output", "run", in: workspace.path)
    try #require(trained.exitCode == 0, "\(trained.errors)")
    let text = "a;more\n" + (0..<500).map { "\($0 % 9),25;x\n" }.joined()
    try workspace.write("rows.csv", text)
    let arriving = try Program.run(
      ["predict", "run", "-"], in: workspace.path, input: Array(text.utf8))
    let result = try Program.run("predict", "run", "rows.csv", in: workspace.path)
    #expect(result.exitCode == 0 && result.lines.count == 500, "\(result.errors)")
    let (found, expected) = (
      result.lines.compactMap { Double($0) }, arriving.lines.compactMap { Double($0) }
    )
    #expect(found.count == 500 && expected.count == 500)
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) <= 1e-5 * max(1, abs($1)) })
    #expect(Set(found).count == 9)
  }

  /// A quote may hold line breaks, so that such a text is read from its start.
  @Test func quotedFieldsMayHoldLineBreaks() throws {
    let workspace = try Self.workspace(.scaled)
    var text = "a,b,more\n"
    for row in 0..<20_000 { text += "\(row % 5),\(row % 3),\"line\nbreak, \(row)\"\n" }
    try workspace.write("rows.csv", text)
    let result = try Program.run(
      ["predict", "run", "rows.csv", "--threads", "3"], in: workspace.path)
    #expect(result.exitCode == 0, "\(result.errors)")
    #expect(result.output.split(separator: "\n").count == 20_000)
  }
}
