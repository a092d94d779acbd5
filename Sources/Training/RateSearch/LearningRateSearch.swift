import Configuration
import Datasets
import Numerics

/// The learning rate range test: trains for some iterations in which the rate rises by equal factors, and
/// watches the loss (Smith, Cyclical Learning Rates for Training Neural Networks, WACV 2017, section 3.3;
/// exponentially instead of linearly as in Gugger, How Do You Find A Good Learning Rate, 2018).
///
/// Everything but the schedule is that of the run: batches, dropout, augmentation, penalties, clipping. What
/// was learned is forgotten with the loop. The curve depends on the plan and its seed, not on threads.
///
/// How the loss of one batch differs from that of another hides what a small rate changes, above all where
/// there are few examples. So the same batches, with the same dropout, pass a second time through a
/// network that learns nothing, and what they lose there is the reference of the curve: a control variate by
/// common random numbers (Glasserman and Yao, Management Science 38, 1992).
package struct LearningRateSearch {
  /// Who watches, and may end the test.
  package struct Observer {
    /// After each iteration: the share of all that there may be, up to 1.
    package var progress: (Double) -> Void = { _ in }
    /// Asked before each iteration.
    package var shouldStop: () -> Bool = { false }

    package init() {}
  }

  private let plan: RunPlan
  private let ramp: LearningRateRamp

  /// The fewest iterations of which a curve can be made.
  package static let fewestIterations = 20

  /// - Parameters:
  ///   - first: the rate of the first iteration, above 0.
  ///   - last: the rate of the last iteration, above `first`.
  package init(_ plan: RunPlan, from first: Double, to last: Double, iterations: Int) {
    ramp = LearningRateRamp(first: first, last: last)
    self.plan = plan.lasting(iterations, with: ramp)
  }

  /// Iterations that suit a run: three epochs, but at least 100, so that each of eight decades of rates has a
  /// dozen, and at most 200, since more say little that is new. Where several batches make one update there
  /// are as many times more.
  package static func iterations(for plan: RunPlan) -> Int {
    let perEpoch = max(1, plan.iterationsPerEpoch)
    let updates = perEpoch > 66 ? 200 : max(100, 3 * perEpoch)
    return updates * min(plan.config.training.gradientAccumulation, perEpoch)
  }

  package var iterations: Int { plan.iterations }

  /// Runs the test until the rates end, the loss exceeds four times its best, or it is not finite.
  ///
  /// - Returns: `nil` if the observer stopped it.
  /// - Throws: `Failure` if there is no memory or the examples cannot be read.
  package func run(pool: ThreadPool, _ observer: Observer) throws -> LearningRateCurve? {
    let sets = try plan.data.makeSets()
    let share = 0.5 / Double(iterations)
    var losses: [Double] = []
    var end = LearningRateCurve.End.completed
    var watch = DivergenceWatch(iterations: iterations)
    let isFinished = try pass(plan, sets, pool, observer) { loss in
      guard loss.isFinite else {
        end = .notFinite
        return false
      }
      losses.append(loss)
      observer.progress(Double(losses.count) * share)
      if watch.isDiverging(loss) { end = .diverged }
      return end == .completed
    }
    guard isFinished else { return nil }

    var references: [Double] = []
    let resting = plan.lasting(iterations, with: LearningRateRamp(first: 0, last: 0))
    let isReferenced =
      try losses.isEmpty
      || pass(resting, sets, pool, observer) { loss in
        references.append(loss)
        observer.progress(0.5 + Double(references.count) * share)
        return references.count < losses.count
      }
    guard isReferenced else { return nil }
    let rates = losses.indices.map(rate)
    return LearningRateCurve(
      rates: rates, losses: losses, references: references, iterations: iterations, end: end)
  }

  private func rate(of iteration: Int) -> Double {
    ramp.rate(
      0, iteration: iteration, iterations: iterations, iterationsPerEpoch: plan.iterationsPerEpoch)
  }

  /// Goes through the iterations of a plan with a network of its own.
  ///
  /// - Parameter take: given the loss of each batch; false ends the pass.
  /// - Returns: whether the observer let it come to its end.
  private func pass(
    _ plan: RunPlan, _ sets: [Part: ExampleSet], _ pool: ThreadPool, _ observer: Observer,
    take: (Double) -> Bool
  ) throws -> Bool {
    let loop = try TrainingLoop(plan, sets: sets, pool: pool)
    for iteration in 0..<plan.iterations {
      if observer.shouldStop() { return false }
      let batch = iteration % loop.batchCount
      if batch == 0 { loop.begin(epoch: iteration / loop.batchCount) }
      guard take(loop.iterate(batch)) else { break }
    }
    try loop.checkReading()
    return true
  }
}

/// fast.ai's rule for the end of a range test: the smoothed loss exceeds four times its best.
private struct DivergenceWatch {
  private var average: ExponentialAverage
  private var best = Double.infinity

  init(iterations: Int) {
    average = ExponentialAverage(window: Double(iterations) / 20)
  }

  mutating func isDiverging(_ loss: Double) -> Bool {
    let smoothed = average.add(loss)
    best = min(best, smoothed)
    // A loss may be negative, as poisson is: what counts is the distance from the best.
    return smoothed - best > 3 * abs(best)
  }
}
