import Network
import Numerics
import Testing

struct FlattenTests {
  @Test func keepsTheNumbersInOneDimension() throws {
    let model = try TestNetwork("[{\"type\": \"flatten\"}]", input: Shape(2, 3), rows: 2)
    let numbers = (0..<12).map(Float.init)
    model.values(model.network.input).fill(numbers)
    model.network.forward(model.memory, model.pass())
    #expect(model.network.output.shape == Shape(6))
    #expect(Array(model.values(model.network.output)) == numbers)
  }
}
