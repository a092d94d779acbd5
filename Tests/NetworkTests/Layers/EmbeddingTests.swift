import Configuration
import Network
import Numerics
import TestSupport
import Testing

struct EmbeddingTests {
  private static let embedding = "{\"type\": \"embedding\", \"dimensions\": 4}"

  @Test func tokensAreLookedUpAndTheirGradientsAddedUp() throws {
    let model = try TestNetwork(
      "[\(Self.embedding)]", input: Shape(3), rows: 2, vocabularySize: 5)
    let kernel = model.memory.plan.parameters[0]
    #expect(kernel.shape == Shape(5, 4))
    model.values(kernel).fill((0..<20).map { Float($0) })
    model.values(model.network.input).fill([4, 0, 4, 1, 4, 0])
    model.network.forward(model.memory, model.pass())
    #expect(model.network.output.shape == Shape(3, 4))
    let firsts = stride(from: 0, to: 24, by: 4).map { model.values(model.network.output)[$0] }
    #expect(firsts == [16, 0, 16, 4, 16, 0])
    model.memory.gradients.update(repeating: .nan)
    model.gradients(model.network.output).fill((0..<24).map { Float($0) })
    model.network.backward(model.memory, model.pass())
    #expect(
      Array(model.gradients(kernel)) == [
        24, 26, 28, 30, 12, 13, 14, 15, 0, 0, 0, 0, 0, 0, 0, 0, 24, 27, 30, 33,
      ])
  }

  @Test func firstValuesAreThoseOfGPT2() throws {
    let model = try TestNetwork(
      "[{\"type\": \"embedding\", \"dimensions\": 100}, {\"type\": \"positional_embedding\"}]",
      input: Shape(100), rows: 1, vocabularySize: 100)
    model.network.initialize(model.memory, seed: 1)
    for parameter in model.memory.plan.parameters {
      let values = model.values(parameter)
      let variance = values.reduce(0) { $0 + Double($1) * Double($1) } / Double(values.count)
      #expect(abs(variance.squareRoot() - 0.02) < 0.0005)
    }
    #expect(model.memory.plan.parameters.count == 2)
  }

  // MARK: - What cannot be built

  private func error(_ layers: String, vocabularySize: Int?) throws -> PlanError {
    try #require(throws: PlanError.self) {
      try TestNetwork("[\(layers)]", input: Shape(6), rows: 1, vocabularySize: vocabularySize)
    }
  }

  @Test func numbersAreNoTokens() throws {
    let error = try error(Self.embedding, vocabularySize: nil)
    #expect(error.path.description == "layers[0]")
    #expect(error.message == "embedding takes the numbers of tokens, but the data here has none")
    #expect(error.help?.contains(#""format": "text""#) == true)
  }

  @Test(arguments: [
    (", \(embedding)", "layers[1]"),
    (", {\"type\": \"residual\", \"layers\": [\(embedding)]}", "layers[1].layers[0]"),
  ])
  func tokensArriveAtTheFirstLayerOnly(layers: String, path: String) throws {
    let error = try error(Self.embedding + layers, vocabularySize: 9)
    #expect(error.path.description == path)
    #expect(
      error.message == "embedding takes the numbers of tokens, which arrive at the first layer only"
    )
  }

  @Test(arguments: [
    #"{"type": "dense", "units": 3}"#, #"{"type": "dropout"}"#,
    #"{"type": "residual", "layers": [{"type": "embedding", "dimensions": 4}]}"#,
  ])
  func tokensAreNoQuantities(layer: String) throws {
    let error = try error(layer, vocabularySize: 9)
    #expect(error.path.description == "layers[0]")
    #expect(error.message.hasPrefix("token numbers arrive here, which "))
    #expect(error.help?.contains(#"{"type": "embedding", "dimensions": 64} first"#) == true)
  }

  @Test(arguments: [
    #"{"type": "embedding"}"#, #"{"type": "embedding", "dimensions": 0}"#,
    #"{"type": "embedding", "dimensions": 2, "activation": "relu"}"#,
  ])
  func mistakesAreErrors(text: String) throws {
    #expect(throws: Failure.self) { try Layers.catalog.codec.value(text) }
  }
}
