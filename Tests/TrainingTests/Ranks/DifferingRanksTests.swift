import Configuration
import Numerics
import TestSupport
import Testing
import Training

/// A rank that has come to other parameters than rank 0 ends the job, and does not train on.
@Suite struct DifferingRanksTests {
  @Test func theRankThatDiffersSaysSo() throws {
    let sample = try SampleRun(
      layers: #"{"type": "dense", "units": 4, "activation": "tanh"}, {"type": "dense"}"#, rows: 60,
      epochs: 3, batchSize: 20)
    let loop = immortal(
      try TrainingLoop(
        sample.plan, sets: sample.plan.data.makeSets(), pool: ThreadPool(threads: 1),
        ranks: SecondOfTwo()))
    var epochs = 0
    var observer = TrainingLoop.Observer()
    observer.epoch = { _ in epochs += 1 }
    let failure = #expect(throws: Failure.self) { try loop.run(observer) }
    #expect(failure?.diagnostics.map(\.code) == ["ranks-differ"])
    #expect(
      failure?.diagnostics.first?.message
        == "rank 1 has come to other parameters than rank 0 by iteration 3")
    #expect(epochs == 0)
  }
}

/// A rank beside one that is not there, of which it hears nothing but zeros.
private final class SecondOfTwo: Communicator {
  let rank = 1
  let size = 2

  func sum(_ values: UnsafeMutableBufferPointer<Double>) {}
  func beginSum(_ values: UnsafeMutableBufferPointer<Float>) {}
  func beginExchange(_ values: UnsafeMutableBufferPointer<Float>, width: Int) {}
  func progress() {}
  func finishSums() {}
  func broadcast(_ bytes: UnsafeMutableRawBufferPointer, from rank: Int) {}

  func gather(
    _ bytes: UnsafeRawBufferPointer, counts: [Int], into all: UnsafeMutableRawBufferPointer
  ) {
    all.initializeMemory(as: UInt8.self, repeating: 0)
    UnsafeMutableRawBufferPointer(rebasing: all[counts[0]...]).copyMemory(from: bytes)
  }

  func send(_ message: [UInt8], to rank: Int) {}
  func receive() -> (rank: Int, message: [UInt8])? { nil }
}
