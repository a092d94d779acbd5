import Network
import Numerics
import TestSupport
import Testing

/// Kernels that prediction keeps packed give the very numbers that evaluation in training does.
struct PreparedNetworkTests {
  @Test(
    arguments: [
      #"{"type": "dense", "units": 130, "activation": "relu"}"#,
      #"{"type": "residual", "layers": [{"type": "dense", "units": 160}]}"#,
      """
      {"type": "residual", "layers": [{"type": "dense", "units": 130}],
       "shortcut": [{"type": "dense", "units": 130}]}
      """,
      #"{"type": "self_attention", "heads": 4}"#,
    ], [1, 15, 16, 40, 300])
  func predictionIsEvaluation(layer: String, rows: Int) throws {
    let input = layer.contains("attention") ? Shape(3, 160) : Shape(160)
    let outputs = try [MemoryPlan.Purpose.training, .inference].map { purpose in
      let model = try TestNetwork.random(layer, input: input, rows: rows, purpose: purpose)
      model.network.forward(model.memory, model.pass(.evaluation))
      return Array(model.values(model.network.output))
    }
    #expect(outputs[0] == outputs[1])
    #expect(outputs[0].contains { $0 != 0 })
  }
}
