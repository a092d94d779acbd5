import Configuration
import Datasets
import Numerics

/// The bill of a run, from a few of its iterations: what one takes, and what all will.
package struct RunMeasurement: Sendable {
  /// Iterations that were timed.
  package let iterations: Int
  /// The mean of one, with its batch and its update.
  package let secondsPerIteration: Double
  /// Of one pass through the held-out part behind each epoch.
  package let secondsPerEvaluation: Double
  /// All iterations, the evaluations behind the epochs, and that of all parts in the end.
  package let expectedSeconds: Double
  /// The most memory at once: what the process came to, or what the plan says where that is more.
  package let peakMemoryBytes: Int
  package let disk: RunDisk

  /// Iterations that are made first and not timed: memory and caches are cold.
  private static let warmUp = 3
  /// What is spent on measuring iterations, and at least and at most so many of them.
  private static let budget = Duration.seconds(1)
  private static let bounds = 5...2_000
  /// Examples that an evaluation is timed by.
  private static let evaluated = 2_048

  /// Trains for a moment; nothing of it is kept.
  ///
  /// - Throws: `Failure` if there is no room for the run.
  package init(_ plan: RunPlan, pool: ThreadPool) throws {
    let clock = ContinuousClock()
    let sets = try plan.data.makeSets()
    let loop = try TrainingLoop(plan, sets: sets, pool: pool)
    loop.begin(epoch: 0)
    var batch = 0
    func iterate() {
      _ = loop.iterate(batch)
      batch = (batch + 1) % loop.batchCount
    }
    for _ in 0..<min(Self.warmUp, plan.iterations) { iterate() }
    let start = clock.now
    var count = 0
    while count < min(Self.bounds.upperBound, plan.iterations),
      count < Self.bounds.lowerBound || clock.now - start < Self.budget
    {
      iterate()
      count += 1
    }
    iterations = count
    secondsPerIteration = (clock.now - start) / .seconds(1) / Double(max(1, count))

    func seconds(of set: ExampleSet) -> Double {
      let part = set.prefix(Self.evaluated)
      let start = clock.now
      _ = loop.evaluate(part)
      return (clock.now - start) / .seconds(1) * Double(set.count) / Double(max(1, part.count))
    }
    secondsPerEvaluation = sets[.validation].map(seconds) ?? 0
    let final = sets.values.reduce(0) { $0 + seconds(of: $1) }
    try loop.checkReading()
    expectedSeconds =
      Double(plan.iterations) * secondsPerIteration
      + Double(plan.length.epochs) * secondsPerEvaluation + final
    peakMemoryBytes = max(plan.memoryBytes, ProcessMemory.peakBytes)
    disk = RunDisk(plan)
  }
}

/// What the folder of a run takes on the disk, in bytes, without the few of its text files.
package struct RunDisk: Sendable {
  package let model: Int
  package let checkpoints: Int

  package init(_ plan: RunPlan) {
    model = plan.memory.modelArrays.reduce(0) { $0 + $1.shape.count } * MemoryLayout<Float>.stride
    // One more waits to be written over.
    let keep = plan.config.training.checkpoint.keep
    checkpoints = keep > 0 ? (keep + 1) * plan.checkpointBytes : 0
  }

  package var total: Int { model + checkpoints }
}
