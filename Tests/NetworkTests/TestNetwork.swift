import Configuration
import Network
import Numerics
import TestSupport

/// A network built from the text of its `layers`, with memory and deterministic random values.
struct TestNetwork {
  let network: Network
  let memory: Memory
  let rows: Int
  var pool = ThreadPool(threads: 1)

  init(
    _ layers: String, input: Shape, rows: Int, outputUnits: Int = 1,
    purpose: MemoryPlan.Purpose = .training
  ) throws {
    let config = try Codec<NetworkConfig>.object().value("{\"layers\": \(layers)}")
    var plan = NetworkPlan(
      memory: MemoryPlan(purpose: purpose, batchRows: rows, rows: rows), outputUnits: outputUnits)
    network = try config.build(&plan, input: input)
    memory = immortal(try Memory(plan.memory))
    self.rows = rows
  }

  func pass(_ mode: Pass.Mode = .training, step: Int = 0, accumulates: Bool = false) -> Pass {
    try? pool.scratch.reserve(elements: memory.plan.scratchElements)
    return Pass(
      mode, rows: rows, step: step, seed: 5, pool: pool, accumulatesGradients: accumulates)
  }

  func values(_ slot: Slot) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: memory.value(slot), count: rows * slot.shape.count)
  }

  func gradients(_ slot: Slot) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: memory.gradient(slot), count: rows * slot.shape.count)
  }

  func values(_ parameter: Parameter) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: memory.value(parameter), count: parameter.shape.count)
  }

  func gradients(_ parameter: Parameter) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: memory.gradient(parameter), count: parameter.shape.count)
  }

  /// Fills the parameters: kernels so that a layer keeps the scale of its input.
  func fillParameters(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    for parameter in memory.plan.parameters {
      let fanIn = parameter.shape.rank > 1 ? parameter.shape.dimensions.dropLast().reduce(1, *) : 4
      let bound = (3 / Float(fanIn)).squareRoot()
      values(parameter).fill(generator.floats(parameter.shape.count, in: -bound..<bound))
    }
  }
}

extension UnsafeMutableBufferPointer<Float> {
  func fill(_ values: [Float]) {
    for (index, value) in zip(indices, values) { self[index] = value }
  }
}
