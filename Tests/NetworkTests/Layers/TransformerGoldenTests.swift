import Configuration
import Network
import Numerics
import TestSupport
import Testing

/// The layers of transformers and whole small ones against PyTorch.
struct TransformerGoldenTests {
  private static let tolerance = 1e-4

  @Test(arguments: [1, 2])
  func outputsAndGradientsAreThoseOfPyTorch(threads: Int) throws {
    for example in try Golden.read("transformer").require("cases").items ?? [] {
      let layers = try (example.require("layers").items ?? []).map(\.compactText)
      let title = layers.joined(separator: ", ")
      let shape = try example.require("input").shape()
      let vocabularySize = example["vocabulary_size"]?.integer
      var model = try TestNetwork.random(
        title, input: Shape(Array(shape.dropFirst())), rows: shape[0],
        vocabularySize: vocabularySize)
      model.pool = ThreadPool(threads: threads)
      model.values(model.network.input).fill(try example.require("input").floats())
      let parameters = try example.require("parameters")
      for parameter in model.memory.plan.parameters {
        let values = try parameters.require(parameter.name)
        #expect(try values.shape() == parameter.shape.dimensions, "\(parameter.name) of \(title)")
        model.values(parameter).fill(try values.floats())
      }
      #expect(model.memory.plan.parameters.count == parameters.members?.count ?? 0)

      model.memory.gradients.update(repeating: .nan)
      model.network.forward(model.memory, model.pass())
      model.gradients(model.network.output).fill(try example.require("output_gradient").floats())
      model.network.backward(model.memory, model.pass())

      try expect(
        model.values(model.network.output), example.require("output"), "output of \(title)")
      if vocabularySize == nil {
        try expect(
          model.gradients(model.network.layers[0].output), example.require("input_gradient"),
          "gradient of the input of \(title)")
      }
      let gradients = try example.require("parameter_gradients")
      for parameter in model.memory.plan.parameters {
        try expect(
          model.gradients(parameter), gradients.require(parameter.name),
          "gradient of \(parameter.name) of \(title)")
      }
    }
  }

  private func expect(
    _ values: UnsafeMutableBufferPointer<Float>, _ expected: JSONValue, _ what: String
  ) throws {
    let error = largestError(of: values, against: try expected.numbers())
    #expect(error < Self.tolerance, "\(what): \(error)")
  }
}
