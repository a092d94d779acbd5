import Network
import Numerics
import Testing

/// What is advised where a branch does not keep the shape that arrives, by its layers.
struct ResidualAdviceTests {
  private static let shortcut = ", or give a \"shortcut\" that ends with the same"

  @Test(arguments: [
    (
      #"{"type": "dense", "units": 4}"#, Shape(8),
      #"give the last dense layer of the branch "units": 8"#
    ),
    (
      #"{"type": "dense", "units": 4}, {"type": "activation", "activation": "relu"}"#, Shape(3, 8),
      #"give the last dense layer of the branch "units": 8"#
    ),
    (
      #"{"type": "conv2d", "filters": 2}"#, Shape(8, 8, 2),
      #"keep the shape ("padding": "same", "stride": 1)"#
    ),
    (
      #"{"type": "conv2d", "filters": 4, "padding": "same"}"#, Shape(8, 8, 2),
      #"give the last conv2d layer of the branch "filters": 2"#
    ),
    (
      #"{"type": "conv1d", "filters": 4}"#, Shape(8, 2),
      #"keep the shape ("padding": "same", "stride": 1) and give the last conv1d layer of the branch "filters": 2"#
    ),
    (
      #"{"type": "lstm", "units": 3, "return_sequences": true, "bidirectional": true}"#,
      Shape(5, 8), #"give the last lstm layer of the branch "units": 4"#
    ),
    (
      #"{"type": "gru", "units": 8}"#, Shape(5, 8),
      #"hand on all steps ("return_sequences": true)"#
    ),
    (#"{"type": "flatten"}"#, Shape(5, 1), "let the branch keep the shape"),
  ])
  func adviceFitsTheLayers(layers: String, input: Shape, advice: String) throws {
    let error = try #require(throws: PlanError.self) {
      try TestNetwork(#"[{"type": "residual", "layers": [\#(layers)]}]"#, input: input, rows: 1)
    }
    #expect(error.help == advice + Self.shortcut)
  }
}
