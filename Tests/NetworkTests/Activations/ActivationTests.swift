import Configuration
import Network
import Numerics
import TestSupport
import Testing

struct ActivationTests {
  /// The golden cases of an activation, as objects that the catalog reads.
  private static func goldenCases(of type: String, in golden: JSONValue) throws -> [GoldenCase] {
    try (golden.require("cases").items ?? []).compactMap { json in
      let name = try json.require("name").string ?? ""
      var members = try json.require("parameters").members ?? []
      if name == "gelu_tanh" { members.append(JSONMember("approximation", .string("tanh"))) }
      guard (name == "gelu_tanh" ? "gelu" : name) == type else { return nil }
      return GoldenCase(
        activation: .object([JSONMember("type", .string(type))] + members),
        outputs: try json.require("outputs").numbers(),
        inputGradients: try json.require("input_gradients").numbers())
    }
  }

  private struct GoldenCase {
    let activation: JSONValue
    let outputs: [Double]
    let inputGradients: [Double]
  }

  @Test(arguments: Activations.catalog.entries.map(\.type))
  func equalsPyTorch(type: String) throws {
    let golden = try Golden.read("activations")
    let inputs = try golden.require("inputs")
    let shape = try inputs.shape()
    let cases = try Self.goldenCases(of: type, in: golden)
    #expect(!cases.isEmpty, "no golden case for \(type)")
    for example in cases {
      // The first layer gives the second one an input with a gradient.
      let model = try TestNetwork(
        """
        [{"type": "activation", "activation": "linear"},
         {"type": "activation", "activation": \(example.activation.compactText)}]
        """, input: Shape(shape[1]), rows: shape[0])
      model.values(model.network.input).fill(try inputs.floats())
      model.network.forward(model.memory, model.pass())
      let outputs = model.values(model.network.output)
      #expect(
        largestError(of: outputs, against: example.outputs) < 1e-6,
        "\(example.activation.compactText)")

      model.gradients(model.network.output).fill(
        try golden.require("output_gradients").floats())
      model.network.backward(model.memory, model.pass())
      let inputGradients = model.gradients(model.network.layers[0].output)
      #expect(
        largestError(of: inputGradients, against: example.inputGradients) < 2e-6,
        "\(example.activation.compactText)")
    }
  }

  /// Training keeps derivatives, evaluation does not; the outputs are the same bits.
  @Test(arguments: Activations.catalog.entries.map(\.type))
  func derivativesAreWhatBackwardMultipliesBy(type: String) throws {
    let activation = try Activations.catalog.codec.value(.string(type))
    guard !Swift.type(of: activation).isRowwise else { return }
    var generator = SplitMix64(seed: 3)
    let inputs = generator.floats(37, in: -6..<6)
    var (plain, kept) = (inputs, inputs)
    var derivatives = [Float](repeating: .nan, count: 37)
    var gradient = generator.floats(37)
    let before = gradient
    activation.forward(&plain, count: 37)
    activation.forward(&kept, derivatives: &derivatives, count: 37)
    let readsInput = Swift.type(of: activation).backwardReads == .input
    activation.backward(readsInput ? inputs : kept, &gradient, count: 37)
    #expect(bits(plain) == bits(kept))
    let expected = zip(before, derivatives).map { Double($0) * Double($1) }
    #expect(largestError(of: gradient, against: expected) < 1e-6)
  }

  /// Divergence has to be seen, so no activation may turn NaN into a number.
  @Test(arguments: Activations.catalog.entries.map(\.type))
  func keepsNaN(type: String) throws {
    let activation = try Activations.catalog.codec.value(.string(type))
    var values: [Float] = [.nan, 1, -1]
    values.withUnsafeMutableBufferPointer { values in
      guard let start = values.baseAddress else { return }
      activation.forward(start, count: values.count)
    }
    #expect(values[0].isNaN)
  }

  @Test(arguments: Activations.catalog.entries.map(\.type))
  func isFiniteForLargeInputs(type: String) throws {
    let activation = try Activations.catalog.codec.value(.string(type))
    var values: [Float] = [-1e30, -1000, -90, -0.0, 0, 90, 1000, 1e30]
    values.withUnsafeMutableBufferPointer { values in
      guard let start = values.baseAddress else { return }
      activation.forward(start, count: values.count)
    }
    #expect(values.allSatisfy { $0.isFinite }, "\(values)")
  }

  @Test(arguments: Activations.catalog.entries.map(\.type))
  func derivativeIsFiniteForLargeInputs(type: String) throws {
    let activation = try Activations.catalog.codec.value(.string(type))
    let inputs: [Float] = [-1e30, -1000, -90, -0.0, 0, 90, 1000, 1e30]
    var operand = inputs
    var gradient = [Float](repeating: 1, count: inputs.count)
    operand.withUnsafeMutableBufferPointer { operand in
      gradient.withUnsafeMutableBufferPointer { gradient in
        guard let start = operand.baseAddress, let gradientStart = gradient.baseAddress else {
          return
        }
        if Swift.type(of: activation).backwardReads == .output {
          activation.forward(start, count: operand.count)
        }
        activation.backward(start, gradientStart, count: operand.count)
      }
    }
    #expect(gradient.allSatisfy { $0.isFinite }, "\(gradient)")
  }
}
