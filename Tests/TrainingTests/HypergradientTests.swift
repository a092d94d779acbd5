import AllocationCounter
import Configuration
import Foundation
import Numerics
import Testing
import Training

/// Against the formulas, written down again with the numbers that the loop works on.
@Suite struct HypergradientTests {
  private static let layers =
    #"{"type": "dense", "units": 20, "activation": "tanh"}, {"type": "dropout", "rate": 0.2}, {"type": "dense"}"#

  private static func sample(
    _ optimizer: String, _ hypergradient: String, schedule: String = "constant"
  ) throws -> SampleRun {
    try SampleRun(
      layers: layers, data: #", "validation": {"fraction": 0.25}"#,
      training: """
        , "optimizer": \(optimizer), "learning_rate_schedule": "\(schedule)",
        "hypergradient": \(hypergradient)
        """, epochs: 12)
  }

  private static func adapted(_ loop: TrainingLoop, _ key: String) -> Double {
    loop.adapted.first { $0.key == key }?.value.double ?? .nan
  }

  private static func cosine(_ a: [Double], _ b: [Double]) -> Double {
    func product(_ a: [Double], _ b: [Double]) -> Double {
      zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
    }
    return product(a, b) / (product(a, a) * product(b, b)).squareRoot()
  }

  @Test(arguments: [
    #"{"type": "sgd", "learning_rate": 0.001}"#,
    #"{"type": "sgd", "learning_rate": 0.001, "momentum": 0.9}"#,
    #"{"type": "adam", "learning_rate": 0.00001}"#, #"{"type": "rmsprop", "learning_rate": 0.3}"#,
  ])
  func theRateFollowsTheGradientAlongTheWay(optimizer: String) throws {
    let sample = try Self.sample(
      optimizer, #"{"learning_rate_range": {"low": 1e-6, "high": 5}, "step_size": 0.5}"#)
    let loop = try sample.loop(ThreadPool(threads: 2))
    let first = Self.adapted(loop, "learning_rate")
    var expected = log(first)
    var means = loop.memory.parameters.map(Double.init)
    var mean = 0.0
    var hasMoved = (up: false, down: false)
    for update in 0..<40 {
      let parameters = loop.memory.parameters.map(Double.init)
      _ = loop.iterate(update % loop.batchCount)
      let way = zip(parameters, means).map { $0 - $1 }
      means = zip(means, way).map { $0 + 0.05 * $1 }
      if update > 0 {
        let cosine = -Self.cosine(loop.memory.gradients.map(Double.init), way)
        mean = 0.9 * mean + 0.1 * cosine
        let free = mean / (1 - pow(0.9, Double(update)))
        let step = 0.5 / (1 + Double(update - 1) / 50) * (free > 0 ? free : free / 20)
        expected = min(max(expected + step, log(1e-6)), log(5))
        if step > 0 { hasMoved.up = true } else { hasMoved.down = true }
      }
      let rate = Self.adapted(loop, "learning_rate")
      #expect(abs(log(rate) - expected) < 1e-3, "update \(update)")
    }
    #expect(first < 0.1 ? hasMoved.up : hasMoved.down)
  }

  @Test func theScheduleStillMultipliesTheRate() throws {
    let sample = try Self.sample(
      #"{"type": "adam", "learning_rate": 0.0001}"#,
      #"{"learning_rate_range": {"low": 1e-6, "high": 1}}"#, schedule: "cosine")
    let loop = try sample.loop(ThreadPool(threads: 1))
    var rates: [Double] = []
    var observer = TrainingLoop.Observer()
    observer.epoch = { rates.append($0.learningRate) }
    _ = try loop.run(observer)
    #expect(rates.count == 12)
    #expect((rates.max() ?? 0) > 0.0005)
    #expect((rates.last ?? 1) < 0.05 * Self.adapted(loop, "learning_rate"))
  }

  @Test func theDecayFollowsTheHeldOutGradient() throws {
    let sample = try Self.sample(
      #"{"type": "adamw", "learning_rate": 0.01, "weight_decay": 0.01}"#,
      #"{"weight_decay_range": {"low": 0.0001, "high": 2}, "step_size": 0.5}"#)
    let loop = try sample.loop(ThreadPool(threads: 2))
    var expected = log(0.01)
    var (mean, squares, count) = (0.0, 0.0, 0.0)
    for update in 1...80 {
      _ = loop.iterate((update - 1) % loop.batchCount)
      if update % 8 == 0 {
        // The gradients of the held-out batch are still there.
        let cosine = Self.cosine(
          loop.memory.gradients.map(Double.init), loop.memory.parameters.map(Double.init))
        mean = 0.9 * mean + 0.1 * cosine
        squares = 0.99 * squares + 0.01 * cosine * cosine
        count += 1
        let free = mean / (1 - pow(0.9, count))
        expected += 0.1 * free / (squares / (1 - pow(0.99, count))).squareRoot()
        expected = min(max(expected, log(0.0001)), log(2))
      }
      #expect(abs(log(Self.adapted(loop, "weight_decay")) - expected) < 1e-6, "update \(update)")
    }
    #expect(abs(expected - log(0.01)) > 0.1)
  }

  @Test(.enabled(if: allocation_counter_is_available()))
  func nothingIsAllocatedOnTheWay() throws {
    let sample = try Self.sample(
      #"{"type": "adamw", "learning_rate": 0.001}"#,
      #"""
      {"learning_rate_range": {"low": 1e-6, "high": 1}, "weight_decay_range": {"low": 1e-4, "high": 1}}
      """#)
    let pool = ThreadPool(threads: 2)
    try expectNoAllocation(in: try sample.loop(pool), pool)
  }

  @Test(arguments: [
    (#"{"type": "adam"}"#, #"{}"#, "there is nothing to adapt"),
    (
      #"{"type": "adam", "weight_decay": 0.01}"#,
      #"{"weight_decay_range": {"low": 0.001, "high": 1}}"#,
      "adam divides its weight decay"
    ),
    (
      #"{"type": "sgd", "learning_rate": 3}"#,
      #"{"learning_rate_range": {"low": 0.001, "high": 1}}"#,
      "'training.optimizer.learning_rate' is 3, and is to be adapted from 0.001 to 1"
    ),
    (
      #"{"type": "sgd"}"#, #"{"weight_decay_range": {"low": 0.001, "high": 1}}"#,
      "'training.optimizer.weight_decay' is 0"
    ),
    (
      #"{"type": "sgd"}"#, #"{"learning_rate_range": {"low": 0.1, "high": 0.01}}"#, "above 'high'"
    ),
  ])
  func whatCannotBeAdaptedIsRefused(
    optimizer: String, hypergradient: String, message: String
  ) throws {
    #expect {
      _ = try Self.sample(optimizer, hypergradient)
    } throws: { error in
      (error as? Failure)?.diagnostics.contains { $0.message.contains(message) } == true
    }
  }
}
