import Configuration
import Foundation
import TestSupport
import Testing

/// What `evaluate` says of a file is what training said of it.
@Suite struct EvaluateTests {
  /// Trains `config.json` of a folder.
  ///
  /// - Returns: the figures of the validation part, by name.
  private func train(_ workspace: Workspace) throws -> JSONValue {
    let result = try Program.run(
      "train", "config.json", "--output", "run", "--format", "json", in: workspace.path)
    #expect(result.exitCode == 0, "\(result.errors)\(result.output)")
    return try #require(result.events.last?["validation"])
  }

  /// Rows that cannot be scored are told, and do not count.
  @Test func badRowsAreLeftOut() throws {
    let workspace = try tables(
      data: #""target": "kind", "scaling": "standard", "missing": "median""#,
      training: #""loss": "cross_entropy""#)
    _ = try train(workspace)
    let lines = Self.table(90..<130).split(separator: "\n").map { String($0) }
    var bad = lines
    bad[3] = "1,2,rome,many,small"
    bad[7] = "1,2,atlantis,3,small"
    bad[11] = "1,2,rome,3,huge"
    bad[15] = "1,2,rome,3"
    bad[19] = "1,2,rome,3,"
    bad[lines.count - 1] = "x,2,oslo,y,small"
    try workspace.write("bad.csv", bad.joined(separator: "\n") + "\n")
    let good = lines.enumerated().filter { lines[$0.offset] == bad[$0.offset] }.map(\.element)
    try workspace.write("good.csv", good.joined(separator: "\n") + "\n")
    #expect(
      try Program.run("evaluate", "run", "bad.csv", in: workspace.path).exitCode == 65)
    let skipped = try Program.run(
      "evaluate", "run", "bad.csv", "--on-error", "skip", "--format", "json", in: workspace.path)
    #expect(skipped.exitCode == 65)
    let found = try #require(skipped.events.first)
    let told = (found["diagnostics"]?.items ?? []).map { finding in
      let place = [finding["line"], finding["column"]].map { $0?.compactText ?? "" }
      return "\(finding["file"]?.string ?? ""):" + place.joined(separator: ":")
    }
    for place in ["bad.csv:4:10", "bad.csv:8:5", "bad.csv:12:12", "bad.csv:16:1", "bad.csv:20:12"] {
      #expect(told.contains(place), "\(told)")
    }
    #expect(skipped.lines.count == 1 && skipped.errors.isEmpty, "\(skipped.errors)")
    #expect(skipped.output.contains("6 of 40 rows do not count"))
    let expected = try evaluate(workspace, "good.csv")
    #expect(found["figures"]?.compactText == expected["figures"]?.compactText)
    #expect(found["skipped_rows"]?.integer == 6 && expected["skipped_rows"]?.integer == 0)
    let none = try Program.run(
      "evaluate", "run", "good.csv", "--on-error", "skip", in: workspace.path)
    #expect(none.exitCode == 0 && none.errors.isEmpty)
  }

