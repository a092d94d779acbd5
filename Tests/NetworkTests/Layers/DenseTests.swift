import Configuration
import Network
import Numerics
import TestSupport
import Testing

struct DenseTests {
  /// max(0, [1 2 −1] · [[1 0] [0.5 −1] [2 0.25]] + [0.25 −0.5]) and a second row, by hand.
  @Test func computesProductPlusBiasThroughTheActivation() throws {
    let model = try TestNetwork(
      "[{\"type\": \"dense\", \"units\": 2, \"activation\": \"relu\"}]", input: Shape(3), rows: 2)
    model.values(model.network.input).fill([1, 2, -1, 0, 1, 2])
    model.values(model.memory.plan.parameters[0]).fill([1, 0, 0.5, -1, 2, 0.25])
    model.values(model.memory.plan.parameters[1]).fill([0.25, -0.5])
    model.network.forward(model.memory, model.pass())
    #expect(Array(model.values(model.network.output)) == [0.25, 0, 4.75, 0])
  }

  /// Every step passes the kernel as an example of its own would.
  @Test func aSequenceIsASequenceOfExamples() throws {
    let layer = "{\"type\": \"dense\", \"units\": 9, \"activation\": \"softmax\"}"
    let sequence = try TestNetwork.random(layer, input: Shape(7, 5), rows: 6)
    let examples = try TestNetwork.random(layer, input: Shape(5), rows: 42)
    #expect(sequence.network.output.shape == Shape(7, 9))
    #expect(bits(sequence.results()) == bits(examples.results()))
  }

  @Test func theLastMayLeaveUnitsOutOverSequences() throws {
    let model = try TestNetwork(
      "[{\"type\": \"dense\"}]", input: Shape(7, 5), rows: 1, outputUnits: 3)
    #expect(model.network.output.shape == Shape(7, 3))
  }

  @Test func moreRowsThanBLASCountsAreAnError() throws {
    let config = try Codec<NetworkConfig>.object().value(
      "{\"layers\": [{\"type\": \"dense\", \"units\": 1}]}")
    var plan = NetworkPlan(
      memory: MemoryPlan(purpose: .training, batchRows: 3_000_000, rows: 1), outputUnits: 1)
    let error = #expect(throws: PlanError.self) {
      try config.build(&plan, input: Shape(1000, 1))
    }
    #expect(error?.code == "too-large")
  }

  @Test func parameterGradientsReplaceWhatWasThere() throws {
    let model = try randomModel()
    let clean = gradients(of: model, seed: 7, accumulates: false)
    model.memory.gradients.update(repeating: .nan)
    #expect(bits(gradients(of: model, seed: 7, accumulates: false)) == bits(clean))
  }

  @Test func parameterGradientsAddWhereAskedTo() throws {
    let model = try randomModel()
    let first = gradients(of: model, seed: 7, accumulates: false)
    let second = gradients(of: model, seed: 8, accumulates: false)
    model.memory.gradients.update(repeating: 0)
    _ = gradients(of: model, seed: 7, accumulates: true)
    let sum = gradients(of: model, seed: 8, accumulates: true)
    let expected = zip(first, second).map { Double($0) + Double($1) }
    #expect(largestError(of: sum, against: expected) < 2e-6)
    #expect(expected.contains { abs($0) > 0.1 })
  }

  /// A batch may have fewer rows than the memory was planned for; the rest is not read.
  @Test func rowsBeyondTheBatchCountForNothing() throws {
    let whole = try TestNetwork(Self.layers, input: Shape(21), rows: 12)
    let part = try TestNetwork(Self.layers, input: Shape(21), rows: 5)
    var generator = SplitMix64(seed: 3)
    let inputs = generator.floats(12 * 21)
    let outputGradients = generator.floats(12 * 4)
    let gradients = [whole, part].map { model in
      model.fillParameters(seed: 4)
      model.values(model.network.input).fill(inputs)
      var pass = model.pass()
      pass.rows = 5
      model.network.forward(model.memory, pass)
      model.gradients(model.network.output).fill(outputGradients)
      model.network.backward(model.memory, pass)
      return Array(model.memory.gradients)
    }
    #expect(bits(gradients[0]) == bits(gradients[1]))
  }

  private static let layers = """
    [{"type": "dense", "units": 17, "activation": "relu"}, {"type": "dense", "units": 4}]
    """

  private func randomModel() throws -> TestNetwork {
    let model = try TestNetwork(Self.layers, input: Shape(21), rows: 10)
    model.fillParameters(seed: 2)
    return model
  }

  private func gradients(of model: TestNetwork, seed: UInt64, accumulates: Bool) -> [Float] {
    var generator = SplitMix64(seed: seed)
    model.values(model.network.input).fill(generator.floats(model.rows * 21))
    model.network.forward(model.memory, model.pass())
    model.gradients(model.network.output).fill(generator.floats(model.rows * 4))
    model.network.backward(model.memory, model.pass(accumulates: accumulates))
    // Gaps between parameters hold whatever they held before.
    return model.memory.plan.parameters.flatMap { Array(model.gradients($0)) }
  }
}
