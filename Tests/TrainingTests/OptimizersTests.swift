import Configuration
import Numerics
import TestSupport
import Testing
import Training

/// Minimizes ½ xᵀAx − bᵀx, whose gradient is Ax − b, for ten steps.
struct OptimizersTests {
  private struct Problem {
    let matrix: [Double]
    let vector: [Double]
    let start: [Float]

    init(_ golden: JSONValue) throws {
      matrix = try golden.require("matrix").numbers()
      vector = try golden.require("vector").numbers()
      start = try golden.require("start").floats()
    }

    func gradient(at point: [Float]) -> [Float] {
      vector.indices.map { row in
        var sum = -vector[row]
        for column in point.indices {
          sum += matrix[row * point.count + column] * Double(point[column])
        }
        return Float(sum)
      }
    }
  }

  /// Options that other tools have; at this value they change nothing.
  private static let neutralOptions = ["amsgrad": "false"]

  /// The optimizer of a golden case; `nil` if it cannot be said in a configuration.
  private func optimizer(_ type: String, _ options: JSONValue) throws -> (any Optimizer)? {
    let said = (options.members ?? []).filter { option in
      Self.neutralOptions[option.key].map { option.value.isWritten($0) } != true
    }
    return try Optimizers.catalog.item(type, .object(said))
  }

  private func points(
    of optimizer: any Optimizer, from start: [Float], steps: Int, threads: Int = 1,
    learningRate: Double? = nil, gradient: ([Float]) -> [Float]
  ) throws -> [[Float]] {
    var plan = MemoryPlan(purpose: .training, batchRows: 1, rows: 1)
    let parameter = plan.parameter("x", Shape(start.count))
    plan.optimizerStates = optimizer.stateCount
    let memory = try Memory(plan)
    let pool = ThreadPool(threads: threads)
    memory.value(parameter).update(from: start, count: start.count)
    // The pointers below do not keep the memory.
    defer { withExtendedLifetime(memory) {} }
    return try (1...steps).map { step in
      let values = UnsafeBufferPointer(start: memory.value(parameter), count: start.count)
      memory.gradient(parameter).update(from: gradient(Array(values)), count: start.count)
      let kernel = try #require(
        OptimizerKernel(
          optimizer, memory: memory, step: step,
          learningRate: learningRate ?? optimizer.learningRate))
      pool.run(kernel, tiles: kernel.tileCount)
      return Array(values)
    }
  }

  @Test(arguments: Optimizers.catalog.entries.map(\.type))
  func equalsPyTorch(type: String) throws {
    let golden = try Golden.read("optimizers")
    let problem = try Problem(golden)
    var count = 0
    for json in try golden.require("cases").items ?? [] where json["name"]?.string == type {
      let options = try json.require("options")
      guard let optimizer = try optimizer(type, options) else { continue }
      count += 1
      let points = try points(
        of: optimizer, from: problem.start, steps: 10, gradient: problem.gradient)
      let error = largestError(
        of: points.joined().map { $0 }, against: try json.require("parameters").numbers())
      #expect(error < 1e-5, "\(options.compactText)")
    }
    #expect(count >= 2, "too few golden cases for \(type)")
  }

  /// The rate of a schedule counts, not the one in the configuration.
  @Test(arguments: Optimizers.catalog.entries.map(\.type))
  func learningRateScalesTheFirstStep(type: String) throws {
    let optimizer = try Optimizers.catalog.codec.value(.string(type))
    let moves = try [0.5, 0.125].map { rate in
      try points(of: optimizer, from: [1, 1], steps: 1, learningRate: rate) { _ in [0.5, -2] }[0]
        .map { $0 - 1 }
    }
    let expected = moves[0].map { Double($0) / 4 }
    #expect(largestError(of: moves[1], against: expected, floor: 1e-3) < 1e-4)
    #expect(moves[0][0] < 0 && moves[0][1] > 0)
  }

  @Test(arguments: Optimizers.catalog.entries.map(\.type))
  func updatesDoNotDependOnTheNumberOfThreads(type: String) throws {
    let momentum = type == "sgd" ? ", \"momentum\": 0.9" : ""
    let optimizer = try Optimizers.catalog.codec.value("{\"type\": \"\(type)\"\(momentum)}")
    var generator = SplitMix64(seed: 1)
    let start = generator.floats(100_003)
    let gradients = generator.floats(start.count)
    let expected = try points(of: optimizer, from: start, steps: 3) { _ in gradients }
    #expect(zip(expected[2], start).count { $0 != $1 } > 99_900)
    for threads in [2, 4] {
      let points = try points(of: optimizer, from: start, steps: 3, threads: threads) { _ in
        gradients
      }
      #expect(points == expected)
    }
  }

  @Test func everyParameterOfALargeModelIsUpdatedOnce() throws {
    let count = 17_000_000
    let points = try points(
      of: SGD(), from: [Float](repeating: 1, count: count), steps: 1, threads: 2,
      learningRate: 0.5
    ) { _ in [Float](repeating: 1, count: count) }
    #expect(points[0].allSatisfy { $0 == 0.5 })
  }

  @Test(arguments: [
    "{\"type\": \"sgd\", \"learning_rate\": 0}", "{\"type\": \"sgd\", \"momentum\": 1}",
    "{\"type\": \"adam\", \"beta1\": 1}", "{\"type\": \"adam\", \"beta2\": -0.1}",
    "{\"type\": \"adam\", \"epsilon\": 0}", "{\"type\": \"adam\", \"weight_decay\": -1}",
  ])
  func valuesOutsideOfTheRangeAreErrors(text: String) {
    #expect(throws: Failure.self) { try Optimizers.catalog.codec.value(text) }
  }
}

extension JSONValue {
  /// Whether the value is written so, numbers in any notation.
  fileprivate func isWritten(_ text: String) -> Bool {
    double.map { $0 == Double(text) } ?? (compactText == text)
  }
}
