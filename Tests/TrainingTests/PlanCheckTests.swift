import Configuration
import Datasets
import TestSupport
import Testing
import Training

/// What is said of a run that builds, but cannot be what was meant.
@Suite struct PlanCheckTests {
  private static let files: [String: [UInt8]] = [
    "data.csv": Array(
      ("t,a,b,y\n"
        + (0..<30).map { "\($0),\($0 * 7 % 30),\($0 % 4),\(["p", "q"][$0 % 2])\n" }.joined()).utf8),
    "small.csv": Array("a,y\n1,p\n2,q\n3,p\n".utf8),
    "text": Array(String(repeating: "abacabad ", count: 20).utf8),
  ]

  struct Fault: Sendable, CustomTestStringConvertible {
    let data: String
    let layers: String
    var training = ""
    let message: String
    var testDescription: String { message }
  }

  private static let series =
    #""train": "data.csv", "target": "a", "ignore": ["y"], "window": {"length": 4, "time": "t", "stride": 2}"#

  static let faults = [
    Fault(
      data: #""train": "small.csv", "target": "y""#, layers: #"{"type": "dense"}"#,
      training: #", "drop_last": true"#, message: "and drop_last leaves no batch"),
    Fault(
      data: #""train": "data.csv", "target": "y""#, layers: #"{"type": "dense"}"#,
      training:
        #", "optimizer": "adamw", "hypergradient": {"weight_decay_range": {"low": 0.0001, "high": 0.1}}"#,
      message: "the weight decay is adapted by the validation part, and there is none"),
    Fault(
      data: series,
      layers: #"{"type": "gru", "units": 3, "return_sequences": true}, {"type": "dense"}"#,
      message: "there is one answer for the whole sequence"),
    Fault(
      data: series, layers: #"{"type": "conv1d", "filters": 1}"#,
      message:
        #"whole sequence: put {"type": "global_average_pool"} or {"type": "flatten"} behind it, and end with {"type": "dense"}, which"#
    ),
    Fault(
      data: series, layers: #"{"type": "gru", "units": 3, "stateful": true}, {"type": "dense"}"#,
      message: "set data.window.stride to its length"),
    Fault(
      data: #""format": "text", "train": "text", "sequence_length": 5"#,
      layers:
        #"{"type": "embedding", "dimensions": 2}, {"type": "max_pool1d", "pool_size": 3, "stride": 1, "padding": "same"}, {"type": "dense"}"#,
      message: "this max_pool1d sees later tokens"),
  ]

  @Test(arguments: faults) func isSaid(_ fault: Fault) throws {
    let run = try FileRun(
      Self.files, data: fault.data, layers: fault.layers, training: fault.training)
    #expect(run.plan == nil)
    let said = run.diagnostics.map { "\($0.message) — \($0.help ?? "")" }
    #expect(said.contains { $0.contains(fault.message) }, "\(said)")
  }

  /// Files of a part that are no examples, or of other columns.
  @Test(arguments: [
    (#""train": "data.csv", "target": ["y", "y"]"#, "a column stands twice in 'target'"),
    (
      #""train": "data.csv", "target": ["y", "b"], "columns": {"y": {"separator": "|"}}"#,
      #""y" has several labels, which is a target of its own and cannot be one of 2"#
    ),
    (
      #""train": "data.csv", "target": "y", "validation": "other.csv""#,
      "lacks the columns"
    ),
    (
      #""train": "holes.csv", "target": "y", "missing": "drop_row""#,
      "has no row without a missing value"
    ),
  ])
  func tablesThatDoNotFitAreSaid(data: String, message: String) throws {
    let files = Self.files.merging([
      "other.csv": Array("t,q\n1,2\n".utf8), "holes.csv": Array("a,b,y\n,1,p\n2,,q\n".utf8),
    ]) { $1 }
    let run = try FileRun(files, data: data)
    #expect(run.plan == nil)
    let said = run.diagnostics.filter { $0.severity == .error }.map(\.message)
    #expect(said.contains { message.isEmpty || $0.contains(message) }, "\(said)")
  }

  @Test(arguments: [
    ("c4", "5.1,3.5,1.4,0.2,setosa", true), ("species", "5.1,3.5,1.4,0.2,setosa", true),
    ("c4", "v,w,x,y,z", true), ("species", "v,w,x,y,z", false),
  ])
  func aRowOfDataForAHeaderIsSaid(target: String, first: String, isData: Bool) throws {
    let rows = "\(first)\n5.9,3,5.1,1.8,virginica\n"
    let run = try FileRun(
      ["data.csv": Array(rows.utf8)], data: #""train": "data.csv", "target": "\#(target)""#)
    let error = try #require(run.diagnostics.first { $0.severity == .error })
    #expect(error.message == "the data has no column \"\(target)\"")
    #expect(error.help?.hasPrefix("columns: \(first.replacing(",", with: ", "))") == true)
    let hint =
      "; if these are data, write \"header\": false in data, which calls the columns c0, c1 and so on"
    #expect(error.help?.hasSuffix(hint) == isData)
  }

  /// The columns of an autoencoder are one mistake, with a way to have one all the same.
  @Test func targetsThatAreFeaturesAreNamedAtOnce() throws {
    let run = try FileRun(
      Self.files,
      data: #""train": "data.csv", "target": ["a", "b"], "features": ["a", "b"], "ignore": ["b"]"#)
    let errors = run.diagnostics.filter { $0.severity == .error && $0.message.contains("target") }
    #expect(
      errors.map(\.message) == [
        #"the targets "a", "b" stand in 'features' too"#,
        #"the target "b" stands in 'ignore' too"#,
      ])
    #expect(errors.first?.help?.contains("give the file a copy of each under another name") == true)
  }

  @Test func severalAnswersOfYesAndNo() throws {
    let run = try FileRun(
      Self.files, data: #""train": "data.csv", "target": ["a", "b"]"#,
      training: #", "loss": "binary_cross_entropy""#)
    #expect(
      run.diagnostics.contains {
        $0.message == "the target 'a' must lie between 0 and 1, as one of several yes/no targets"
      })
  }

  /// One mistake of a column, and not one of each row; what to write in place of two texts is said.
  @Test(arguments: [
    (
      "binary_cross_entropy", "but each of several targets has to be 0 or 1",
      "write 0 for 'no' and 1 for 'yes' in the file, or name it alone in 'target' to learn its classes"
    ),
    (
      "mse", "which are no numbers to predict",
      "write 0 for 'no' and 1 for 'yes' in the file, or name it alone in 'target' to learn its classes"
    ),
  ])
  func severalTargetsOfTextsAreOneMistakeEach(loss: String, reason: String, help: String) throws {
    let rows = ["1,yes,red\n", "2,no,green\n", "3,no,blue\n"]
    let csv = "x,p,q\n" + (0..<30).map { rows[$0 % 3] }.joined()
    let run = try FileRun(
      ["data.csv": Array(csv.utf8)], data: #""train": "data.csv", "target": ["p", "q"]"#,
      training: ", \"loss\": \"\(loss)\"")
    let errors = run.diagnostics.filter { $0.severity == .error }
    #expect(
      errors.map(\.message) == [
        "the target \"p\" holds texts such as 'yes', \(reason)",
        "the target \"q\" holds texts such as 'red', \(reason)",
      ])
    #expect(errors.map(\.help) == [help, "name it alone in 'target' to learn its classes"])
  }

  /// Each category once: the means of a target say no more than its mean. A column that hardly varies stays as it is.
  @Test func whatSaysNothingIsNotMagnified() throws {
    let csv = "id,flat,y\n" + (0..<20).map { "n\($0),\($0 == 3 ? 5 : 1),\($0 % 7)\n" }.joined()
    let run = try FileRun(
      ["data.csv": Array(csv.utf8)],
      data: #"""
        "train": "data.csv", "target": "y", "columns": {
          "id": {"encoding": "target", "scaling": "standard"}, "flat": {"scaling": "robust"}}
        """#)
    let encoding = try #require(try run.sound.data.encoding as? TableEncoding)
    let means = try #require(encoding.features.first as? CodedFeature)
    #expect(Set(means.numbers).count == 1)
    let flat = try #require(encoding.features.last as? NumberFeature)
    #expect(flat.scale.divisor == 1 && flat.scale.offset == 1)
  }

  private func context(_ run: FileRun) -> DataContext {
    DataContext(
      document: .null, baseDirectory: run.workspace.path, seed: 3, lossTask: nil,
      allowsScaledTargets: true)
  }

  @Test func foldsHaveOneTestFile() throws {
    let table = try FileRun(
      Self.files, data: #""train": "data.csv", "target": "y", "test": "data.csv""#)
    let folded = try table.sound.config.data.require().prepareFolds(3, context(table))
    #expect(folded.folds.map { $0.counts[.test] } == [30, 30, 30])
    try RunDirectory(path: table.workspace.path("run")).write(try table.sound)
    let text = String(decoding: try table.workspace.read("run/config.json"), as: UTF8.self)
    #expect(text.contains(#""test": "../data.csv""#), "\(text)")
    let text2 = try FileRun(
      Self.files, data: #""format": "text", "train": "text", "test": "text", "sequence_length": 5"#,
      layers: #"{"type": "embedding", "dimensions": 2}, {"type": "dense"}"#)
    let chained = try text2.sound.config.data.require().prepareFolds(3, context(text2))
    #expect(Set(chained.folds.map { $0.counts[.test] }) == [35])
    try RunDirectory(path: text2.workspace.path("run")).write(try text2.sound)
    #expect(
      String(decoding: try text2.workspace.read("run/config.json"), as: UTF8.self).contains(
        "../text"))
  }

  /// A model file whose configuration is of one kind of data and whose encoding of another.
  @Test func kindsOfDataAreNotMixed() throws {
    let text = try FileRun(
      Self.files, data: #""format": "text", "train": "text", "sequence_length": 5"#,
      layers: #"{"type": "embedding", "dimensions": 2}, {"type": "dense"}"#)
    let table = try FileRun(Self.files, data: #""train": "data.csv", "target": "y""#)
    let windows = try FileRun(
      Self.files, data: Self.series, layers: #"{"type": "flatten"}, {"type": "dense"}"#)
    let runs = [text, table, windows]
    for (index, config) in runs.enumerated() {
      for (other, encoding) in runs.enumerated() where other != index {
        let files = LabeledFiles(features: text.workspace.path(index == 0 ? "text" : "data.csv"))
        do {
          _ = try config.sound.config.data.require().labeledExamples(
            in: files, encoding: encoding.sound.data.encoding, context(config))
          Issue.record("\(index) took the encoding of \(other)")
        } catch let failure as Failure {
          #expect(
            failure.diagnostics.first?.message
              == "the model's configuration and its encoding are of different kinds of data")
        }
      }
    }
    // A text has to be as long as an example.
    try text.workspace.write("short", "aba")
    do {
      _ = try text.sound.config.data.require().labeledExamples(
        in: LabeledFiles(features: text.workspace.path("short")),
        encoding: text.sound.data.encoding, context(text))
      Issue.record("it was long enough")
    } catch let failure as Failure {
      #expect(
        failure.diagnostics.first?.message.contains("has 3 characters, but an example") == true)
    }
  }

  @Test func aTextMayHaveTooManyCharacters() throws {
    let scalars = (0x4E00..<0x9FFF).map { $0 } + (0x2_0000..<0x2_C000).map { $0 }
    let text = String(String.UnicodeScalarView(scalars.compactMap { Unicode.Scalar($0) }))
    let run = try FileRun(
      ["text": Array(text.utf8)], data: #""format": "text", "train": "text", "sequence_length": 5"#,
      layers: #"{"type": "embedding", "dimensions": 2}, {"type": "dense"}"#)
    #expect(run.plan == nil)
    #expect(
      run.diagnostics.contains { $0.message.contains("character") },
      "\(run.diagnostics.map(\.message))")
    let all = try FileRun(
      Self.files,
      data:
        #""format": "text", "train": "text", "sequence_length": 5, "test": {"fraction": 0.999}"#,
      layers: #"{"type": "embedding", "dimensions": 2}, {"type": "dense"}"#)
    #expect(all.plan == nil)
  }
}

extension Optional where Wrapped == any DataConfig {
  /// The section of a configuration that was read without a mistake.
  fileprivate func require() throws -> any DataConfig { try #require(self) }
}
