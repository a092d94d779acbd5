import Configuration
import Datasets
import Glibc
import Network
import Numerics
import TestSupport
import Testing
import Training

/// What is said of arrays that do not fit each other or their settings, and what becomes of those that do.
@Suite struct ArrayDataTests {
  private static func words(_ numbers: [Int32]) -> [UInt8] { numbers.flatMap(IDXSamples.bigEndian) }

  private static func singles(_ numbers: [Float]) -> [UInt8] {
    numbers.flatMap { IDXSamples.bigEndian($0.bitPattern) }
  }

  /// Eight examples of two numbers each, as floats; labels as integers, and as pairs of floats.
  private static let files: [String: [UInt8]] = [
    "images": FileRun.images()["images"] ?? [],
    "labels": FileRun.images()["labels"] ?? [],
    "floats": IDXSamples.file(
      type: 0x0D, dimensions: [8, 2], data: singles((0..<16).map { Float($0) / 4 })),
    "nan": IDXSamples.file(
      type: 0x0D, dimensions: [8, 2], data: singles((0..<16).map { $0 == 5 ? .nan : 1 })),
    "signed": IDXSamples.file(
      type: 0x09, dimensions: [8, 2], data: (0..<16).map { UInt8(bitPattern: Int8($0 - 8)) }),
    "shorts": IDXSamples.file(
      type: 0x0B, dimensions: [8, 2], data: (0..<16).flatMap { IDXSamples.bigEndian(Int16($0)) }),
    "longs": IDXSamples.file(type: 0x0C, dimensions: [8, 2], data: words((0..<16).map { $0 * 3 })),
    "deep": IDXSamples.file(
      type: 8, dimensions: [8, 1, 2, 1, 1], data: (0..<16).map { UInt8($0) }),
    "classes": IDXSamples.file(
      type: 0x0C, dimensions: [8], data: words([5, -2, 5, -2, 5, -2, 5, 7])),
    "same": IDXSamples.file(type: 8, dimensions: [8], data: [UInt8](repeating: 4, count: 8)),
    "others": IDXSamples.file(type: 8, dimensions: [8], data: [0, 1, 2, 0, 1, 2, 0, 9]),
    "pairs": IDXSamples.file(
      type: 0x0D, dimensions: [8, 2], data: singles((0..<16).map { Float($0) / 2 })),
    "numbers": IDXSamples.file(
      type: 0x0D, dimensions: [8], data: singles((0..<8).map { Float($0) })),
    "bytes": IDXSamples.file(type: 8, dimensions: [8, 2], data: (0..<16).map { UInt8($0 * 16) }),
    "text": Array("a,b\n1,2\n".utf8),
  ]

