import Configuration
import Datasets
import Numerics
import TestSupport
import Testing

/// A data section about a text, prepared as a run would.
struct TextSample {
  let workspace: Workspace
  let data: PreparedData

  /// - Parameters:
  ///   - text: the bytes of the training file.
  ///   - more: further members of the section.
  ///   - other: the bytes of `other.txt` beside it.
  init(_ text: [UInt8], more: String = "", other: [UInt8] = []) throws {
    workspace = try Workspace()
    try workspace.write("train.txt", text)
    try workspace.write("other.txt", other)
    let section = "{\"format\": \"text\", \"train\": \"train.txt\"\(more)}"
    let document = JSONParser.parse(SourceText(name: "text.json", "{\"data\": \(section)}")).value
    let config = try DataFormats.catalog.codec.value(section)
    data = try config.prepare(
      DataContext(
        document: document, baseDirectory: workspace.path, seed: 1, lossTask: nil,
        allowsScaledTargets: true))
  }

  init(_ text: String, more: String = "", other: String = "") throws {
    try self.init(Array(text.utf8), more: more, other: Array(other.utf8))
  }

  var encoding: TextEncoding {
    get throws { try #require(data.encoding as? TextEncoding) }
  }

  /// The examples of a part, inputs and targets in words of the text.
  func examples(_ part: Part) throws -> [(input: String, target: String)] {
    guard let set = try data.makeSets()[part] else { return [] }
    let encoding = try encoding
    let length = encoding.sequenceLength
    let batches = Batches(set, size: max(1, set.count))
    var inputs = [Float](repeating: 0, count: set.count * length)
    var targets = inputs
    inputs.withUnsafeMutableBufferPointer { inputs in
      targets.withUnsafeMutableBufferPointer { targets in
        guard let inputs = inputs.baseAddress, let targets = targets.baseAddress else { return }
        batches.load(0, features: inputs, targets: targets, pool: ThreadPool(threads: 1))
      }
    }
    func word(_ tokens: ArraySlice<Float>) -> String {
      String(decoding: tokens.flatMap { encoding.bytes(of: Int($0)) }, as: UTF8.self)
    }
    return (0..<set.count).map { index in
      let range = index * length..<(index + 1) * length
      return (word(inputs[range]), word(targets[range]))
    }
  }
}
