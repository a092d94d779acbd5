import Configuration
import Network
import Numerics
import TestSupport
import Testing

struct SelfAttentionTests {
  /// A single head whose values are the inputs and whose scores are all 0, so that the output of a step
  /// is the mean of the inputs that it sees, each times its mask.
  private func means(
    steps: Int, dimensions: Int = 1, rows: Int = 1, keys: String = "", mode: Pass.Mode = .training,
    step: Int = 0, inputs: [Float]
  ) throws -> [Float] {
    let model = try TestNetwork(
      "[{\"type\": \"self_attention\", \"use_bias\": false\(keys)}]",
      input: Shape(steps, dimensions),
      rows: rows)
    let parameters = model.memory.plan.parameters
    for dimension in 0..<dimensions {
      model.values(parameters[0])[dimension * 3 * dimensions + 2 * dimensions + dimension] = 1
      model.values(parameters[1])[dimension * dimensions + dimension] = 1
    }
    model.values(model.network.input).fill(inputs)
    model.network.forward(model.memory, model.pass(mode, step: step))
    return Array(model.values(model.network.output))
  }

  @Test(arguments: [1, 5, 16, 31, 32, 33, 100])
  func aCausalStepSeesItselfAndThoseBefore(steps: Int) throws {
    let inputs = (0..<steps).map { Float($0) }
    let outputs = try means(steps: steps, keys: ", \"causal\": true", inputs: inputs)
    #expect(largestError(of: outputs, against: inputs.map { Double($0) / 2 }) < 1e-5)
    let all = try means(steps: steps, inputs: inputs)
    #expect(
      largestError(of: all, against: inputs.map { _ in Double(steps - 1) / 2 }) < 1e-5)
  }

  /// Whatever comes later, even what is no number, does not show in a causal attention.
  @Test func whatIsMaskedDoesNotCount() throws {
    let layer = "{\"type\": \"self_attention\", \"heads\": 2, \"causal\": true}"
    let model = try TestNetwork.random(layer, input: Shape(50, 6), rows: 2)
    _ = model.results()
    let expected = Array(model.values(model.network.output))
    // A block of queries multiplies what is masked within it, by 0.
    for step in 40..<50 { model.values(model.network.input)[step * 6] = 1e4 }
    _ = model.results()
    #expect(bits(model.values(model.network.output)[..<240]) == bits(expected[..<240]))
    #expect(bits(model.values(model.network.output)[240..<300]) != bits(expected[240..<300]))
    #expect(bits(model.values(model.network.output)[300...]) == bits(expected[300...]))
  }

  @Test func divergenceIsSeen() throws {
    let outputs = try means(steps: 3, inputs: [1, .nan, 2])
    #expect(outputs.allSatisfy { $0.isNaN })
  }

  @Test func largeScoresStayFinite() throws {
    let model = try TestNetwork.random(
      "{\"type\": \"self_attention\", \"heads\": 2}", input: Shape(20, 4), rows: 2)
    for index in model.values(model.network.input).indices {
      model.values(model.network.input)[index] *= 1e4
    }
    #expect(model.results().allSatisfy { $0.isFinite })
  }

  // MARK: - Dropout

  /// The masks of all weights, each times so many steps: value j of a step is 1 at dimension j.
  private func masks(rate: Double, steps: Int, rows: Int, step: Int = 0) throws -> [Float] {
    let inputs = (0..<rows * steps * steps).map { index -> Float in
      index % steps == index / steps % steps ? 1 : 0
    }
    let outputs = try means(
      steps: steps, dimensions: steps, rows: rows, keys: ", \"dropout\": \(rate)", step: step,
      inputs: inputs)
    return outputs.map { ($0 * Float(steps) * 1e4).rounded() / 1e4 }
  }

  @Test(arguments: [0.1, 0.5, 0.8])
  func weightsAreDroppedEachForItself(rate: Double) throws {
    let (steps, rows) = (70, 3)
    let masks = try masks(rate: rate, steps: steps, rows: rows)
    let kept = Float(1 / (1 - rate))
    #expect(masks.allSatisfy { $0 == 0 || abs($0 - kept) < 1e-3 })
    let zeros = Double(masks.count { $0 == 0 }) / Double(masks.count)
    let deviation = (rate * (1 - rate) / Double(masks.count)).squareRoot()
    #expect(abs(zeros - rate) < 5 * deviation)
    let perStep = (0..<rows * steps).map { Array(masks[$0 * steps..<($0 + 1) * steps]) }
    #expect(Set(perStep).count == rows * steps)
    let again = try self.masks(rate: rate, steps: steps, rows: rows)
    #expect(again == masks)
    let others = try self.masks(rate: rate, steps: steps, rows: rows, step: 1)
    #expect(others != masks)
  }

  @Test func evaluationDropsNothing() throws {
    let outputs = try means(
      steps: 4, keys: ", \"dropout\": 0.9", mode: .evaluation, inputs: [1, 1, 1, 1])
    #expect(largestError(of: outputs, against: [1, 1, 1, 1]) < 1e-6)
  }

  // MARK: - First values and memory

  @Test func queriesKeysAndValuesAreDrawnEachForItself() throws {
    let model = try TestNetwork(
      "[{\"type\": \"self_attention\"}]", input: Shape(3, 32), rows: 1)
    model.network.initialize(model.memory, seed: 1)
    let parameters = model.memory.plan.parameters
    #expect(
      parameters.map(\.name)
        == ["kernel", "bias", "output_kernel", "output_bias"].map { "layers.0.\($0)" })
    #expect(parameters.map(\.shape) == [Shape(32, 96), Shape(96), Shape(32, 32), Shape(32)])
    let kernel = Array(model.values(parameters[0]))
    // The bound of 32 inputs and 32 outputs, not of 96.
    let bound = (6 / Float(32 + 32)).squareRoot()
    for block in 0..<3 {
      var largest: Float = 0
      for row in 0..<32 {
        for column in 0..<32 { largest = max(largest, abs(kernel[row * 96 + block * 32 + column])) }
      }
      #expect(largest <= bound && largest > 0.95 * bound)
    }
    #expect(Set(kernel).count > 3000)
  }

  /// Weights are kept of a training batch, not of the rows of an evaluation.
  @Test func evaluationKeepsNoWeights() throws {
    func plan(rows: Int, purpose: MemoryPlan.Purpose = .training) throws -> MemoryPlan {
      let config = try Codec<NetworkConfig>.object().value(
        "{\"layers\": [{\"type\": \"self_attention\", \"heads\": 2, \"dropout\": 0.1}]}")
      var plan = NetworkPlan(
        memory: MemoryPlan(purpose: purpose, batchRows: 4, rows: rows), outputUnits: 1)
      _ = try config.build(&plan, input: Shape(520, 16))
      return plan.memory
    }
    let few = try plan(rows: 4)
    let many = try plan(rows: 5)
    let prediction = try plan(rows: 4, purpose: .inference)
    // Input, queries, keys and values, context and output of one example more.
    #expect(many.byteCount - few.byteCount == 4 * 520 * (16 + 48 + 16 + 16))
    let gradients = 4 * 4 * 520 * (48 + 16 + 16)
    let parameters = 4 * (16 * 48 + 48 + 16 * 16 + 16)
    let weights = 4 * 4 * 2 * 520 * 528
    #expect(few.byteCount - prediction.byteCount == gradients + parameters + weights)
    // Keys of a head as a factor, the scores of 32 queries, and their weights as the mask leaves them.
    let keys = TransposedFactor.scratchElements(rows: 520, depth: 8)
    #expect(few.scratchElements == keys + 32 * 528 + 32 * 576)
  }

  // MARK: - What cannot be built

  private func error(_ layer: String, _ shape: Shape) throws -> PlanError {
    try #require(throws: PlanError.self) {
      try TestNetwork("[\(layer)]", input: shape, rows: 1)
    }
  }

  @Test(arguments: [Shape(12), Shape(4, 3, 2)])
  func onlySequencesAreRead(shape: Shape) throws {
    let error = try error("{\"type\": \"self_attention\"}", shape)
    #expect(
      error.message
        == "self_attention takes a sequence (steps × dimensions), but \(shape) arrives here")
    #expect(error.help?.contains("reshape") == true)
  }

  @Test func headsDivideTheDimensions() throws {
    let error = try error("{\"type\": \"self_attention\", \"heads\": 3}", Shape(5, 16))
    #expect(error.path.description == "layers[0].heads")
    #expect(error.message == "3 heads do not divide the 16 dimensions that arrive here")
  }

  @Test func whatIsTooLargeIsAnError() throws {
    let error = try error("{\"type\": \"self_attention\"}", Shape(1_000_000, 1))
    #expect(error.code == "too-large")
  }

  @Test(arguments: [
    #"{"type": "self_attention", "heads": 0}"#, #"{"type": "self_attention", "dropout": 1}"#,
    #"{"type": "self_attention", "causal": 1}"#, #"{"type": "self_attention", "units": 8}"#,
  ])
  func mistakesAreErrors(text: String) throws {
    #expect(throws: Failure.self) { try Layers.catalog.codec.value(text) }
  }
}
