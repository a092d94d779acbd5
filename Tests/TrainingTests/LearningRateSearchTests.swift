import Foundation
import Numerics
import TestSupport
import Testing
import Training

struct LearningRateSearchTests {
  private func curve(
    _ run: SampleRun, from: Double = 1e-5, to: Double = 10, iterations: Int = 60, threads: Int = 1
  ) throws -> LearningRateCurve {
    let search = LearningRateSearch(run.plan, from: from, to: to, iterations: iterations)
    let curve = try search.run(
      pool: immortal(ThreadPool(threads: threads)), LearningRateSearch.Observer())
    return try #require(curve)
  }

  @Test func theRateRisesByEqualFactors() throws {
    let points = try curve(
      SampleRun(layers: SampleRun.layers), from: 1e-6, to: 1e-2, iterations: 41
    ).points
    #expect(points.count == 41)
    #expect(points.first?.learningRate == 1e-6)
    #expect(points.last?.learningRate == 1e-2)
    for (a, b) in zip(points, points.dropFirst()) {
      #expect(abs(b.learningRate / a.learningRate - pow(10, 0.1)) < 1e-9)
    }
  }

  /// Dropout and the order of the examples are those of the seed.
  @Test func theCurveDoesNotDependOnThreads() throws {
    let run = try SampleRun(layers: SampleRun.layers)
    let single = try curve(run, threads: 1)
    #expect(try curve(run, threads: 2).points == single.points)
    #expect(try curve(run, threads: 1).points == single.points)
  }

  /// The first epoch is that of training with the same seed: the loss of the first batch is the same.
  @Test func theBatchesAreThoseOfTheRun() throws {
    let run = try SampleRun(layers: SampleRun.layers)
    var first: Double?
    var observer = TrainingLoop.Observer()
    observer.iteration = { if $0 == 1 { first = $1 } }
    _ = try run.loop(ThreadPool(threads: 1)).run(observer)
    #expect(try curve(run).points.first?.loss == first)
  }

  /// Batches differ by much, and a network that hardly learns shows none of it.
  @Test func whatBatchesDifferByIsTakenOut() throws {
    let run = try SampleRun(layers: SampleRun.layers, batchSize: 4)
    let curve = try curve(run, from: 1e-30, to: 2e-30)
    let raw = curve.points.map(\.loss)
    let smoothed = curve.points.map(\.smoothedLoss)
    let spread = { (values: [Double]) in (values.max() ?? 0) - (values.min() ?? 0) }
    #expect(spread(raw) > 0.01)
    #expect(spread(smoothed) < 1e-6)
    #expect(curve.suggestion == nil)
  }

  @Test(arguments: [
    #", "optimizer": {"type": "sgd", "learning_rate": 0.1}"#,
    #", "optimizer": "adam", "gradient_accumulation": 2, "drop_last": true"#,
    #", "optimizer": "rmsprop", "early_stopping": {"monitor": "loss", "patience": 1}"#,
  ])
  func suggestsARateThatLearns(training: String) throws {
    let layers = #"{"type": "dense", "units": 16, "activation": "relu"}, {"type": "dense"}"#
    let run = try SampleRun(layers: layers, training: training, batchSize: 16)
    let curve = try curve(run, from: 1e-6, to: 100, iterations: 100)
    let rate = try #require(curve.suggestion)
    #expect(rate > 1e-4 && rate < 1, "\(rate)")
    #expect(rate == min(curve.steepest ?? 0, curve.minimumTenth ?? 0))
  }

