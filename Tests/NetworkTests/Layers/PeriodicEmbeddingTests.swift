import Network
import Numerics
import TestSupport
import Testing

/// Which inputs have waves, and what the layer begins with; its values are among the golden ones.
struct PeriodicEmbeddingTests {
  private static let layer = #"{"type": "periodic_embedding", "frequencies": 4, "dimensions": 2}"#

  @Test func categoriesPassBy() throws {
    let layout = InputLayout([
      .numbers(1), .oneHot(3), .embedding(table: "t", categories: 5, dimensions: 2), .numbers(2),
    ])
    let model = try TestNetwork(
      "[\(Self.layer)]", input: Shape(layout.storedWidth), rows: 2, inputGradient: false,
      inputLayout: layout)
    #expect(model.network.output.shape == Shape(1 + 3 + 2 + 2 + 3 * 2))
    model.fillParameters(seed: 1)
    model.values(model.network.input).fill([0.5, 2, 1, -1, 3, -0.25, -1, 4, 0.75, 2])
    model.network.forward(model.memory, model.pass(.evaluation))
    let outputs = Array(model.values(model.network.output))
    #expect(Array(outputs[..<4]) == [0.5, 0, 0, 1])
    #expect(Array(outputs[6..<8]) == [-1, 3])
    // A category that is none has zeros, and the numbers of a row have waves of their own.
    #expect(Array(outputs[14..<18]) == [-0.25, 0, 0, 0])
    let frequencies = try #require(
      model.memory.plan.parameters.first { $0.name == "layers.0.frequencies" })
    #expect(frequencies.shape == Shape(3, 4))
  }

  @Test func categoriesAloneAreRefused() {
    let error = #expect(throws: PlanError.self) {
      try TestNetwork(
        "[\(Self.layer), {\"type\": \"dense\"}]", input: Shape(2), rows: 2,
        inputLayout: InputLayout([.oneHot(3), .oneHot(4)]))
    }
    #expect(error?.code == "no-numbers")
  }

  @Test func anyNumberOfThreadsMakesTheSame() throws {
    let layers =
      #"{"type": "periodic_embedding", "frequencies": 19}, {"type": "dense", "units": 3}"#
    func results(_ threads: Int) throws -> [UInt32] {
      try TestNetwork.random(layers, input: Shape(6), rows: 300, threads: threads).results()
        .map(\.bitPattern)
    }
    let one = try results(1)
    #expect(try results(2) == one)
    #expect(try results(5) == one)
  }
}