  /// What is wrong with an answer that is a number, with a weight and with inputs of every kind.
  @Test func badNumbersAreLeftOut() throws {
    let workspace = try Workspace()
    func row(_ index: Int) -> [String] {
      [
        "\(index * 7 % 31)", "k\(index % 3)", "2024-01-\(index % 9 + 10)", "\(index % 40)",
        "\(index % 3 + 1)", "\(index % 11)",
      ]
    }
    func write(_ name: String, _ rows: [[String]]) throws {
      try workspace.write(name, rows.map { $0.joined(separator: ",") + "\n" }.joined())
    }
    try write("train.csv", (0..<80).map(row))
    try workspace.write(
      "config.json",
      #"""
      {"name": "t", "data": {"train": "train.csv", "header": ["a", "c", "d", "b", "w", "y"],
        "target": "y", "weight": "w", "scaling": "standard", "missing": "mean",
        "columns": {"c": {"encoding": "hash", "buckets": 4, "missing": "most_frequent", "indicator": true},
                    "d": {"type": "datetime", "missing": "error"},
                    "b": {"encoding": "piecewise_linear", "bins": 4, "indicator": true}},
        "validation": {"fraction": 0.25}},
       "model": {"layers": [{"type": "dense"}]}, "training": {"epochs": 2, "loss": "poisson"}}
      """#)
    _ = try train(workspace)
    var bad = (80..<100).map(row)
    bad[1][5] = "many"
    bad[2][5] = "inf"
    bad[3][5] = "-1"
    bad[4][5] = ""
    bad[5][5] = "1e300"
    bad[6][4] = "-2"
    bad[7][4] = ""
    bad[8][2] = "soon"
    bad[10][0] = "nan?"
    bad[11][0] = "1e999"
    bad[12][3] = "1e300"
    // They are missing, and something stands in.
    bad[13][0] = ""
    bad[14][1] = ""
    bad[15][3] = ""
    bad[16][2] = ""
    try write("bad.csv", bad)
    let found = try Program.run(
      "evaluate", "run", "bad.csv", "--on-error", "skip", in: workspace.path)
    #expect(found.exitCode == 65)
    for (line, words) in [
      (2, "6: error: 'many' in column 'y' is not a number"),
      (3, "6: error: 'inf' in column 'y' is not a finite number"),
      (4, "6: error: the target 'y' must not be negative with this loss"),
      (5, "6: error: the target 'y' is missing"),
      (6, "6: error: '1e300' in column 'y' is too large"),
      (7, "5: error: "), (8, "5: error: the weight of the row is missing in column 'w'"),
      (9, "3: error: 'soon' in column 'd' is not a date"),
      (11, "1: error: 'nan?' in column 'a' is not a number"),
      (12, "1: error: '1e999' in column 'a' is not a finite number"), (13, "4: error: "),
    ] {
      let place =
        found.errors.split(separator: "\n").first { $0.hasPrefix("bad.csv:\(line):") } ?? ""
      // Behind the line there is the place in it, which depends on what stands before.
      let words = words.split(separator: " ", maxSplits: 1).last.map(String.init) ?? ""
      #expect(place.contains(words), "\(line): \(found.errors)")
    }
    #expect(found.output.contains("11 rows that cannot be scored left out"), "\(found.output)")
    // Without the target, and without the weights too.
    for columns in [Array(0..<6), [0, 1, 2, 3, 4], [0, 1, 2, 3]] {
      try write("new.csv", (100..<110).map { index in columns.map { row(index)[$0] } })
      let predicted = try Program.run("predict", "run", "new.csv", in: workspace.path)
      #expect(predicted.exitCode == 0, "\(predicted.errors)")
      #expect(predicted.lines.count == 10)
    }
  }

  /// The weights of a file count as those of training did; without them all rows count alike, and predict asks
  /// for none.
  @Test func weights() throws {
    let workspace = try Workspace()
    func table(_ rows: Range<Int>, weighted: Bool) -> String {
      (weighted ? "a,w,kind\n" : "a,kind\n")
        + rows.map { row in
          "\(row * 37 % 101)\(weighted ? ",\(row % 4)" : ""),\(row * 37 % 101 < 40 ? "small" : "big")\n"
        }.joined()
    }
    try workspace.write("train.csv", table(0..<90, weighted: true))
    try workspace.write("later.csv", table(90..<200, weighted: true))
    try workspace.write("plain.csv", table(90..<200, weighted: false))
    try workspace.write(
      "config.json",
      """
      {"name": "t", "data": {"train": "train.csv", "validation": "later.csv", "target": "kind",
       "weight": "w", "scaling": "standard"},
       "model": {"layers": [{"type": "dense"}]},
       "training": {"epochs": 3, "loss": {"type": "cross_entropy", "class_weights": "balanced"},
                    "metrics": ["accuracy", "roc_auc", "f1"]}}
      """)
    let checked = try Program.run("check", "config.json", in: workspace.path)
    #expect(checked.output.contains(/weights +w/))
    let trained = try train(workspace)
    try expectSame(try evaluate(workspace, "later.csv"), trained)
    let plain = try Program.run(
      "evaluate", "run", "plain.csv", "--format", "json", in: workspace.path)
    #expect(plain.output.contains("no column 'w' of weights"))
    #expect(plain.events.first?["figures"]?["loss"]?.double != trained["loss"]?.double)
    for file in ["later.csv", "plain.csv"] {
      let predicted = try Program.run("predict", "run", file, in: workspace.path)
      #expect(predicted.exitCode == 0 && predicted.errors.isEmpty, "\(predicted.errors)")
      #expect(predicted.lines.count == 110)
    }
    let found = try Program.run(
      "find-threshold", "run", "later.csv", "--dry-run", in: workspace.path)
    #expect(found.exitCode == 0, "\(found.errors)")
  }

  /// Evaluates the model of `run`.
  private func evaluate(_ workspace: Workspace, _ arguments: String...) throws -> JSONValue {
    let result = try Program.run(
      ["evaluate", "run"] + arguments + ["--format", "json"], in: workspace.path)
    #expect(result.exitCode == 0, "\(result.errors)\(result.output)")
    #expect(result.lines.count == 1)
    return try #require(result.events.first)
  }

  private func expectSame(_ evaluation: JSONValue, _ trained: JSONValue) throws {
    let figures = try #require(evaluation["figures"])
    for member in try #require(trained.members) {
      #expect(
        figures[member.key]?.double == member.value.double,
        "\(member.key): \(figures.compactText), not \(trained.compactText)")
    }
  }

  /// Rows with a class, a number and a feature that lacks values.
  private static func table(_ rows: Range<Int>) -> String {
    "a,b,city,size,kind\n"
      + rows.map { row in
        let b = row % 11 == 5 ? "" : "\(Double(row % 7) / 10)"
        return
          "\(Double(row * 37 % 101) / 10),\(b),\(["rome", "oslo", "lima"][row % 3]),"
          + "\(row * row % 97 * 1000),\(row * 37 % 101 < 40 ? "small" : "big")\n"
      }.joined()
  }

  private func tables(data: String, training: String, batchSize: Int = 16) throws -> Workspace {
    let workspace = try Workspace()
    try workspace.write("train.csv", Self.table(0..<90))
    try workspace.write("later.csv", Self.table(90..<400))
    try workspace.write(
      "config.json",
      """
      {"name": "t", "data": {"train": "train.csv", "validation": "later.csv", \(data)},
       "model": {"layers": [{"type": "dense", "units": 7, "activation": "tanh"}, {"type": "dense"}]},
       "training": {"epochs": 2, "batch_size": \(batchSize), \(training)}}
      """)
    return workspace
  }

  @Test(arguments: [
    #""loss": "binary_cross_entropy", "metrics": ["accuracy", "roc_auc", {"type": "f1", "average": "macro"}]"#,
    #""loss": {"type": "cross_entropy", "class_weights": "balanced"}, "metrics": ["perplexity"]"#,
    #""loss": {"type": "cross_entropy", "class_weights": {"big": 3}, "label_smoothing": 0.1}"#,
    #""loss": "hinge""#,
  ])
  func classes(training: String) throws {
    let workspace = try tables(
      data: #""target": "kind", "scaling": "standard", "missing": "median""#, training: training)
    let trained = try train(workspace)
    let evaluation = try evaluate(workspace, "later.csv")
    try expectSame(evaluation, trained)
    #expect(evaluation["examples"]?.integer == 310)
    // Training reports on its validation part, too.
    let report = JSONParser.parse(
      SourceText(name: "report", bytes: try workspace.read("run/report.json"))
    ).value
    for key in ["classes", "macro_average", "weighted_average", "confusion_matrix"] {
      #expect(evaluation[key]?.compactText == report[key]?.compactText)
    }
  }

  @Test func aBatchLargerThanTheTrainingPart() throws {
    let workspace = try tables(
      data: #""target": "kind", "missing": "drop_row""#, training: #""epochs": 3"#,
      batchSize: 4096)
    // A key that stands twice would be an error.
    try workspace.write(
      "config.json",
      String(decoding: try workspace.read("config.json"), as: UTF8.self).replacing(
        #""epochs": 2, "#, with: ""))
    let trained = try train(workspace)
    let evaluation = try evaluate(workspace, "later.csv")
    try expectSame(evaluation, trained)
    let dropped = (90..<400).count { $0 % 11 == 5 }
    #expect(evaluation["dropped_rows"]?.integer == dropped)
    #expect(evaluation["examples"]?.integer == 310 - dropped)
  }

  /// Training lacked nothing; its mean stands for what later rows lack.
  @Test func valuesThatTrainingHadAreFilledIn() throws {
    let workspace = try tables(
      data: #""target": "kind", "features": ["a", "city"]"#, training: #""loss": "cross_entropy""#)
    _ = try train(workspace)
    let values = (0..<90).map { Double($0 * 37 % 101) / 10 }
    let mean: Double = values.reduce(0, +) / 90
    for a in ["", "\(mean)"] {
      try workspace.write("few.csv", "a,city,kind\n\(a),rome,big\n9,oslo,small\n")
      let result = try Program.run(
        "evaluate", "run", "few.csv", "--format", "json", in: workspace.path)
      try workspace.write(a.isEmpty ? "filled.json" : "given.json", result.output)
      #expect(result.exitCode == 0, "\(result.errors)")
      #expect(result.output.contains("1 value of column 'a' is missing") == a.isEmpty)
    }
    let figures = try ["filled.json", "given.json"].map { name in
      JSONParser.parse(SourceText(name: name, bytes: try workspace.read(name))).value["figures"]?
        .compactText
    }
    #expect(figures[0] != nil && figures[0] == figures[1])
  }

  @Test(arguments: ["standard", "min_max", "none"])
  func scaledNumbers(scaling: String) throws {
    let workspace = try tables(
      data:
        #""target": "size", "scaling": "\#(scaling)", "ignore": "kind", "missing": "mean""#,
      training: #""loss": "huber""#)
    let trained = try train(workspace)
    try expectSame(evaluate(workspace, "later.csv"), trained)
    // All the metrics of numbers, and columns in another order with some that nobody knows.
    let lines = Self.table(90..<400).split(separator: "\n").map { line in
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      return ([fields[3], "x"] + fields[0..<3]).joined(separator: ",")
    }
    try workspace.write(
      "other.csv", lines.joined(separator: "\n").replacing("size,x", with: "size,new"))
    let result = try Program.run(
      "evaluate", "run", "-", "--format", "json", in: workspace.path,
      input: try workspace.read("other.csv"))
    let figures = try #require(result.events.first?["figures"])
    #expect(figures.members?.map(\.key) == ["loss", "rmse", "r2", "mse", "mae"])
    let note = result.events.first?["diagnostics"]?.items?.first?["message"]?.string
    #expect(note?.contains("\"new\"") == true)
    let plain = try #require(evaluate(workspace, "later.csv")["figures"])
    #expect(figures.compactText == plain.compactText)
    let rmse = try #require(figures["rmse"]?.double)
    #expect(abs(rmse * rmse - (figures["mse"]?.double ?? 0)) < 1e-9 * rmse * rmse)
  }

  /// A target of one number does not vary, whatever was answered.
  @Test(arguments: [("size", "rmse", "r2"), ("kind", "accuracy", "roc_auc")])
  func anUndefinedFigureSaysWhatItNeeds(target: String, defined: String, undefined: String) throws {
    let workspace = try tables(
      data: #""target": "\#(target)", "scaling": "standard", "missing": "median""#,
      training: #""loss": "\#(target == "size" ? "mse" : "cross_entropy")""#)
    _ = try train(workspace)
    let lines = Self.table(90..<120).split(separator: "\n").filter { !$0.contains(",,") }
    try workspace.write("one.csv", lines.prefix(2).joined(separator: "\n") + "\n")
    let text = try Program.run("evaluate", "run", "one.csv", in: workspace.path)
    #expect(text.exitCode == 0, "\(text.errors)")
    #expect(text.errors.contains("note: \(undefined) is undefined: it needs "), "\(text.errors)")
    #expect(!text.errors.contains("note: \(defined)"))
    #expect(
      text.lines.contains {
        $0.split(separator: " ").map(String.init) == [undefined, "undefined"]
      }, "\(text.output)")
    let figures = try #require(try evaluate(workspace, "one.csv")["figures"])
    if case .null? = figures[undefined]?.kind {} else { Issue.record("\(figures.compactText)") }
    #expect(figures[defined]?.double != nil)
  }

  @Test(arguments: [false, true])
  func arrays(isCompressed: Bool) throws {
    let workspace = try Workspace()
    for (name, count) in [("train", 40), ("later", 300)] {
      let pixels = (0..<count * 16).map { UInt8(truncatingIfNeeded: $0 * $0 % 251) }
      let labels = (0..<count).map { UInt8($0 * 7 % 3) }
      try workspace.write(
        "\(name).images",
        IDXSamples.file(type: 8, dimensions: [UInt32(count), 4, 4], data: pixels))
      try workspace.write(
        "\(name).labels", IDXSamples.file(type: 8, dimensions: [UInt32(count)], data: labels))
    }
    try workspace.write(
      "config.json",
      """
      {"name": "t", "data": {"format": "idx",
         "train": {"features": "train.images", "labels": "train.labels"},
         "validation": {"features": "later.images", "labels": "later.labels"}},
       "model": {"layers": [{"type": "conv2d", "filters": 8}, {"type": "flatten"}, {"type": "dense"}]},
       "training": {"epochs": 2, "batch_size": 8, "metrics": ["accuracy", "top_k_accuracy"]}}
      """.replacing(#""top_k_accuracy""#, with: #"{"type": "top_k_accuracy", "k": 2}"#))
    let trained = try train(workspace)
    try expectSame(
      isCompressed
        ? evaluate(workspace, "later.images", "--labels", "later.labels")
        : evaluate(workspace, "later.images", "later.labels"), trained)

    let none = try Program.run("evaluate", "run", "later.images", in: workspace.path)
    #expect(none.exitCode == 64 && none.errors.contains("with --labels"))
    // The same of a report, which takes no second file.
    let report = try Program.run("report", "run", "--data", "later.images", in: workspace.path)
    #expect(report.exitCode == 64 && report.errors.contains("with --labels"))
    let twice = try Program.run(
      "evaluate", "run", "later.images", "later.labels", "--labels", "later.labels",
      in: workspace.path)
    #expect(twice.exitCode == 64)
    let other = try Program.run(
      "evaluate", "run", "later.images", "train.labels", in: workspace.path)
    #expect(other.exitCode == 65)
    #expect(other.errors.contains("300 examples"))
    try workspace.write(
      "odd.labels",
      IDXSamples.file(type: 8, dimensions: [300], data: [UInt8](repeating: 9, count: 300)))
    let odd = try Program.run("evaluate", "run", "later.images", "odd.labels", in: workspace.path)
    #expect(odd.exitCode == 65)
    #expect(odd.errors.contains("the label 9 of example 1 of 'odd.labels'"))
  }

  @Test(arguments: [#""length": 8, "time": "date""#, #""length": 5, "horizon": 3, "stride": 2"#])
  func series(window: String) throws {
    let config = SeriesSample.config(
      window: window,
      data: #""validation": "later.csv", "target": "level", "scaling": "standard""#
        + (window.contains("time") ? "" : #", "ignore": "date""#))
    let workspace = try SeriesSample.workspace(config: config)
    try workspace.write("later.csv", SeriesSample.csv(days: 300, from: 61))
    let trained = try train(workspace)
    try expectSame(evaluate(workspace, "later.csv"), trained)
    try workspace.write("short.csv", SeriesSample.csv(days: 5, from: 61))
    let short = try Program.run("evaluate", "run", "short.csv", in: workspace.path)
    #expect(short.exitCode == 65)
    #expect(short.errors.contains("no window fits into 'short.csv'"), "\(short.errors)")
    let piped = try Program.run(
      "evaluate", "run", "-", in: workspace.path, input: try workspace.read("short.csv"))
    #expect(piped.errors.contains("no window fits into standard input: "), "\(piped.errors)")
  }

  @Test func severalSeriesWithGaps() throws {
    func csv(_ days: Range<Int>) -> String {
      "date,shop,level\n"
        + days.filter { $0 % 40 != 7 }.flatMap { day in
          ["x", "y"].map { shop in
            "\(SeriesSample.date(day)),\(shop),\(SeriesSample.level(shop == "x" ? day : 2 * day))\n"
          }
        }.joined()
    }
    let workspace = try SeriesSample.workspace(
      csv: csv(1..<100),
      config: SeriesSample.config(
        window: #""length": 6, "time": "date", "group": "shop", "gaps": "split""#,
        data: #""validation": "later.csv", "target": "level", "scaling": "min_max""#))
    try workspace.write("later.csv", csv(100..<320))
    let trained = try train(workspace)
    try expectSame(evaluate(workspace, "later.csv"), trained)
  }

  @Test(arguments: [false, true])
  func text(isStateful: Bool) throws {
    let workspace = try Workspace()
    let line = "to be or not to be, that is the question.\n"
    try workspace.write("train.txt", String(repeating: line, count: 40))
    try workspace.write("later.txt", String(repeating: String(line.dropFirst(3)), count: 97))
    try workspace.write(
      "config.json",
      """
      {"name": "t",
       "data": {"format": "text", "train": "train.txt", "validation": "later.txt",
                "sequence_length": 10},
       "model": {"layers": [{"type": "embedding", "dimensions": 6},
         {"type": "gru", "units": 12, "return_sequences": true, "stateful": \(isStateful)},
         {"type": "dense"}]},
       "training": {"epochs": 2, "batch_size": 8, "optimizer": "adam"}}
      """)
    let trained = try train(workspace)
    #expect(trained["bits_per_character"]?.double != nil)
    let evaluation = try evaluate(workspace, "later.txt")
    try expectSame(evaluation, trained)
    #expect(evaluation["figures"]?["accuracy"]?.double != nil)
    #expect(evaluation["classes"] == nil)
    try workspace.write("odd.txt", line + "é")
    let odd = try Program.run("evaluate", "run", "odd.txt", in: workspace.path)
    #expect(odd.exitCode == 65)
    #expect(odd.errors.contains("odd.txt:2:1"))
    let labels = try Program.run("evaluate", "run", "odd.txt", "odd.txt", in: workspace.path)
    #expect(labels.exitCode == 64)
  }

  @Test func metrics() throws {
    let workspace = try tables(
      data: #""target": "city", "missing": "median""#, training: #""metrics": ["accuracy"]"#)
    _ = try train(workspace)
    let figures = try #require(
      evaluate(
        workspace, "later.csv", "--metric", #"{"type": "top_k_accuracy", "k": 1}"#, "--metric",
        #"{"type": "top_k_accuracy", "k": 2}"#, "--metric", #"{"type": "f1", "average": "micro"}"#)[
          "figures"])
    #expect(
      figures.members?.map(\.key) == [
        "loss", "accuracy", "precision", "recall", "roc_auc", "perplexity", "top_k_accuracy(k=1)",
        "top_k_accuracy(k=2)", "f1",
      ])
    #expect(figures["top_k_accuracy(k=1)"]?.double == figures["accuracy"]?.double)
    // Of answers with one class each, a false one for one class is one that another lacks.
    #expect(figures["f1"]?.double == figures["accuracy"]?.double)

    for (metric, message) in [
      ("rmse", "metrics for classification: accuracy"), ("acuracy", "accuracy"),
      (#"{"type": "top_k_accuracy", "k": 3}"#, "k 3 is always 1"),
      (#"{"type": "f1""#, "--metric:1"),
      (#"{"type": "f1", "averag": "macro"}"#, "did you mean 'average'?"),
    ] {
      let result = try Program.run(
        "evaluate", "run", "later.csv", "--metric", metric, in: workspace.path)
      #expect(result.exitCode == 64, "\(metric): \(result.errors)")
      #expect(result.errors.contains(message), "\(metric): \(result.errors)")
    }
  }

  @Test func badData() throws {
    let workspace = try tables(
      data: #""target": "kind", "missing": "median""#, training: #""metrics": ["accuracy"]"#)
    _ = try train(workspace)
    for (name, rows, place) in [
      ("missing", "1,1,rome,3,small\n1,1,rome,3,\n", "x.csv:3:12"),
      ("unknown", "1,1,rome,3,small\n1,1,rome,3,huge\n", "x.csv:3:12"),
      ("category", "1,1,paris,3,small\n", "x.csv:2:5"),
      ("number", "1,one,rome,3,small\n", "x.csv:2:3"),
    ] {
      try workspace.write("x.csv", "a,b,city,size,kind\n" + rows)
      let result = try Program.run("evaluate", "run", "x.csv", in: workspace.path)
      #expect(result.exitCode == 65, "\(name): \(result.errors)")
      #expect(result.errors.contains(place), "\(name): \(result.errors)")
    }
    try workspace.write("x.csv", "a,b,city,size\n1,1,rome,3\n")
    let absent = try Program.run("evaluate", "run", "x.csv", in: workspace.path)
    #expect(absent.exitCode == 65)
    #expect(absent.errors.contains("lacks the column \"kind\""))
    let none = try Program.run("evaluate", "run", "nothing.csv", in: workspace.path)
    #expect(none.exitCode == 66)
  }
}
