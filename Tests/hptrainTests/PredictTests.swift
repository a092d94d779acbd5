import Configuration
import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(minutes: 10)) struct PredictTests {
  /// A workspace with a trained model in `run`.
  private func trained(data: String = "", csv: String = Sample.csv, target: String = "kind") throws
    -> Workspace
  {
    let workspace = try Sample.workspace(
      csv: csv, data: data, training: #""optimizer": {"type": "adam", "learning_rate": 0.1}"#)
    try workspace.write(
      "config.json",
      String(decoding: try workspace.read("config.json"), as: UTF8.self)
        .replacing("\"target\": \"kind\"", with: "\"target\": \"\(target)\""))
    let result = try Program.run("train", "config.json", "--output", "run", in: workspace.path)
    try #require(result.exitCode == 0, "\(result.errors)")
    return workspace
  }

  private func predict(
    _ workspace: Workspace, _ more: String..., input: String
  ) throws -> Program.Result {
    try Program.run(
      ["predict", "run/model.safetensors", "-"] + more, in: workspace.path, input: Array(input.utf8)
    )
  }

  @Test func matchesColumnsByName() throws {
    let workspace = try trained()
    let plain = try predict(workspace, input: "width,height\n5.1,5.2\n1.0,1.1\n")
    let moved = try predict(
      workspace, input: "note,height,kind,width\nx,5.2,big,5.1\n\"a,b\",1.1,small,1.0\n")
    #expect(plain.exitCode == 0)
    #expect(plain.output == moved.output)
    #expect(plain.lines.map { $0.prefix { $0 != "," } } == ["big", "small"])
    #expect(moved.errors.contains("\"note\""))
    #expect(!moved.errors.contains("\"kind\""))
    let missing = try predict(workspace, input: "width,hight\n1,2\n")
    #expect(missing.exitCode == 65)
    #expect(missing.errors.contains("lacks the column \"height\""))
    #expect(missing.errors.contains("\"hight\""))
    #expect(missing.errors.contains("standard input lacks"))
    let empty = try predict(workspace, input: "")
    #expect(empty.exitCode == 65 && empty.errors.contains("standard input holds no rows"))
  }

  /// Columns that have no names are known by their places, and rows to predict may lack the last one, the target.
  @Test func withoutAHeader() throws {
    let rows = Sample.csv.split(separator: "\n").dropFirst().joined(separator: "\n") + "\n"
    let workspace = try trained(data: #""header": false"#, csv: rows, target: "c2")
    let whole = try predict(workspace, input: "5.1,5.2,x\n1.0,1.1,x\n")
    let features = try predict(workspace, input: "5.1,5.2\n1.0,1.1\n")
    #expect(features.exitCode == 0, "\(features.errors)")
    #expect(features.output == whole.output)
    #expect(features.lines.map { $0.prefix { $0 != "," } } == ["big", "small"])
    let one = try predict(workspace, input: "5.1\n")
    #expect(one.exitCode == 65 && one.errors.contains("lacks the column \"c1\""), "\(one.errors)")
  }

  /// Every field that is missing is told where the model is to put nothing in its place.
  @Test func nothingStandsInWhereItIsNotWanted() throws {
    let csv =
      "n,h,d,o,kind\n"
      + (0..<60).map {
        "\($0 % 7),t\($0 % 9),2024-01-\($0 % 9 + 10),\(["S", "M"][$0 % 2]),\(["x", "y"][$0 % 2])\n"
      }.joined()
    let workspace = try trained(
      data: """
        "missing": {"at_prediction": "error"}, "columns": {
          "h": {"encoding": "hash", "buckets": 8}, "d": {"type": "datetime"},
          "o": {"encoding": "ordinal", "order": ["S", "M"]}}
        """, csv: csv)
    let sound = try predict(workspace, input: "n,h,d,o\n1,new,2024-01-12,S\n")
    #expect(sound.exitCode == 0 && sound.lines.count == 1, "\(sound.errors)")
    let result = try predict(workspace, input: "n,h,d,o\n1,new,2024-01-12,S\n,,,\n")
    #expect(result.exitCode == 65)
    let told = result.errors.split(separator: "\n").filter {
      $0.contains("is missing, and the model has nothing to put in its place")
    }
    #expect(
      told.map { $0.prefix { $0 != " " } } == ["-:3:1:", "-:3:2:", "-:3:3:", "-:3:4:"],
      "\(result.errors)")
    let columns = try predict(workspace, input: "n,o\n1,S\n")
    #expect(columns.errors.contains("lacks the columns \"h\" and \"d\""), "\(columns.errors)")
  }

  @Test func writesProbabilitiesAsCSVAndJSON() throws {
    let workspace = try trained()
    let csv = try predict(workspace, "--header", input: "width,height\n5.1,5.2\n")
    #expect(csv.lines.first == "kind,probability_big,probability_small")
    let fields = try #require(csv.lines.last).split(separator: ",")
    let probabilities = fields.dropFirst().compactMap { Double($0) }
    #expect(abs(probabilities.reduce(0, +) - 1) < 1e-5)
    let json = try predict(workspace, "--format", "json", input: "width,height\n5.1,5.2\n")
    let event = try #require(json.events.first)
    #expect(event["prediction"]?.string == "big")
    #expect(event["probabilities"]?["big"]?.double == probabilities.first)
  }

  /// An answer has a probability for each class, although the network has an output less.
  @Test func classesInAnOrderHaveAProbabilityEach() throws {
    let workspace = try Workspace()
    let rows = (0..<60).map { "\($0),\(["low", "middle", "high"][$0 / 20])" }
    try workspace.write("data.csv", "x,level\n" + rows.joined(separator: "\n") + "\n")
    try workspace.write(
      "config.json",
      """
      {"data": {"train": "data.csv", "target": "level", "scaling": "standard",
                "columns": {"level": {"order": ["low", "middle", "high"]}}},
       "model": {"layers": [{"type": "dense"}]},
       "training": {"epochs": 200, "batch_size": 20, "loss": "ordinal",
                    "optimizer": {"type": "adam", "learning_rate": 0.1}}}
      """)
    let result = try Program.run("train", "config.json", "--output", "run", in: workspace.path)
    try #require(result.exitCode == 0, "\(result.errors)")
    let found = try predict(workspace, "--header", input: "x\n1\n29\n58\n")
    #expect(
      found.lines.first == "level,probability_low,probability_middle,probability_high")
    #expect(found.lines.dropFirst().map { $0.prefix { $0 != "," } } == ["low", "middle", "high"])
    for line in found.lines.dropFirst() {
      let probabilities = line.split(separator: ",").dropFirst().compactMap { Double($0) }
      #expect(probabilities.count == 3 && abs(probabilities.reduce(0, +) - 1) < 1e-5)
    }
    let evaluated = try Program.run(
      "evaluate", "run", "data.csv", "--format", "json", in: workspace.path)
    #expect((evaluated.events.first?["figures"]?["rank_error"]?.double ?? 1) < 0.1)
    #expect(try Program.run("info", "run", in: workspace.path).output.contains("beyond low"))
  }

  @Test func numbersComeBackInTheirUnits() throws {
    var csv = "x,y\n"
    for index in 0..<100 { csv += "\(index),\(5000 + 100 * index)\n" }
    let workspace = try trained(data: #""scaling": "standard""#, csv: csv, target: "y")
    let result = try predict(workspace, input: "x\n0\n99\n")
    let values = result.lines.compactMap { Double($0) }
    try #require(values.count == 2)
    #expect(abs(values[0] - 5000) < 3000)
    #expect(abs(values[1] - 14900) < 3000)
  }

  @Test func predictsEachRowAsItArrives() throws {
    let workspace = try trained()
    let process = Program.process(["predict", "run/model.safetensors"], in: workspace.path)
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    input.fileHandleForWriting.write(Data("width,height\n5.1,5.2\n1.0,".utf8))
    let first = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    #expect(first.hasPrefix("big,"))
    #expect(first.hasSuffix("\n"))
    input.fileHandleForWriting.write(Data("1.1\n".utf8))
    let second = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    #expect(second.hasPrefix("small,"))
    try input.fileHandleForWriting.close()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  @Test func whatWasPredictedBeforeAMistakeIsWritten() throws {
    let workspace = try trained()
    let result = try predict(workspace, input: "width,height\n5.1,5.2\n1.0,x\n1.0,1.1\n")
    #expect(result.exitCode == 65)
    #expect(result.lines.count == 1)
    #expect(result.errors.contains("-:3:5: error: 'x' in column 'height' is not a number"))
  }

  /// The mean of the training part stands for what it lacked nothing of.
  @Test func valuesThatTrainingHadAreFilledIn() throws {
    let workspace = try trained(csv: "width,height,kind\n1,1,small\n5,5,big\n1,1,small\n5,5,big\n")
    let filled = try predict(workspace, input: "width,height\n5,\nNA,-\n")
    #expect(filled.exitCode == 0)
    #expect(filled.output == (try predict(workspace, input: "width,height\n5,3\n3,3\n").output))
    #expect(filled.errors.contains("\"width\" (1 row) and \"height\" (2 rows)"))
    let strict = try trained(data: #""missing": {"at_prediction": "error"}"#)
    let refused = try predict(strict, input: "width,height\n5,\n")
    #expect(refused.exitCode == 65)
    #expect(refused.errors.contains("-:2:3: error: the value of column 'height' is missing"))
  }

  @Test func numbersBeyondSinglePrecisionAreMistakes() throws {
    let workspace = try trained()
    let result = try predict(workspace, input: "width,height\n5.1,5.2\n1e39,-1e300\n1.0,1.1\n")
    #expect(result.exitCode == 65)
    #expect(result.lines.count == 1)
    #expect(
      result.errors.contains(
        "-:3:1: error: '1e39' in column 'width' is too large for single precision"))
    #expect(result.errors.contains("-:3:6: error: '-1e300' in column 'height'"))
  }

  private static let bad = "width,height\n5.1,5.2\n1.0,x\n1.0\n5.0,5.0\n1e39,1\n"

  @Test(arguments: ["csv", "json"]) func badRowsAreLeftOut(format: String) throws {
    let workspace = try trained()
    let good = try predict(
      workspace, "--format", format, input: "width,height\n5.1,5.2\n5.0,5.0\n")
    let skipped = try predict(
      workspace, "--on-error", "skip", "--format", format, input: Self.bad)
    #expect(skipped.exitCode == 65)
    #expect(skipped.output == good.output)
    #expect(skipped.errors.contains("-:3:5: error: 'x' in column 'height' is not a number"))
    #expect(skipped.errors.contains("-:4:1: error: this row has 1 field"))
    #expect(
      skipped.errors.contains(
        "3 of 5 rows have no answer: not-a-number (1), ragged-row (1) and too-large (1)"))
    let blank = try predict(workspace, "--on-error", "blank", "--format", format, input: Self.bad)
    #expect(blank.exitCode == 65)
    let empty = format == "csv" ? ",," : #"{"prediction":null}"#
    #expect(
      blank.lines.map { String($0) }
        == [String(good.lines[0]), empty, empty, String(good.lines[1]), empty])
    #expect(
      try predict(workspace, "--on-error", "skip", input: "width,height\n1,1\n").exitCode == 0)
  }

  /// Lines stay in the order of the rows over many batches, and of each kind a few are told.
  @Test func blanksStayInLine() throws {
    let workspace = try trained(
      data: #""ignore": "kind""#, csv: "x,y,kind\n1,1,a\n2,2,a\n3,3,b\n", target: "y")
    var rows = ""
    for row in 0..<2000 { rows += row % 3 == 1 ? "?!\n" : "\(row % 7)\n" }
    let result = try predict(workspace, "--on-error", "blank", input: "x\n" + rows)
    #expect(result.exitCode == 65)
    #expect(result.lines.count == 2000)
    #expect(
      result.lines.indices.filter { result.lines[$0] == "\"\"" }
        == (0..<2000).filter { $0 % 3 == 1 })
    #expect(result.errors.components(separatedBy: "is not a number").count == 4)
    #expect(result.errors.contains("667 of 2,000 rows have no answer: not-a-number (667)"))
    let numbers = try predict(workspace, input: "x\n0\n1\n2\n3\n4\n5\n6\n").lines
      .compactMap { Double($0) }
    for row in [0, 5, 1001, 1998] {
      #expect(abs((Double(result.lines[row]) ?? .nan) - numbers[row % 7]) < 1e-5)
    }
  }

  @Test func fullDevicesAreReported() throws {
    let workspace = try trained()
    let process = Program.process(
      ["predict", "run/model.safetensors", "data.csv"], in: workspace.path)
    let errors = Pipe()
    process.standardOutput = FileHandle(forWritingAtPath: "/dev/full")
    process.standardError = errors
    try process.run()
    let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 74)
    #expect(text.contains("cannot write 'standard output'"))
  }

  @Test func readsArrays() throws {
    let workspace = try Workspace()
    let trained = try Program.run(
      "train", Checkout.path("configs/digits.json"), "--set", "training.epochs=3", "--output",
      "run",
      in: workspace.path)
    try #require(trained.exitCode == 0)
    let result = try Program.run(
      "predict", "run/model.safetensors", Checkout.path("datasets/digits-images-idx3-ubyte.gz"),
      in: workspace.path)
    #expect(result.exitCode == 0)
    #expect(result.lines.count == 1797)
    let wrong = try Program.run(
      "predict", "run/model.safetensors", Checkout.path("datasets/digits-labels-idx1-ubyte.gz"),
      in: workspace.path)
    #expect(wrong.exitCode == 65)
    #expect(wrong.errors.contains("the model was trained on 8×8"))
  }

  @Test func damagedModelsAreRejected() throws {
    let workspace = try trained()
    let model = try workspace.read("run/model.safetensors")
    func exitCode(_ bytes: [UInt8]) throws -> Int32 {
      try workspace.write("damaged.safetensors", bytes)
      return try Program.run(
        "predict", "damaged.safetensors", "data.csv", in: workspace.path
      ).exitCode
    }
    for length in [0, 7, 8, 100, model.count / 2, model.count - 1] {
      #expect(try exitCode(Array(model.prefix(length))) == 65)
    }
    for position in stride(from: 0, to: model.count, by: model.count / 23) {
      var flipped = model
      flipped[position] ^= 0x10
      #expect(try exitCode(flipped) == 65)
    }
    for length: [UInt8] in [
      [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [0, 0, 0, 0, 0, 0, 0, 0x80],
      [0, 0, 0, 0, 1, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0],
    ] {
      #expect(try exitCode(length + model.dropFirst(8)) == 65)
    }
    #expect(try exitCode(Array(Sample.csv.utf8)) == 65)
  }
}
