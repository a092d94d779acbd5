import Configuration
import Network
import Numerics
import TestSupport
import Testing
import Training

/// A network with the memory for its training, one iteration at a time on given numbers.
struct Stepper {
  let network: Network
  let memory: Memory
  private let targets: Slot
  private let losses: Slot
  private let rows: Int
  private let optimizer: any Optimizer

  /// - Parameter layers: the text of the list.
  init(
    _ layers: String, input: Shape, outputs: Int, targetWidth: Int, rows: Int,
    optimizer: any Optimizer
  ) throws {
    let config = try Codec<NetworkConfig>.object().value("{\"layers\": \(layers)}")
    var plan = NetworkPlan(
      memory: MemoryPlan(purpose: .training, batchRows: rows, rows: rows), outputUnits: outputs)
    network = try config.build(&plan, input: input)
    targets = plan.memory.slot(Shape(targetWidth), gradient: false)
    losses = plan.memory.slot(Shape(1), gradient: false)
    plan.memory.optimizerStates = optimizer.stateCount
    memory = immortal(try Memory(plan.memory))
    self.rows = rows
    self.optimizer = optimizer
  }

  /// Learns from one batch and returns its loss.
  func step(
    _ number: Int, inputs: ArraySlice<Float>, targets values: ArraySlice<Float>, loss: any Loss,
    pool: ThreadPool
  ) throws -> Double {
    memory.value(network.input).update(from: Array(inputs), count: inputs.count)
    memory.value(targets).update(from: Array(values), count: values.count)
    try pool.scratch.reserve(elements: memory.plan.scratchElements)
    let pass = Pass(.training, rows: rows, step: number, pool: pool)
    network.forward(memory, pass)
    let sum = LossKernel.evaluate(
      loss, outputs: network.output, targets: targets, losses: losses, memory: memory,
      rows: rows, needsGradient: true, pool: pool)
    network.backward(memory, pass)
    let kernel = try #require(
      OptimizerKernel(
        optimizer, memory: memory, step: number + 1, learningRate: optimizer.learningRate))
    pool.run(kernel, tiles: kernel.tileCount)
    return sum.mean
  }
}
