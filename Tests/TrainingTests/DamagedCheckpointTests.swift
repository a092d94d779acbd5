import Configuration
import Foundation
import TestSupport
import Testing
import Training

/// A checkpoint that is not as it was written is noticed, and the one before it serves.
@Suite struct DamagedCheckpointTests {
  /// A run with two checkpoints.
  private func training() throws -> (StoppedTraining, newest: String, iterations: [Int]) {
    let sample = try SampleRun(
      layers: #"{"type": "dense", "units": 5, "activation": "tanh"}, {"type": "dense"}"#,
      data: #", "validation": {"fraction": 0.2}"#,
      training: #", "metrics": ["roc_auc"], "checkpoint": {"every_iterations": 3}"#, rows: 60,
      epochs: 3, batchSize: 16)
    let training = try StoppedTraining(sample)
    try training.begin()
    _ = try training.goOn(to: 8)
    let folder = training.path + "/checkpoints"
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    #expect(names.count == 2)
    let newest = try #require(names.last)
    return (
      training, folder + "/" + newest, names.compactMap { Int($0.prefix { $0.isNumber }) }
    )
  }

  private func expectTheOneBefore(
    _ training: StoppedTraining, _ iterations: [Int], _ comment: String
  ) throws {
    let run = try StoppedRun(path: training.path, overrides: [], version: StoppedTraining.version)
    #expect(run.checkpoint?.iterations == iterations.first, "\(comment)")
    #expect(run.warnings.count == 1)
    let warning = try #require(run.warnings.first)
    #expect(warning.severity == .warning)
    #expect(warning.help == "the run goes on from the checkpoint before it")
  }

  @Test func whateverIsCutOff() throws {
    let (training, path, iterations) = try training()
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    var generator = SplitMix64(seed: 11)
    for _ in 0..<200 {
      let length = Int.random(in: 0..<whole.count, using: &generator)
      try whole.prefix(length).write(to: URL(fileURLWithPath: path))
      try expectTheOneBefore(training, iterations, "cut to \(length) of \(whole.count)")
    }
    try whole.write(to: URL(fileURLWithPath: path))
    let run = try StoppedRun(path: training.path, overrides: [], version: StoppedTraining.version)
    #expect(run.checkpoint?.iterations == 8)
  }

  @Test func whicheverBitIsFlipped() throws {
    let (training, path, iterations) = try training()
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    var generator = SplitMix64(seed: 12)
    for _ in 0..<200 {
      let bit = Int.random(in: 0..<8 * whole.count, using: &generator)
      var damaged = whole
      damaged[bit / 8] ^= 1 << UInt8(bit % 8)
      try damaged.write(to: URL(fileURLWithPath: path))
      try expectTheOneBefore(training, iterations, "bit \(bit)")
    }
  }

  @Test func withNoneLeftTheRunDoesNotGoOn() throws {
    let (training, path, _) = try training()
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    for file in try FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil)
    {
      try Data("no checkpoint".utf8).write(to: file)
    }
    #expect(throws: Failure.self) {
      try StoppedRun(path: training.path, overrides: [], version: StoppedTraining.version)
    }
  }
}