  @Test func endsWhereTheLossExplodes() throws {
    let run = try SampleRun(
      layers: #"{"type": "dense", "units": 16, "activation": "relu"}, {"type": "dense"}"#,
      target: #""a""#, training: #", "optimizer": "sgd""#)
    let curve = try curve(run, from: 1e-6, to: 1e6, iterations: 200)
    #expect(curve.end != .completed)
    #expect(curve.points.count < 200)
    #expect(curve.points.allSatisfy { $0.smoothedLoss.isFinite })
  }

  @Test func stopsWhenAsked() throws {
    let run = try SampleRun(layers: SampleRun.layers)
    let search = LearningRateSearch(run.plan, from: 1e-5, to: 1, iterations: 50)
    var observer = LearningRateSearch.Observer()
    var share = 0.0
    observer.progress = { share = $0 }
    observer.shouldStop = { share > 0.3 }
    #expect(try search.run(pool: immortal(ThreadPool(threads: 1)), observer) == nil)
  }

  @Test(arguments: [(150, 32, 100), (150, 4, 114), (2000, 4, 200)])
  func iterationsSuitTheData(rows: Int, batchSize: Int, iterations: Int) throws {
    let run = try SampleRun(layers: #"{"type": "dense"}"#, rows: rows, batchSize: batchSize)
    #expect(LearningRateSearch.iterations(for: run.plan) == iterations)
  }
}

struct LearningRateCurveTests {
  private static let rates = (0..<100).map { pow(10, -6 + Double($0) * 0.07) }

  /// Falls from 2 to 1 around a rate, and rises again behind another.
  private static func loss(_ rate: Double, falls: Double = 1e-3, rises: Double = 1e-1) -> Double {
    2 - 1 / (1 + pow(falls / rate, 2)) + pow(rate / rises, 2)
  }

  private func curve(_ losses: [Double], noise: [Double]? = nil) -> LearningRateCurve {
    let noise = noise ?? losses.map { _ in 0 }
    return LearningRateCurve(
      rates: Array(Self.rates.prefix(losses.count)), losses: zip(losses, noise).map { $0 + $1 },
      references: noise.map { 2 + $0 }, iterations: Self.rates.count, end: .completed)
  }

  @Test func findsTheSteepestPlaceAndTheMinimum() throws {
    let curve = curve(Self.rates.map { Self.loss($0) })
    // By the logarithm of the rate, the function is steepest where it is half way down.
    #expect(abs(log10(try #require(curve.steepest)) + 3) < 0.15)
    #expect(abs(log10(try #require(curve.minimum)) + 2) < 0.25)
    #expect(curve.suggestion == min(try #require(curve.steepest), try #require(curve.minimumTenth)))
  }

  /// Where the loss falls in a cliff just before it rises, the steepest place is too close to it.
  @Test func theSmallerRateIsSuggested() throws {
    let cliff = curve(Self.rates.map { Self.loss($0, falls: 1e-2, rises: 3e-2) })
    #expect(cliff.suggestion == cliff.minimumTenth)
    let plain = curve(Self.rates.map { Self.loss($0, falls: 1e-4, rises: 1) })
    #expect(plain.suggestion == plain.steepest)
  }

  @Test func noiseOfTheBatchesCancels() throws {
    var generator = SplitMix64(seed: 5)
    let noise = Self.rates.map { _ in Double.random(in: -1...1, using: &generator) }
    let losses = Self.rates.map { Self.loss($0) }
    let (plain, noisy) = (curve(losses), curve(losses, noise: noise))
    for (a, b) in zip(plain.points, noisy.points).prefix(20) {
      #expect(abs(a.smoothedLoss - b.smoothedLoss) < 0.2)
    }
    let rates = (try #require(plain.suggestion), try #require(noisy.suggestion))
    #expect(abs(log10(rates.0 / rates.1)) < 0.5)
  }

  /// One value beyond all measure at the end must not hide the curve before it.
  @Test func anExplosionLeavesTheRestAsItIs() throws {
    let losses = Self.rates.prefix(80).map { Self.loss($0, rises: 1e9) }
    let exploding = curve(losses + [1e30])
    #expect(abs(log10(try #require(exploding.steepest)) + 3) < 0.3)
    #expect(exploding.points.allSatisfy { $0.smoothedLoss < 4 })
  }

  @Test func whatDoesNotFallHasNoSuggestion() {
    #expect(curve(Self.rates.map { _ in 2 }).suggestion == nil)
    #expect(curve(Self.rates.map { 2 + $0 }).suggestion == nil)
    #expect(curve([]).suggestion == nil)
    #expect(curve([2]).suggestion == nil)
  }

  @Test func aCurveThatStillFallsSaysSo() {
    #expect(curve(Self.rates.map { Self.loss($0, falls: 1, rises: 1e9) }).endsWhileFalling)
    #expect(!curve(Self.rates.map { Self.loss($0) }).endsWhileFalling)
  }
}
