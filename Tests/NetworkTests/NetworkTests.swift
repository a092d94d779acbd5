import Configuration
import Network
import Numerics
import TestSupport
import Testing

struct NetworkTests {
  private func error(
    _ layers: String, input: Shape = Shape(4), sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> PlanError? {
    do {
      _ = try TestNetwork(layers, input: input, rows: 1)
    } catch let error as PlanError {
      return error
    }
    Issue.record("nothing was thrown", sourceLocation: sourceLocation)
    return nil
  }

  @Test func denseNeedsAFlatInput() throws {
    let error = try error("[{\"type\": \"dense\", \"units\": 2}]", input: Shape(28, 28, 1))
    #expect(error?.path.description == "layers[0]")
    #expect(error?.code == "shape")
    #expect(error?.message == "dense takes a flat input, but 28×28×1 arrives here")
    #expect(error?.help == "put {\"type\": \"flatten\"} before it")
  }

  @Test func onlyTheLastDenseMayLeaveUnitsOut() throws {
    let error = try error("[{\"type\": \"dense\"}, {\"type\": \"dense\"}]")
    #expect(error?.path.description == "layers[0]")
    #expect(error?.code == "missing-units")
    let model = try TestNetwork("[{\"type\": \"dense\"}]", input: Shape(4), rows: 1, outputUnits: 3)
    #expect(model.network.output.shape == Shape(3))
  }

  @Test(arguments: [
    "{\"type\": \"activation\", \"activation\": \"softmax\"}",
    "{\"type\": \"dropout\"}, {\"type\": \"layer_normalization\"}",
  ])
  func theLastDenseMayHaveLayersBehindItThatKeepItsShape(layers: String) throws {
    let text = "[{\"type\": \"dense\"}, \(layers)]"
    let model = try TestNetwork(text, input: Shape(4), rows: 1, outputUnits: 3)
    #expect(model.network.output.shape == Shape(3))
    let config = try Codec<NetworkConfig>.object().value("{\"layers\": \(text)}")
    #expect(config.resolved(outputUnits: 3).json.compactText.contains("\"units\":3"))
  }

  @Test func unitsBeforeALastLayerOfAnotherShapeAreNeeded() throws {
    let error = try error("[{\"type\": \"dense\"}, {\"type\": \"reshape\", \"shape\": [1]}]")
    #expect(error?.code == "missing-units")
  }

  @Test func defaultsThatFollowFromOthersAreWrittenOut() throws {
    let config = try Codec<NetworkConfig>.object().value(
      """
      {"layers": [
        {"type": "max_pool2d", "pool_size": [3, 2]},
        {"type": "residual", "layers": [{"type": "average_pool1d", "padding": "same"}]},
        {"type": "average_pool2d", "padding": 1}]}
      """)
    let text = config.resolved(outputUnits: 1).json.compactText
    #expect(text.contains(#""pool_size":[3,2],"stride":[3,2]"#))
    #expect(text.contains(#""stride":2,"padding":"same","include_padding":false"#))
    #expect(text.contains(#""padding":[1,1],"include_padding":true"#))
  }

  @Test(arguments: ["a\\u001b[31m", "a\\nb", "\\u0000", "\\u202e"])
  func namesCanBeShown(name: String) throws {
    #expect(throws: Failure.self) {
      try Layers.catalog.codec.value("{\"type\": \"flatten\", \"name\": \"\(name)\"}")
    }
  }

