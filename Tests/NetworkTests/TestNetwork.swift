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

  /// - Parameter inputGradient: whether backward goes on to the input; tokens have no gradient.
  init(
    _ layers: String, input: Shape, rows: Int, outputUnits: Int = 1, vocabularySize: Int? = nil,
    purpose: MemoryPlan.Purpose = .training, inputGradient: Bool = true,
    inputLayout: InputLayout? = nil, precision: ProductPrecision = .single, link: Link = .identity
  ) throws {
    let config = try Codec<NetworkConfig>.object().value("{\"layers\": \(layers)}")
    var plan = NetworkPlan(
      memory: MemoryPlan(purpose: purpose, batchRows: rows, rows: rows), outputUnits: outputUnits,
      vocabularySize: vocabularySize, inputLayout: inputLayout, precision: precision, link: link)
    network = try config.build(
      &plan, input: input, inputGradient: inputGradient && vocabularySize == nil)
    memory = immortal(try Memory(plan.memory))
    self.rows = rows
  }

  /// A layer that passes its input on, so that the layers behind it have an input with a gradient.
  static let identity = "{\"type\": \"activation\", \"activation\": \"linear\"}"

  /// A network with random numbers everywhere: of the text of some layers behind one that passes its
  /// input on or, for tokens, of these alone.
  static func random(
    _ layers: String, input: Shape, rows: Int, vocabularySize: Int? = nil, threads: Int = 1,
    purpose: MemoryPlan.Purpose = .training, precision: ProductPrecision = .single
  ) throws -> TestNetwork {
    var model = try TestNetwork(
      vocabularySize == nil ? "[\(identity), \(layers)]" : "[\(layers)]", input: input, rows: rows,
      vocabularySize: vocabularySize, purpose: purpose, precision: precision)
    model.pool = ThreadPool(threads: threads)
    model.fillParameters(seed: 7)
    if purpose == .inference { model.network.prepare(model.memory) }
    var generator = SplitMix64(seed: 8)
    model.fillInput(vocabularySize: vocabularySize, &generator)
    return model
  }

  /// Numbers or, for tokens, those of any of the vocabulary.
  func fillInput(vocabularySize: Int?, _ generator: inout SplitMix64) {
    let input = values(network.input)
    if let vocabularySize {
      for index in input.indices {
        input[index] = Float(Int.random(in: 0..<vocabularySize, using: &generator))
      }
    } else {
      input.fill(generator.floats(input.count, in: -1.5..<1.5))
    }
  }

  /// The output of a pass forward and backward and all gradients, those of parameters last.
  func results(accumulates: Bool = false) -> [Float] {
    network.forward(memory, pass(accumulates: accumulates))
    var generator = SplitMix64(seed: 9)
    let output = network.answers
    gradients(output).fill(generator.floats(rows * output.shape.count))
    network.backward(memory, pass(accumulates: accumulates))
    let arriving = network.layers[0].output
    return Array(values(output)) + Array(gradients(arriving)) + Array(memory.gradients)
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
