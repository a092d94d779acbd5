import Configuration
import Foundation
import Numerics
import TestSupport
import Testing
import Training

/// What is left of a run that went to its end.
struct FinishedTraining: Equatable {
  let model: [UInt32]
  let epochs: [String]
  let summary: String
}

/// Trains a plan without a break, or with breaks in each of which everything in memory is lost.
struct StoppedTraining {
  static let version = "test"

  let plan: RunPlan
  let workspace: Workspace
  /// With the data, which is read again each time.
  private let data: Workspace
  let pool = ThreadPool(threads: 2)

  init(_ plan: RunPlan, data: Workspace) throws {
    self.plan = plan
    self.data = data
    workspace = try Workspace()
  }

  var path: String { workspace.path("run") }

  init(_ sample: SampleRun) throws { try self.init(sample.plan, data: sample.workspace) }

  /// - Parameter stops: iterations behind which the run is stopped, ascending.
  func finish(stoppingAt stops: [Int] = []) throws -> FinishedTraining {
    try begin()
    var epochs: [String] = []
    for stop in stops + [Int.max] {
      let (loop, outcome) = try goOn(to: stop) { epochs.append(Self.text(of: $0)) }
      guard outcome.reason != .interrupted else { continue }
      return FinishedTraining(
        model: bits(loop.memory.model), epochs: epochs,
        summary: Events.summary(outcome).compactText)
    }
    throw Failure(Diagnostic(.error, .data, code: "test", "the run was never finished"))
  }

  /// Makes the folder of the run.
  func begin() throws {
    let directory = try RunDirectory(path: path)
    try directory.write(plan)
  }

  /// Goes on from the newest checkpoint in a loop of its own.
  func goOn(
    to stop: Int, epoch: @escaping (TrainingLoop.Epoch) -> Void = { _ in }
  ) throws -> (TrainingLoop, TrainingLoop.Outcome) {
    let run = try StoppedRun(path: path, overrides: [], version: Self.version)
    _ = try run.rewind()
    let loop = immortal(
      try TrainingLoop(run.plan, sets: run.plan.data.makeSets(), pool: pool))
    if let checkpoint = run.checkpoint { try loop.restore(checkpoint) }
    let checkpointer = try Checkpointer(
      run.plan, directory: run.directory, version: Self.version, pool: pool,
      iterations: loop.iterations, report: { Issue.record("\($0.message)") })
    var observer = TrainingLoop.Observer()
    observer.shouldStop = { loop.iterations >= stop }
    observer.epoch = { found in
      try run.directory.append(Events.epoch(found))
      epoch(found)
    }
    let outcome = try loop.run(observer, checkpointer: checkpointer)
    #expect(checkpointer.finish())
    return (loop, outcome)
  }

  /// All that is known of an epoch but the time that it took.
  private static func text(of epoch: TrainingLoop.Epoch) -> String {
    let event = Events.epoch(epoch)
    return JSONValue.object((event.members ?? []).filter { $0.key != "seconds" }).compactText
  }
}
