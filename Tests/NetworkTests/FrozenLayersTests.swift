import Configuration
import Network
import Numerics
import TestSupport
import Testing

/// A layer that is not trainable hands gradients on and has none of its own.
@Suite struct FrozenLayersTests {
  /// Every layer with parameters, with the shape that it takes.
  static let layers: [(type: String, settings: String, input: Shape)] = [
    ("dense", #""units": 5"#, Shape(7)),
    ("dense", #""units": 5, "activation": "gelu""#, Shape(3, 7)),
    ("conv1d", #""filters": 4, "kernel_size": 2"#, Shape(6, 3)),
    ("conv2d", #""filters": 16, "kernel_size": 3, "padding": "same""#, Shape(6, 6, 16)),
    ("conv2d", #""filters": 4, "kernel_size": 3, "stride": 2"#, Shape(7, 7, 3)),
    ("conv2d", #""filters": 4, "kernel_size": 3, "groups": 2"#, Shape(5, 5, 4)),
    ("rnn", #""units": 4"#, Shape(5, 3)),
    ("lstm", #""units": 4, "return_sequences": true"#, Shape(5, 3)),
    ("gru", #""units": 4, "bidirectional": true"#, Shape(5, 3)),
    ("self_attention", #""heads": 2"#, Shape(5, 4)),
    ("positional_embedding", "", Shape(5, 4)),
    ("layer_normalization", "", Shape(6)),
    ("residual", #""layers": [{"type": "dense", "units": 6}]"#, Shape(6)),
    (
      "residual",
      #""layers": [{"type": "dense", "units": 8}, {"type": "dense", "units": 6}]"#, Shape(6)
    ),
  ]

  private func text(_ layer: Int, isFrozen: Bool) -> String {
    let (type, settings, _) = Self.layers[layer]
    let members = ["\"type\": \"\(type)\"", settings, isFrozen ? #""trainable": false"# : ""]
    return "{\(members.filter { !$0.isEmpty }.joined(separator: ", "))}"
  }

  /// The layer alone decides whether its parameters have gradients; those that go on are the same bits.
  @Test(arguments: layers.indices)
  func handOnTheSameGradient(layer: Int) throws {
    let input = Self.layers[layer].input
    let (free, frozen) = (
      try TestNetwork.random(text(layer, isFrozen: false), input: input, rows: 5),
      try TestNetwork.random(text(layer, isFrozen: true), input: input, rows: 5)
    )
    #expect(frozen.memory.plan.frozenCount == free.memory.plan.parameterCount)
    #expect(frozen.memory.gradients.isEmpty)
    for (kept, moved) in zip(frozen.memory.modelArrays, free.memory.modelArrays) {
      #expect(kept.name == moved.name)
      kept.values.update(from: moved.values, count: kept.shape.count)
    }
    let arriving = input.count * 5
    let expected = free.results()
    let found = frozen.results()
    let outputs = 5 * free.network.output.shape.count
    #expect(bits(found) == bits(expected.prefix(outputs + arriving)))
  }

  /// Where nothing before it learns, not even the gradient of its output is planned.
  @Test(arguments: layers.indices)
  func costNothingAtTheBeginning(layer: Int) throws {
    let input = Self.layers[layer].input
    let frozen = try TestNetwork(
      "[\(text(layer, isFrozen: true)), {\"type\": \"flatten\"}, {\"type\": \"dense\"}]",
      input: input, rows: 4, inputGradient: false)
    #expect(!frozen.network.layers[0].output.hasGradient)
    #expect(!frozen.network.layers[1].output.hasGradient)
    #expect(frozen.network.output.hasGradient)
    frozen.gradients(frozen.network.output).fill([Float](repeating: 1, count: 4))
    frozen.network.forward(frozen.memory, frozen.pass())
    frozen.network.backward(frozen.memory, frozen.pass())
  }

  @Test func normalizationKeepsItsStatistics() throws {
    let layer = #"{"type": "batch_normalization", "trainable": false}"#
    let model = try TestNetwork.random(layer, input: Shape(3), rows: 6)
    let statistics = {
      model.memory.modelArrays.map {
        Array(UnsafeBufferPointer(start: $0.values, count: $0.shape.count))
      }
    }
    let before = statistics()
    _ = model.results()
    #expect(statistics() == before)
    #expect(try GradientCheck.error(layers: layer, input: Shape(3), rows: 6) < 1e-3)
  }

  /// Those inside a block, too, and what they learn with is planned for nobody.
  @Test func aBlockFreezesWhatItHolds() throws {
    let model = try TestNetwork(
      """
      [{"type": "residual", "trainable": false, "layers": [
         {"type": "dense", "units": 4}, {"type": "layer_normalization"}]}, {"type": "dense"}]
      """, input: Shape(4), rows: 2, inputGradient: false)
    let frozen = model.network.initializations.map(\.parameter).filter { !$0.isTrainable }
    #expect(frozen.map(\.name).allSatisfy { $0.hasPrefix("layers.0.layers.") })
    #expect(frozen.count == 4)
    #expect(model.memory.parameters.count < model.memory.model.count)
  }
}
