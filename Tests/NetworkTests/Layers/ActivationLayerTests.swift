import Network
import Numerics
import Testing

struct ActivationLayerTests {
  @Test func softmaxWorksAlongTheLastDimension() throws {
    let model = try TestNetwork(
      "[{\"type\": \"activation\", \"activation\": \"softmax\"}]", input: Shape(3, 2), rows: 2)
    model.values(model.network.input).fill([0, 0, 1, 1, 5, 5, 7, 7, 0, 0, -3, -3])
    model.network.forward(model.memory, model.pass())
    #expect(model.network.output.shape == Shape(3, 2))
    #expect(model.values(model.network.output).allSatisfy { $0 == 0.5 })
  }
}
