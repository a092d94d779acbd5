import Configuration
import Glibc
import Network
import Numerics
import TestSupport
import Testing

struct PositionalEmbeddingTests {
  /// Far positions too, where an angle in single precision would be wrong.
  @Test func sinusoidsAreTheirDefinition() throws {
    let (steps, dimensions) = (3000, 7)
    let model = try TestNetwork(
      "[{\"type\": \"positional_embedding\", \"kind\": \"sinusoidal\"}]",
      input: Shape(steps, dimensions), rows: 2)
    #expect(model.memory.plan.parameters.isEmpty)
    model.network.forward(model.memory, model.pass())
    let expected = (0..<2 * steps).flatMap { row in
      (0..<dimensions).map { index -> Double in
        let angle =
          Double(row % steps) / pow(10_000, Double(index - index % 2) / Double(dimensions))
        return index % 2 == 0 ? sin(angle) : cos(angle)
      }
    }
    #expect(largestError(of: model.values(model.network.output), against: expected) < 1e-6)
  }

  @Test func theDefaultOfTheInitializerIsWrittenOut() throws {
    func resolved(_ text: String) throws -> String {
      try Codec<NetworkConfig>.object().value("{\"layers\": [\(text)]}")
        .resolved(outputUnits: 1).json.compactText
    }
    let learned = try resolved("\"positional_embedding\"")
    #expect(learned.contains(#""type":"normal","mean":0,"standard_deviation":0.02"#))
    let sinusoidal = try resolved(#"{"type": "positional_embedding", "kind": "sinusoidal"}"#)
    #expect(!sinusoidal.contains("initializer"))
    for text in [learned, sinusoidal] {
      let again = try Codec<NetworkConfig>.object().value(text)
      #expect(again.json.compactText == text)
    }
  }

  @Test(arguments: [Shape(12), Shape(4, 3, 2)])
  func onlySequencesAreRead(shape: Shape) throws {
    let error = try #require(throws: PlanError.self) {
      try TestNetwork("[{\"type\": \"positional_embedding\"}]", input: shape, rows: 1)
    }
    #expect(
      error.message
        == "positional_embedding takes a sequence (steps × dimensions), but \(shape) arrives here")
  }

  @Test(arguments: [#""kernel_initializer": "zeros""#, #""l1": 0.1"#, #""l2": 0"#])
  func whatSinusoidsDoNotHaveIsAnError(key: String) throws {
    let error = try #require(throws: Failure.self) {
      try Layers.catalog.codec.value(
        "{\"type\": \"positional_embedding\", \"kind\": \"sinusoidal\", \(key)}")
    }
    #expect(error.diagnostics.map(\.code) == ["contradiction"])
    #expect(throws: Never.self) {
      try Layers.catalog.codec.value("{\"type\": \"positional_embedding\", \(key)}")
    }
  }
}
