import Configuration
import Datasets
import Foundation
import Network
import Numerics
import TestSupport
import Testing
import Training

@Suite struct TrainedModelTests {
  /// The bytes of a small trained model, and the loop that made it.
  private func trained(
    _ layers: String = SampleRun.layers, target: String = #""kind""#,
    data: String = #", "scaling": "standard""#
  ) throws -> (SampleRun, TrainingLoop, [UInt8]) {
    let run = try SampleRun(layers: layers, target: target, data: data)
    let loop = try run.loop(ThreadPool(threads: 1))
    let outcome = try loop.run(TrainingLoop.Observer())
    let bytes = TrainedModel.bytes(
      plan: run.plan, memory: loop.memory, summary: Events.summary(outcome), version: "test")
    return (run, loop, bytes)
  }

  /// A model of series: inputs of 4 rows, 2 rows of answers.
  private func trainedOnSeries() throws -> (SampleRun, TrainingLoop, [UInt8]) {
    try trained(
      #"{"type": "gru", "units": 3}, {"type": "dense"}"#, target: #"["a", "b"]"#,
      data: #"""
        , "scaling": "standard", "window": {"length": 4, "horizon": 2, "group": "kind", "time": "day"},
        "validation": {"fraction": 0.2}
        """#)
  }

  @Test(arguments: [false, true])
  func whatIsReadIsWhatWasWritten(ofSeries: Bool) throws {
    let (run, loop, bytes) = try ofSeries ? trainedOnSeries() : trained()
    let path = try run.workspace.write("model.safetensors", bytes)
    let model = try TrainedModel(path: path, rows: 16)
    let expected = run.plan.config.json.compactText
    #expect(
      model.config.json.compactText
        == expected.replacing(run.workspace.path("data.csv"), with: "data.csv"))
    #expect(
      DataEncodings.catalog.codec.write(model.encoding).compactText
        == DataEncodings.catalog.codec.write(run.plan.data.encoding).compactText)
    #expect(bits(immortal(model.memory).parameters) == bits(loop.memory.parameters))
  }

  @Test func aThresholdComesAndGoesWithoutATrace() throws {
    let (run, _, bytes) = try trained()
    let path = try run.workspace.write("model.safetensors", bytes)
    let model = try TrainedModel(path: path, rows: 4)
    let changed = model.withPieces(threshold: 0.3) { $0.flatMap { Array($0) } }
    try run.workspace.write("changed.safetensors", changed)
    let second = try TrainedModel(path: run.workspace.path("changed.safetensors"), rows: 4)
    #expect(second.encoding.target.threshold == 0.3)
    #expect(bits(immortal(second.memory).parameters) == bits(immortal(model.memory).parameters))
    #expect(second.withPieces(threshold: nil) { $0.flatMap { Array($0) } } == bytes)
  }

  @Test(arguments: [
    ("encoding", #""threshold":0.5"#, "threshold"), ("encoding", #""threshold":1.5"#, "threshold"),
    ("training_part", #"{"examples":0}"#, "training_part"),
    ("training_part", #"{"examples":9,"class_counts":[4,5]}"#, "classes"),
  ])
  func metadataThatContradictsTheModelIsRefused(
    key: String, value: String, message: String
  ) throws {
    // Three classes, and weights that balance them.
    let run = try SampleRun(
      layers: SampleRun.layers, target: #""city""#,
      training: #", "loss": {"type": "cross_entropy", "class_weights": "balanced"}"#)
    let loop = try run.loop(ThreadPool(threads: 1))
    let bytes = TrainedModel.bytes(
      plan: run.plan, memory: loop.memory, summary: .object([:]), version: "test")
    let file = try Safetensors(FileBytes(name: "model", copying: bytes))
    let old = try #require(file.metadata[key])
    let new = key == "encoding" ? old.replacing(#""columns""#, with: value + #","columns""#) : value
    #expect(new != old)
    let changed = file.withPieces(replacing: key, by: new) { $0.flatMap { Array($0) } }
    do {
      _ = try TrainedModel(file: FileBytes(name: "model", copying: changed), rows: 4)
      Issue.record("the model was taken")
    } catch let failure as Failure {
      #expect(failure.diagnostics.first?.message.contains(message) == true, "\(failure)")
    }
  }

  @Test func predictionsAreThoseOfEvaluation() throws {
    let (run, loop, bytes) = try trained()
    let path = try run.workspace.write("model.safetensors", bytes)
    let set = try #require(try run.plan.data.makeSets()[.train])
    let predictor = try Predictor(
      TrainedModel(path: path, rows: 7), pool: ThreadPool(threads: 2))
    var labels: [Int] = []
    let batch = Batches(set, size: set.count)
    batch.forEachClass(of: 0) { label, _ in labels.append(label) }
    var right = 0
    var index = 0
    let classes = run.plan.data.encoding.target.classes
    predictor.outputs(of: set.features) { outputs, rows in
      for row in 0..<rows {
        let prediction = predictor.prediction(outputs + row * predictor.outputCount)
        guard case .label(let label, let probabilities) = prediction else { continue }
        if label == classes[labels[index]] { right += 1 }
        index += 1
        #expect(abs(probabilities.reduce(0, +) - 1) < 1e-5)
      }
    }
    #expect(index == set.count)
    #expect(loop.evaluate(set)["accuracy"] == Double(right) / Double(index))
  }

  @Test func largeExamplesMakeSmallBatches() throws {
    let (run, _, bytes) = try trained(#"{"type": "dense", "units": 100000}, {"type": "dense"}"#)
    let path = try run.workspace.write("model.safetensors", bytes)
    let set = try #require(try run.plan.data.makeSets()[.train])
    let predictor = try Predictor(
      TrainedModel(path: path, rows: 256), pool: ThreadPool(threads: 1))
    #expect((1...20).contains(predictor.capacity))
    var count = 0
    predictor.outputs(of: set.features) { count += $1 }
    #expect(count == set.count)
  }

  @Test func theHeaderIsThatOfSafetensors() throws {
    let (_, _, bytes) = try trained()
    let length = bytes.withUnsafeBytes { Int(UInt64(littleEndian: $0.load(as: UInt64.self))) }
    #expect(length % 8 == 0)
    let header = JSONParser.parse(SourceText(name: "header", bytes: Array(bytes[8..<8 + length])))
    #expect(header.diagnostics.isEmpty)
    let kernel = try #require(header.value["layers.0.kernel"])
    #expect(kernel["dtype"]?.string == "F32")
    #expect(kernel["shape"]?.items?.compactMap(\.integer) == [5, 40])
    #expect(kernel["data_offsets"]?.items?.compactMap(\.integer) == [0, 800])
  }

  /// With the checksum removed, what a mutation changes has to be noticed by the checks behind it.
  @Test(arguments: [false, true])
  func damagedModelsNeverCrash(ofSeries: Bool) throws {
    let (run, _, sealed) =
      try ofSeries
      ? trainedOnSeries() : trained(#"{"type": "dense", "units": 3}, {"type": "dense"}"#)
    let open = Self.withoutChecksum(sealed)
    let path = try run.workspace.write("model.safetensors", open)
    _ = try TrainedModel(path: path, rows: 4)
    var mutator = Mutator(
      seed: 9, corpus: [open], meaningful: Array("{}[]\":,\\0e9-".utf8) + [0xFF, 0])
    var accepted = 0
    for _ in 0..<Mutator.count {
      let bytes = mutator.next()
      do {
        let file = try FileBytes(name: "model", copying: bytes)
        let model = try TrainedModel(file: file, rows: 4)
        accepted += 1
        // A longer window is sound, but takes its time.
        guard model.encoding.inputShape.count < 10_000 else { continue }
        let predictor = try Predictor(model, pool: ThreadPool(threads: 1))
        for _ in 0..<min(4, predictor.capacity) { predictor.commit() }
        predictor.flush { _ in }
      } catch let failure as Failure {
        #expect(!failure.diagnostics.isEmpty)
      }
    }
    // Changed weights are still weights; changed structure is not.
    #expect(accepted < Mutator.count / 2)
  }

  @Test func everyFlippedBitIsNoticed() throws {
    let (_, _, bytes) = try trained(#"{"type": "dense"}"#)
    for position in bytes.indices {
      var flipped = bytes
      flipped[position] ^= 1 << UInt8(position % 8)
      let file = try FileBytes(name: "model", copying: flipped)
      #expect(throws: Failure.self) { try TrainedModel(file: file, rows: 1) }
    }
  }

  private static func withoutChecksum(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    let prefix = Array("\"crc32:".utf8)
    for start in bytes.indices.dropLast(15)
    where Array(bytes[start..<start + prefix.count]) == prefix {
      // As long as before, so that nothing else moves.
      bytes.replaceSubrange(start..<start + 16, with: Array("\"none\"          ".utf8))
      break
    }
    return bytes
  }
}