  @Test(arguments: ["1e39", "-1e300", "1e-46"])
  func numbersThatSinglePrecisionDoesNotHoldAreErrors(value: String) throws {
    #expect(throws: Failure.self) {
      try Initializers.catalog.codec.value("{\"type\": \"constant\", \"value\": \(value)}")
    }
  }

  @Test(arguments: [
    ("a", "a", true),
    ("a", "b", false),
    // The second layer is called layers.1 unless it says otherwise, the first layers.0.
    ("layers.1", nil, true),
    (nil, "layers.0", true),
    (nil, nil, false),
  ])
  func namesAreUnique(first: String?, second: String?, isError: Bool) throws {
    let layers = [first, second].map { name in
      "{\"type\": \"dense\", \"units\": 2\(name.map { ", \"name\": \"\($0)\"" } ?? "")}"
    }
    let text = "[\(layers.joined(separator: ", "))]"
    if isError {
      let error = try error(text)
      #expect(error?.code == "duplicate-name")
      #expect(error?.path.description == "layers[1].name")
    } else {
      let model = try TestNetwork(text, input: Shape(4), rows: 1)
      #expect(Set(model.memory.plan.parameters.map(\.name)).count == 4)
    }
  }

  @Test func summariesTellNamesShapesAndParameters() throws {
    let model = try TestNetwork(
      """
      [{"type": "flatten"}, {"type": "dense", "units": 5, "name": "hidden"},
       {"type": "dropout"}, {"type": "dense", "use_bias": false}]
      """, input: Shape(2, 3), rows: 1, outputUnits: 2)
    let summaries = model.network.summaries
    #expect(summaries.map(\.name) == ["layers.0", "hidden", "layers.2", "layers.3"])
    #expect(summaries.map(\.type) == ["flatten", "dense", "dropout", "dense"])
    #expect(summaries.map(\.output) == [Shape(6), Shape(5), Shape(5), Shape(2)])
    #expect(summaries.map(\.parameters) == [0, 35, 0, 10])
    #expect(
      model.memory.plan.parameters.map(\.name)
        == ["hidden.kernel", "hidden.bias", "layers.3.kernel"])
  }

  @Test func resolvingWritesOutTheUnitsOfTheLastLayer() throws {
    let config = try Codec<NetworkConfig>.object().value("{\"layers\": [{\"type\": \"dense\"}]}")
    let resolved = config.resolved(outputUnits: 7).json.compactText
    #expect(resolved.contains("\"units\":7"))
    let again = try Codec<NetworkConfig>.object().value(resolved)
    #expect(again.json.compactText == resolved)
  }

  @Test func initializationDependsOnTheSeedOnly() throws {
    let model = try TestNetwork(
      "[{\"type\": \"dense\", \"units\": 20}, {\"type\": \"dense\", \"units\": 20}]",
      input: Shape(20), rows: 1)
    func kernels(seed: UInt64) -> [[Float]] {
      model.network.initialize(model.memory, seed: seed)
      return model.memory.plan.parameters.map { Array(model.values($0)) }
    }
    let first = kernels(seed: 1)
    #expect(kernels(seed: 2) != first)
    #expect(kernels(seed: 1) == first)
    #expect(first[0] != first[2])
    #expect(first[1].allSatisfy { $0 == 0 })
  }

  @Test func inferenceGivesTheOutputsOfEvaluation() throws {
    let layers = """
      [{"type": "dense", "units": 9, "activation": "gelu"}, {"type": "dropout"},
       {"type": "dense", "units": 4, "activation": "softmax"}]
      """
    let outputs = try [MemoryPlan.Purpose.training, .inference].map { purpose in
      let model = try TestNetwork(layers, input: Shape(6), rows: 5, purpose: purpose)
      var generator = SplitMix64(seed: 1)
      model.fillParameters(seed: 2)
      model.values(model.network.input).fill(generator.floats(30))
      model.network.forward(model.memory, model.pass(.evaluation))
      return bits(model.values(model.network.output))
    }
    #expect(outputs[0] == outputs[1])
  }

  @Test func resultsDoNotDependOnTheNumberOfThreads() throws {
    var model = try TestNetwork(
      """
      [{"type": "flatten"},
       {"type": "dense", "units": 515, "activation": "relu"},
       {"type": "dropout", "rate": 0.2},
       {"type": "dense", "units": 200, "activation": "gelu"},
       {"type": "activation", "activation": "softmax"},
       {"type": "dense", "units": 10, "activation": "tanh"}]
      """, input: Shape(28, 28), rows: 150)
    model.fillParameters(seed: 2)
    var generator = SplitMix64(seed: 1)
    model.values(model.network.input).fill(generator.floats(150 * 784))
    let outputGradients = generator.floats(1500)
    var expected: [UInt32]?
    for threads in [1, 2, 4] {
      model.pool = ThreadPool(threads: threads)
      model.memory.gradients.update(repeating: 0)
      model.network.forward(model.memory, model.pass(step: 9))
      let outputs = bits(model.values(model.network.output))
      model.gradients(model.network.output).fill(outputGradients)
      model.network.backward(model.memory, model.pass(step: 9))
      let results = outputs + bits(model.memory.gradients)
      #expect(results == expected ?? results, "\(threads) threads")
      expected = results
    }
  }

  /// A file of a few hundred kilobytes can ask for more than any number of bytes.
  @Test func absurdSizesAreCountedWithoutOverflow() throws {
    let layer = "{\"type\": \"dense\", \"units\": 10000000}"
    let text = "[\(Array(repeating: layer, count: 8_000).joined(separator: ", "))]"
    let config = try Codec<NetworkConfig>.object().value("{\"layers\": \(text)}")
    var plan = NetworkPlan(
      memory: MemoryPlan(purpose: .training, batchRows: 1_000_000, rows: 1_000_000),
      outputUnits: 1)
    plan.memory.optimizerStates = 2
    _ = try config.build(&plan, input: Shape(4))
    #expect(plan.memory.byteCount >= 1 << 60)
    let memory = plan.memory
    #expect(throws: Memory.OutOfMemory.self) { try Memory(memory) }
  }
}
