import Configuration
import Datasets
import Foundation
import TestSupport
import Testing
import Training

/// What a checkpoint holds of `metrics.jsonl` may be lost in the file.
@Suite struct LogTailTests {
  private let training: StoppedTraining
  private let metrics: URL
  /// The file as the run left it.
  private let whole: Data
  /// Where the bytes begin that the checkpoint holds.
  private let start: Int

  init() throws {
    training = try StoppedTraining(
      SampleRun(
        layers: #"{"type": "dense"}"#, training: #", "checkpoint": {"every_epochs": 1}"#, rows: 60,
        epochs: 40, batchSize: 30))
    try training.begin()
    _ = try training.goOn(to: 70)
    metrics = URL(fileURLWithPath: training.path + "/metrics.jsonl")
    whole = try Data(contentsOf: metrics)
    let folder = training.path + "/checkpoints"
    let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).max())
    let file = try Safetensors(
      FileBytes(path: folder + "/" + name, compression: .keep), types: [.float, .word],
      noun: Safetensors.checkpointNoun)
    let state = JSONValue(parsing: try #require(file.metadata["state"]))
    let length = try #require(state["metrics_bytes"]?.integer)
    let tail = try #require(state["metrics_tail_bytes"]?.integer)
    #expect(length == whole.count)
    start = length - tail
    // Lines of many epochs are on the disk, and some of the last ones perhaps not.
    #expect(start > 4096 && tail > 200)
  }

  private func rewind(_ left: Data) throws -> [String] {
    try left.write(to: metrics)
    let run = try StoppedRun(path: training.path, overrides: [], version: StoppedTraining.version)
    return try run.rewind().map(\.code)
  }

  @Test func whatTheDiskLostComesBack() throws {
    let zeros = Data(count: whole.count - start)
    let losses = [whole[..<start], whole[..<(start + 9)], whole[..<start] + zeros, whole + zeros]
    for left in losses {
      #expect(try rewind(Data(left)).isEmpty)
      #expect(try Data(contentsOf: metrics) == whole)
    }
  }

  @Test func whatTheCheckpointDoesNotHoldIsGone() throws {
    let left = Data(whole[..<(start - 1)])
    #expect(try rewind(left) == ["metrics-missing"])
    // Of a line that is torn off nothing is left that the next one would be glued to.
    let lines = left.lastIndex(of: UInt8(ascii: "\n")).map { left[...$0] }
    #expect(try Data(contentsOf: metrics) == lines)
  }

  @Test func aRunThatGoesOnEndsWithTheSameLines() throws {
    try Data(whole[..<start]).write(to: metrics)
    _ = try training.goOn(to: .max)
    let lines = try String(contentsOf: metrics, encoding: .utf8).split(separator: "\n")
    let epochs = lines.map { JSONValue(parsing: String($0))["epoch"]?.integer }
    #expect(epochs == (1...40).map { $0 })
  }
}
