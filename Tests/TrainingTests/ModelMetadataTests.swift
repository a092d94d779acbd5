import Configuration
import Datasets
import Foundation
import TestSupport
import Testing
import Training

/// What the metadata of a model says has to be what a model can keep: each promise is broken by itself, in a file whose
/// checksum is right.
@Suite struct ModelMetadataTests {
  /// The models that are changed.
  enum Sample: String, Sendable {
    case table, series, labels, images, text
  }

  struct Change: Sendable, CustomTestStringConvertible {
    let sample: Sample
    var key = "encoding"
    /// Separated by points.
    let path: String
    /// JSON; empty to leave the place out.
    let value: String
    let message: String

    init(_ sample: Sample, _ path: String, _ value: String, _ message: String, key: String) {
      (self.sample, self.path, self.value, self.message) = (sample, path, value, message)
      self.key = key
    }

    init(_ sample: Sample, _ path: String, _ value: String, _ message: String) {
      self.init(sample, path, value, message, key: "encoding")
    }

    var testDescription: String { "\(sample.rawValue) \(key) \(path) = \(value)" }
  }

  private static let models = Mutex()

  /// The files, made once.
  private final class Mutex: @unchecked Sendable {
    private let lock = NSLock()
    private var files: [Sample: [UInt8]] = [:]

    func file(_ sample: Sample) throws -> [UInt8] {
      try lock.withLock {
        if let known = files[sample] { return known }
        let made = try ModelMetadataTests.make(sample)
        files[sample] = made
        return made
      }
    }
  }