  private func run(
    _ features: String, _ labels: String, _ data: String = "",
    layers: String = #"{"type": "flatten"}, {"type": "dense"}"#, training: String = ""
  ) throws -> FileRun {
    try FileRun(
      Self.files,
      data: #"""
        "format": "idx", "train": {"features": "\#(features)", "labels": "\#(labels)"}\#(data)
        """#,
      layers: layers, training: training)
  }

  struct Fault: Sendable, CustomTestStringConvertible {
    let features: String
    let labels: String
    var data = ""
    let code: String
    let message: String
    var testDescription: String { message }
  }

  static let faults = [
    Fault(
      features: "images", labels: "same", code: "count-mismatch",
      message: "'images' holds 12 examples, but 'same' 8 labels"),
    Fault(features: "none", labels: "same", code: "file-not-found", message: "none"),
    Fault(features: "text", labels: "same", code: "not-idx", message: "it looks like a text"),
    Fault(
      features: "nan", labels: "classes", code: "not-finite",
      message: "holds nan in example 3, number 2"),
    Fault(
      features: "floats", labels: "nan", code: "not-finite",
      message: "holds nan in example 3, number 2"),
    Fault(
      features: "floats", labels: "same", code: "one-class",
      message: "the labels have one class only, 4"),
    Fault(
      features: "floats", labels: "classes", data: #", "scaling": "unit""#, code: "scaling",
      message: #"scaling "unit" needs integers, but the features are real numbers"#),
    Fault(
      features: "deep", labels: "classes", data: #", "layout": "image""#, code: "layout",
      message: "the layout image does not fit examples of the shape 1×2×1×1"),
    Fault(
      features: "deep", labels: "classes", data: #", "layout": "sequence""#, code: "layout",
      message: "the layout sequence does not fit examples of the shape 1×2×1×1"),
    Fault(
      features: "floats", labels: "classes",
      data: #", "validation": {"features": "images", "labels": "labels"}"#, code: "shape",
      message: "the examples of validation have the shape 4×3, those of train 2"),
    Fault(
      features: "floats", labels: "classes",
      data: #", "test": {"features": "floats", "labels": "pairs"}"#, code: "shape",
      message: "the labels of test are 8×2 numbers, and a class is one number for each example"),
    Fault(
      features: "floats", labels: "classes",
      data: #", "test": {"features": "floats", "labels": "numbers"}"#, code: "wrong-type",
      message: "the labels of test are no integers as those of train are"),
    Fault(
      features: "floats", labels: "classes",
      data: #", "test": {"features": "floats", "labels": "others"}"#, code: "unseen-category",
      message: "the label 0 of example 1 of test does not occur in the training part"),
  ]

  /// Bytes of 0 to 15 are not brought to 0 to 1 by dividing by 255; those of 0 to 240 are, nearly.
  @Test(arguments: [
    ("deep", "unit", true), ("deep", "min_max", false), ("bytes", "unit", false),
  ])
  func inputsThatUnitLeavesSmallAreSaid(features: String, scaling: String, isSmall: Bool) throws {
    let run = try run(
      features, "classes", #", "layout": "flat", "scaling": "\#(scaling)""#,
      layers: #"{"type": "dense"}"#)
    let found = try #require(run.plan).warnings + (run.plan?.data.warnings ?? [])
    let message = #"scaling "unit" divides by 255, and no number is above 15: inputs are small"#
    #expect(found.contains { $0.message == message } == isSmall, "\(found.map(\.message))")
  }

  @Test(arguments: faults) func isSaid(_ fault: Fault) throws {
    let run = try run(fault.features, fault.labels, fault.data)
    #expect(run.plan == nil)
    let finding = try #require(
      run.diagnostics.first { $0.code == fault.code }, "\(run.diagnostics.map(\.message))")
    #expect(finding.message.contains(fault.message), "\(finding.message)")
  }

  /// What numbers mean follows from their type: that of a later part, and of data for a model, has to mean the same.
  @Test(arguments: [
    ("bytes", "", "bytes", true), ("bytes", "", "floats", false), ("bytes", "", "shorts", false),
    ("shorts", "", "longs", false), ("floats", "", "bytes", false), ("floats", "", "longs", true),
    ("bytes", "standard", "floats", false), ("bytes", "standard", "shorts", true),
    ("shorts", "min_max", "longs", true), ("longs", "standard", "floats", true),
    ("signed", "none", "floats", true),
  ])
  func theTypeOfNumbersStaysTheSame(
    _ learned: String, _ scaling: String, _ later: String, _ isTaken: Bool
  ) throws {
    let scale = scaling.isEmpty ? "" : #", "scaling": "\#(scaling)""#
    let part = try run(
      learned, "numbers",
      scale + #", "test": {"features": "\#(later)", "labels": "numbers"}"#)
    #expect((part.plan != nil) == isTaken, "\(part.diagnostics.map(\.message))")
    #expect(part.diagnostics.contains { $0.code == "element-type" } == !isTaken)

    let plan = try run(learned, "numbers", scale).sound
    let encoding = try #require(plan.data.encoding as? ArrayEncoding)
    let read = try Codec<ArrayEncoding>.object().value(encoding.json)
    #expect(read.elementType == encoding.elementType)
    let file = try IDXFile(FileBytes(name: later, copying: Self.files[later] ?? []))
    var message = ""
    do throws(Failure) {
      try encoding.check(file)
    } catch {
      message = error.diagnostics.map(\.message).joined()
    }
    #expect(message.isEmpty == isTaken, "\(message)")
    if learned == "bytes", later == "floats", scaling.isEmpty {
      #expect(
        message
          == "'floats' holds real numbers, the model was trained on bytes, which are divided by 255"
      )
    }
    // A model that does not say what it learned from takes what has its shape.
    var silent = encoding
    silent.elementType = nil
    try silent.check(file)
  }

  /// Integers are divided by the largest number of their type, each in its own way.
  @Test(arguments: [("signed", 127.0), ("shorts", 32_767), ("longs", 2_147_483_647)])
  func integersAreScaledByTheirType(features: String, largest: Double) throws {
    let plan = try run(features, "classes").sound
    let encoding = try #require(plan.data.encoding as? ArrayEncoding)
    #expect(encoding.divisors == [largest, largest])
    #expect(encoding.target.classes == ["-2", "5", "7"])
    let set = try #require(try plan.data.makeSets()[.train])
    let first: Float = ["signed": -8, "shorts": 0, "longs": 0][features] ?? .nan
    #expect(set.features.range(of: 0, examples: [0])?.lowerBound == first * Float(1 / largest))
  }

  /// Statistics of the training part, by hand: 0, ½, … 3½ and ¼, ¾, … 3¾.
  @Test func realNumbersAreScaledByTheirStatistics() throws {
    let cases: [(String, [Double], Double)] = [
      ("none", [0, 0], 1), ("min_max", [0, 0.25], 3.5), ("standard", [1.75, 2], sqrt(1.3125)),
    ]
    for (scaling, offsets, divisor) in cases {
      let plan = try run("floats", "numbers", #", "scaling": "\#(scaling)""#).sound
      let encoding = try #require(plan.data.encoding as? ArrayEncoding)
      #expect(encoding.offsets == offsets)
      #expect(encoding.divisors.allSatisfy { abs($0 - divisor) < 1e-12 })
      #expect(encoding.target.columns.map(\.name) == ["label0"])
    }
  }

  /// The only example of a class is learned from and never held out, which a warning says as for tables.
  @Test func classesOfOneExampleAreNamed() throws {
    let stratified = #", "validation": {"fraction": 0.5, "stratify": true}"#
    let run = try run("floats", "classes", stratified)
    _ = try run.sound
    let warning = try #require(run.diagnostics.first { $0.code == "rare-class" })
    #expect(warning.severity == .warning)
    #expect(warning.message.contains(#"the class "7" has one example"#))
    let random = try self.run("floats", "pairs", #", "validation": {"fraction": 0.5}"#)
    #expect(!random.diagnostics.contains { $0.code == "rare-class" })
  }

  /// Images are height × width × channels; three rows of 32 channels are probably meant otherwise.
  @Test(
    arguments: [
      ([3, 8, 8], "", true), ([1, 8, 8], "", true), ([8, 8, 3], "", false), ([3, 8, 1], "", false),
      ([8, 8], "", false), ([5, 8, 8], "", false), ([3, 8, 8], "flat", false),
    ] as [([UInt32], String, Bool)])
  func channelsThatComeFirstAreSaid(_ shape: [UInt32], _ layout: String, _ isSaid: Bool) throws {
    let count = Int(shape.reduce(1, *))
    let run = try FileRun(
      [
        "images": IDXSamples.file(
          type: 8, dimensions: [4] + shape, data: (0..<count * 4).map { UInt8($0 % 251) }),
        "labels": IDXSamples.file(type: 8, dimensions: [4], data: [0, 1, 0, 1]),
      ],
      data: FileRun.imageData + (layout.isEmpty ? "" : #", "layout": "\#(layout)""#),
      layers: #"{"type": "flatten"}, {"type": "dense"}"#)
    #expect(run.plan != nil, "\(run.diagnostics.map(\.message))")
    let warning = run.diagnostics.first { $0.code == "channels-first" }
    #expect((warning != nil) == isSaid)
    #expect(warning?.help?.contains("transpose(0, 2, 3, 1)") ?? !isSaid)
  }

  private static let equal = [UInt8](repeating: 7, count: 24)
  private static let different = (0..<24).map { UInt8($0 * 5) }
  private static let halfEqual = (0..<24).map { UInt8($0 % 2 == 0 ? $0 * 5 : 7) }

  /// Nothing is learned from numbers that are all the same; a few features of a flat array may well be.
  @Test(
    arguments: [
      (equal, "", "the features have the same value in all training examples"),
      (halfEqual, "", "channel 2 of 2 has the same value in all training examples"),
      (halfEqual, "flat", nil), (halfEqual, "sequence", nil),
      (equal, "flat", "the features have the same value in all training examples"),
      (different, "", nil),
    ] as [([UInt8], String, String?)])
  func constantFeaturesAreSaid(_ bytes: [UInt8], _ layout: String, _ message: String?) throws {
    for scaling in ["standard", "min_max"] {
      let run = try FileRun(
        [
          "images": IDXSamples.file(
            type: 8, dimensions: layout == "sequence" ? [4, 3, 2] : [4, 3, 1, 2], data: bytes),
          "labels": IDXSamples.file(type: 8, dimensions: [4], data: [0, 1, 0, 1]),
        ],
        data: FileRun.imageData + #", "scaling": "\#(scaling)""#
          + (layout.isEmpty ? "" : #", "layout": "\#(layout)""#),
        layers: #"{"type": "flatten"}, {"type": "dense"}"#)
      _ = try run.sound
      let warnings = run.diagnostics.filter { $0.code == "constant-features" }
      #expect(warnings.map(\.message) == (message.map { [$0] } ?? []))
      #expect(warnings.allSatisfy { $0.severity == .warning })
    }
  }

  @Test func integersMayBeQuantities() throws {
    let plan = try run("floats", "classes", #", "task": "regression""#).sound
    #expect(plan.data.encoding.target.classes.isEmpty)
    let set = try #require(try plan.data.makeSets()[.train])
    let targets = try #require(set.targets)
    #expect(
      (0..<8).map { targets.range(of: 0, examples: [$0])?.lowerBound } == [
        5, -2, 5, -2, 5, -2, 5, 7,
      ])
    let pairs = try run("floats", "pairs").sound
    #expect(pairs.data.encoding.target.columns.map(\.name) == ["label0", "label1"])
  }

  @Test func foldsOfQuantitiesAreShuffled() throws {
    let run = try run(
      "floats", "numbers", #", "test": {"features": "floats", "labels": "numbers"}"#)
    let config = try #require(try run.sound.config.data as? IDXDataConfig)
    let context = DataContext(
      document: .null, baseDirectory: run.workspace.path, seed: 3, lossTask: .regression,
      allowsScaledTargets: true)
    let folded = try config.prepareFolds(2, context)
    #expect(folded.division == .shuffled && folded.folds.count == 2)
    #expect(folded.folds.map { $0.counts[.test] } == [8, 8])
    #expect(folded.folds.map { $0.counts[.validation] } == [4, 4])
    #expect(folded.answers?.answers(5).map(\.targets) == [["5"]])
    // The folder of a run names the files as they lie from there.
    try RunDirectory(path: run.workspace.path("run")).write(try run.sound)
    let text = String(decoding: try run.workspace.read("run/config.json"), as: UTF8.self)
    #expect(text.contains("../floats") && text.contains("../numbers"))
  }

  /// What a model is evaluated on.
  @Test func laterArraysHaveToFitTheModel() throws {
    let run = try run("floats", "pairs")
    let plan = try run.sound
    let config = try #require(plan.config.data as? IDXDataConfig)
    func message(_ features: String, _ labels: String?, _ encoding: any DataEncoding) -> String {
      do {
        let files = LabeledFiles(
          features: run.workspace.path(features), labels: labels.map { run.workspace.path($0) })
        let context = DataContext(
          document: .null, baseDirectory: "", seed: 0, lossTask: nil, allowsScaledTargets: true)
        _ = try config.labeledExamples(in: files, encoding: encoding, context)
        return "taken"
      } catch {
        return (error as? Failure)?.diagnostics.map(\.message).joined() ?? "\(error)"
      }
    }
    #expect(message("floats", "pairs", plan.data.encoding) == "taken")
    #expect(
      message("images", "labels", plan.data.encoding).hasSuffix(
        "holds examples of the shape 4×3, the model was trained on 2"))
    #expect(
      message("floats", "numbers", plan.data.encoding).hasSuffix(
        "holds 1 number for each example, the model predicts 2"))
    let classes = try self.run("floats", "classes").sound
    #expect(
      message("floats", "pairs", classes.data.encoding).hasSuffix(
        "pairs' are 8×2 numbers, and a class is one number for each example"))
    #expect(
      message("floats", nil, plan.data.encoding)
        == "the model reads arrays, whose labels have a file")
    do {
      let files = LabeledFiles(features: "-", labels: "-")
      let context = DataContext(
        document: .null, baseDirectory: "", seed: 0, lossTask: nil, allowsScaledTargets: true)
      _ = try config.labeledExamples(in: files, encoding: plan.data.encoding, context)
    } catch let failure as Failure {
      #expect(
        failure.diagnostics.map(\.message)
          == ["arrays and labels cannot both come from standard input"])
    }
    #expect(
      message("floats", "pairs", TextEncoding())
        == "the model's configuration and its encoding are of different kinds of data")
  }
}
