import Configuration
import Network
import Numerics
import TestSupport
import Testing

struct DropoutTests {
  /// Outputs of a dropout layer for inputs that are all 1.
  private func outputs(
    rate: Double, rows: Int = 64, width: Int = 100, mode: Pass.Mode = .training, step: Int = 0
  ) throws -> [Float] {
    let model = try TestNetwork(
      "[{\"type\": \"dropout\", \"rate\": \(rate)}]", input: Shape(width), rows: rows)
    model.values(model.network.input).update(repeating: 1)
    model.network.forward(model.memory, model.pass(mode, step: step))
    return Array(model.values(model.network.output))
  }

  @Test func evaluationPassesTheInputOn() throws {
    let model = try TestNetwork(
      "[{\"type\": \"dropout\", \"rate\": 0.7}]", input: Shape(13), rows: 5)
    var generator = SplitMix64(seed: 1)
    let inputs = generator.floats(65)
    model.values(model.network.input).fill(inputs)
    model.network.forward(model.memory, model.pass(.evaluation))
    #expect(bits(model.values(model.network.output)) == bits(inputs))
  }

  @Test(arguments: [0.1, 0.5, 0.8])
  func keptInputsAreScaledUp(rate: Double) throws {
    let outputs = try outputs(rate: rate)
    let kept = Float(1 / (1 - rate))
    #expect(outputs.allSatisfy { $0 == 0 || $0 == kept })
    let zeros = Double(outputs.count { $0 == 0 }) / Double(outputs.count)
    let deviation = (rate * (1 - rate) / Double(outputs.count)).squareRoot()
    #expect(abs(zeros - rate) < 5 * deviation)
  }

  @Test func stepsDrawTheirOwnMasks() throws {
    let first = try outputs(rate: 0.5, step: 0)
    #expect(try outputs(rate: 0.5, step: 0) == first)
    let second = try outputs(rate: 0.5, step: 1)
    let equal = zip(first, second).count { $0 == $1 }
    #expect(abs(equal - 3200) < 200)
  }

  @Test func layersDrawTheirOwnMasks() throws {
    let dropout = "{\"type\": \"dropout\", \"rate\": 0.5}"
    let model = try TestNetwork("[\(dropout), \(dropout)]", input: Shape(100), rows: 64)
    model.values(model.network.input).update(repeating: 1)
    model.network.forward(model.memory, model.pass())
    let kept = model.values(model.network.output).count { $0 == 4 }
    #expect(abs(kept - 1600) < 175)
  }

  @Test(arguments: ["-0.1", "1", "1.5", "\"half\""])
  func ratesOutsideOfTheRangeAreErrors(rate: String) throws {
    #expect(throws: Failure.self) {
      try Layers.catalog.codec.value("{\"type\": \"dropout\", \"rate\": \(rate)}")
    }
  }
}