  private static func make(_ sample: Sample) throws -> [UInt8] {
    switch sample {
    case .table:
      var csv = "a,q,bin,city,size,day,kind,w\n"
      for index in 0..<36 {
        csv += "\(index * 7 % 11),\(index * index % 13),\(index),\(["rome", "oslo"][index % 2]),"
        csv +=
          "\(["S", "M", "L"][index % 3]),2024-0\(index % 9 + 1)-11,\(["x", "y"][index % 2]),1\n"
      }
      return try FileRun(
        ["data.csv": Array(csv.utf8)],
        data: #"""
          "train": "data.csv", "target": "kind", "weight": "w", "scaling": "standard", "columns": {
            "q": {"scaling": "quantile"}, "bin": {"encoding": "piecewise_linear", "bins": 3},
            "size": {"encoding": "ordinal", "order": ["S", "M", "L"]},
            "day": {"type": "datetime", "parts": ["elapsed", "month"]}}
          """#
      ).model
    case .series:
      let csv = "day,level\n" + (1...28).map { "\($0),\($0 * $0 % 17)\n" }.joined()
      return try FileRun(
        ["data.csv": Array(csv.utf8)],
        data: #"""
          "train": "data.csv", "target": "level", "window": {"length": 4, "horizon": 2, "time": "day"}
          """#, layers: #"{"type": "flatten"}, {"type": "dense"}"#
      ).model
    case .labels:
      let csv =
        "a,tags\n" + (0..<24).map { "\($0),\(["p|q", "p", "q", ""][$0 % 4])\n" }.joined()
      return try FileRun(
        ["data.csv": Array(csv.utf8)],
        data: #""train": "data.csv", "target": "tags", "columns": {"tags": {"separator": "|"}}"#,
        training: #", "loss": "binary_cross_entropy""#
      ).model
    case .images:
      return try FileRun(
        FileRun.images(), data: FileRun.imageData,
        layers: #"{"type": "flatten"}, {"type": "dense"}"#
      ).model
    case .text:
      return try FileRun(
        ["text": Array(String(repeating: "abacabad ", count: 20).utf8)],
        data: #""format": "text", "train": "text", "sequence_length": 5"#,
        layers: #"{"type": "embedding", "dimensions": 2}, {"type": "dense"}"#
      ).model
    }
  }

  static let changes = [
    // Targets.
    Change(.table, "target.columns", "[]", "its target has no column"),
    Change(.table, "target.classes", #"["x", "x"]"#, "its classes are not unique"),
    Change(.table, "target.classes", #"["x"]"#, "its target has one class"),
    Change(.table, "target.columns.0.divisor", "0", "a scale divides by zero"),
    Change(.series, "target.threshold", "0.5", "its threshold has no yes or no to decide"),
    Change(.images, "target.weight", #""w""#, "its weights are no weights"),
    Change(.table, "target.weight", #""a""#, "its weights are no weights"),
    Change(.labels, "target.columns.1.name", #""p""#, "its labels are no list"),
    Change(.labels, "target.columns.1.name", #"" q""#, "its labels are no list"),
    Change(.labels, "target.task", #""regression""#, "its labels are no list"),
    Change(.table, "target", "17", "its encoding: "),
    // Tables.
    Change(.table, "features", "[]", "its encoding: "),
    Change(.table, "features.0.name", #""q""#, "its columns are not unique"),
    Change(.table, "features.0.divisor", "0", "a scale divides by zero"),
    Change(.table, "features.1.curve.quantiles", "[]", "its quantiles do not ascend"),
    Change(.table, "features.1.curve.quantiles", "[2, 1]", "its quantiles do not ascend"),
    Change(.table, "features.2.edges", "[1, 1, 2, 3]", "its bins do not ascend"),
    Change(.table, "features.3.categories", #"["rome", "rome"]"#, "its categories are not unique"),
    Change(.table, "features.4.categories", #"["S", "S", "L"]"#, "its categories are not unique"),
    Change(.table, "features.4.numbers", "[1]", "its numbers do not fit its categories"),
    Change(.table, "features.4.unseen", "[1, 2]", "its numbers do not fit its categories"),
    Change(.table, "features.4.inputs.0.divisor", "0", "a scale divides by zero"),
    Change(.table, "features.4.inputs.0.indicator", "true", "a scale divides by zero"),
    Change(
      .table, "features.4.inputs.0.curve", #"{"kind": "quantile"}"#, "its quantiles do not ascend"),
    Change(.table, "features.5.parts", #"["month", "month"]"#, "a date has a part twice"),
    Change(.table, "features.5.scales", "[]", "its scales do not fit its dates"),
    Change(.table, "features.5.scales.0.divisor", "0", "a scale divides by zero"),
    Change(.table, "features.5", "", "the array 'layers.0.kernel' has the shape"),
    // Series.
    Change(
      .series, "window.length", "1000000", "the array 'layers.1.kernel' has the shape"),
    Change(.series, "window.horizon", "3", "its window does not fit its target"),
    Change(.series, "window.targets", #"["a", "b"]"#, "its window does not fit its target"),
    Change(.series, "window.time", "", "it has a step but no times"),
    Change(.series, "window.time_kind", "", "its times have no kind, or no column"),
    Change(.series, "window.time_kind", #""date""#, "its step is none of its times"),
    // Arrays.
    Change(
      .images, "shape", "[16777216, 16777216]", "its examples are impossibly large"),
    Change(
      .images, "stored_shape", "[1, 1, 1, 1, 1, 1, 1, 4, 3]",
      "its examples have too many dimensions"),
    Change(.images, "stored_shape", "[4, 4]", "its stored shape does not fit its shape"),
    Change(
      .images, "stored_shape", "[16777216, 16777216, 16777216]",
      "its stored shape does not fit its shape"),
    Change(.images, "offsets", "[0, 0]", "its scales do not fit its shape"),
    Change(.images, "divisors", "[1, 1]", "its scales do not fit its shape"),
    Change(.images, "divisors", "[0]", "a scale divides by zero"),
    // Texts.
    Change(.text, "tokenizer", #""byte""#, "bytes have no characters of their own"),
    Change(.text, "characters", "[]", "it has 0 characters"),
    Change(
      .text, "characters", #"["a", "bc", "d", "e", "f"]"#,
      "its characters are not single ones in their order"),
    Change(
      .text, "characters", #"["b", "a", "c", "d", "e"]"#,
      "its characters are not single ones in their order"),
    // The configuration.
    Change(.table, "training.loss", "", "its configuration names no loss", key: "config"),
    Change(.table, "training.loss.type", #""mse""#, "the mse loss", key: "config"),
    Change(
      .table, "model.layers.0", #"{"type": "conv2d", "filters": 2}"#,
      "layers[0]: conv2d takes an image",
      key: "config"),
    Change(
      .table, "model.layers", #"[{"type": "dense", "units": 5}]"#, "outputs of the shape 5",
      key: "config"),
    Change(
      .table, "model.layers.0.use_bias", "false", "the network has no array 'layers.0.bias'",
      key: "config"),
    Change(
      .table, "model.layers.0.name", #""top""#, "the array 'top.kernel' is missing", key: "config"),
    Change(.table, "", "[", "its config: ", key: "config"),
    Change(.table, "", "null", "its encoding: ", key: "encoding"),
  ]

  private func message(_ bytes: [UInt8]) throws -> String {
    do {
      _ = try TrainedModel(file: FileBytes(name: "model", copying: bytes), rows: 4)
      return "it was taken"
    } catch let failure as Failure {
      return failure.diagnostics.map(\.message).joined(separator: "\n")
    }
  }

  @Test(arguments: changes) func isRefused(_ change: Change) throws {
    let bytes = try Self.models.file(change.sample)
    #expect(try message(bytes) == "it was taken")
    let file = try Safetensors(FileBytes(name: "model", copying: bytes))
    let old = try #require(file.metadata[change.key])
    let new =
      change.path.isEmpty
      ? change.value
      : try #require(
        JSONValue(parsing: old).replacing(
          change.path.split(separator: ".").map(String.init),
          by: change.value.isEmpty ? nil : JSONValue(parsing: change.value))
      ).compactText
    #expect(new != old)
    let changed = file.withPieces(replacing: change.key, by: new) { $0.flatMap { Array($0) } }
    let found = try message(changed)
    #expect(found.contains(change.message), "\(found)")
  }

  @Test func parametersAreNumbers() throws {
    let bytes = try Self.models.file(.table)
    let file = try Safetensors(FileBytes(name: "model", copying: bytes))
    var open = file.withPieces(replacing: "training", by: "{}") { $0.flatMap { Array($0) } }
    let prefix = Array("\"crc32:".utf8)
    let place = try #require(open.firstRange(of: prefix)).lowerBound
    open.replaceSubrange(place..<place + 16, with: Array("\"none\"          ".utf8))
    #expect(try message(open) == "it was taken")
    open.replaceSubrange(open.count - 4..<open.count, with: [0, 0, 0xC0, 0x7F])
    #expect(try message(open).hasSuffix("its arrays hold numbers that are not finite"))
  }

  /// Files of the format that are no models, or not whole ones.
  @Test func whatIsMissingIsNamed() throws {
    let bytes = try Self.models.file(.table)
    let file = try Safetensors(FileBytes(name: "model", copying: bytes))
    func message(without key: String) throws -> String {
      let metadata = file.metadata.filter { $0.key != key && $0.key != "checksum" }
      let tensors: [(String, [Int], UnsafeBufferPointer<Float>)] = []
      return try self.message(
        Safetensors.withPieces(metadata: metadata.map { ($0.key, $0.value) }, tensors: tensors) {
          $0.flatMap { Array($0) }
        })
    }
    #expect(
      try message(without: "format")
        == "'model' is a safetensors file, but no model that hptrain wrote")
    #expect(try message(without: "config").contains("its metadata lacks 'config'"))
    #expect(try message(without: "encoding").contains("its metadata lacks 'encoding'"))
    #expect(try message(without: "none").contains("the array 'layers.0.kernel' is missing"))
  }
}
