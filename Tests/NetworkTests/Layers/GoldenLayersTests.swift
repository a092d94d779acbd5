import Configuration
import Network
import Numerics
import TestSupport
import Testing

/// Outputs and all gradients of layers against those of PyTorch.
struct GoldenLayersTests {
  /// Layers whose values other tests compare or that compute nothing.
  private static let covered: Set<String> = [
    // With the functions themselves.
    "activation",
    // Its masks are random.
    "dropout",
    // They move nothing.
    "flatten", "reshape",
    "batch_normalization",
  ]
  private static let tolerance = 1e-4

  private func model(_ layer: JSONValue, like input: JSONValue) throws -> TestNetwork {
    let shape = try input.shape()
    return try TestNetwork(
      "[\(TestNetwork.identity), \(layer.compactText)]", input: Shape(Array(shape.dropFirst())),
      rows: shape[0])
  }

  @Test func everyLayerHasCases() throws {
    let cases = try Golden.read("layers").require("cases").items ?? []
    let sequences = try ["recurrent", "transformer"].flatMap {
      try Golden.read($0).require("cases").items ?? []
    }
    let types =
      try cases.compactMap { try $0.require("layer")["type"]?.string }
      + sequences.flatMap { try $0.require("layers").items ?? [] }.compactMap { $0["type"]?.string }
    #expect(Set(types).union(Self.covered) == Set(Layers.catalog.entries.map(\.type)))
    #expect(types.count { $0.hasPrefix("conv") } >= 20)
    #expect(types.count { $0.contains("pool") } >= 20)
  }

  @Test(arguments: [1, 2])
  func outputsAndGradientsAreThoseOfPyTorch(threads: Int) throws {
    for example in try Golden.read("layers").require("cases").items ?? [] {
      let layer = try example.require("layer")
      var model = try model(layer, like: example.require("input"))
      model.pool = ThreadPool(threads: threads)
      model.values(model.network.input).fill(try example.require("input").floats())
      for (name, values) in try example.require("parameters").members?.map({ ($0.key, $0.value) })
        ?? []
      {
        let parameter = try #require(
          model.memory.plan.parameters.first { $0.name == "layers.1.\(name)" })
        #expect(try values.shape() == parameter.shape.dimensions)
        model.values(parameter).fill(try values.floats())
      }
      model.memory.gradients.update(repeating: .nan)
      model.network.forward(model.memory, model.pass())
      model.gradients(model.network.answers).fill(
        try example.require("output_gradient").floats())
      model.network.backward(model.memory, model.pass())

      #expect(
        try error(model.values(model.network.answers), example.require("output"))
          < Self.tolerance, "the output of \(layer.compactText)")
      let arriving = model.network.layers[0].output
      #expect(
        try error(model.gradients(arriving), example.require("input_gradient")) < Self.tolerance,
        "the gradient of the input of \(layer.compactText)")
      for parameter in model.memory.plan.parameters {
        let name = String(parameter.name.dropFirst("layers.1.".count))
        #expect(
          try error(
            model.gradients(parameter), example.require("parameter_gradients").require(name))
            < Self.tolerance, "the gradient of \(name) of \(layer.compactText)")
      }
    }
  }

  private func error(
    _ values: UnsafeMutableBufferPointer<Float>, _ expected: JSONValue
  ) throws -> Double {
    largestError(of: values, against: try expected.numbers())
  }

  @Test func batchNormalizationFollowsPyTorchOverSteps() throws {
    for example in try Golden.read("layers").require("batch_normalization").items ?? [] {
      let steps = try example.require("steps").items ?? []
      #expect(steps.count >= 5)
      let model = try model(
        example.require("layer"), like: steps[0].require("input"))
      model.network.initialize(model.memory, seed: 0)
      let (gamma, beta) = (model.memory.plan.parameters[0], model.memory.plan.parameters[1])
      model.values(gamma).fill(try example.require("gamma").floats())
      model.values(beta).fill(try example.require("beta").floats())
      for step in steps {
        let rows = try step.require("input").shape()[0]
        var pass = model.pass()
        pass.rows = rows
        model.values(model.network.input).fill(try step.require("input").floats())
        model.network.forward(model.memory, pass)
        model.gradients(model.network.answers).fill(try step.require("output_gradient").floats())
        model.network.backward(model.memory, pass)
        let count = rows * model.network.answers.shape.count
        let output = model.values(model.network.answers)
        let gradient = model.gradients(model.network.layers[0].output)
        #expect(
          largestError(of: output[..<count], against: try step.require("output").numbers())
            < Self.tolerance)
        #expect(
          largestError(
            of: gradient[..<count], against: try step.require("input_gradient").numbers())
            < Self.tolerance)
        let gradients = try step.require("parameter_gradients")
        #expect(try error(model.gradients(gamma), gradients.require("gamma")) < Self.tolerance)
        #expect(try error(model.gradients(beta), gradients.require("beta")) < Self.tolerance)
        for (statistic, name) in zip(
          model.memory.plan.statistics, ["running_mean", "running_variance"])
        {
          let values = UnsafeBufferPointer(
            start: model.memory.value(statistic), count: statistic.shape.count)
          #expect(
            largestError(of: values, against: try step.require(name).numbers()) < Self.tolerance)
        }
      }
      let evaluation = try example.require("evaluation")
      var pass = model.pass(.evaluation)
      pass.rows = try evaluation.require("input").shape()[0]
      model.values(model.network.input).fill(try evaluation.require("input").floats())
      model.network.forward(model.memory, pass)
      let expected = try evaluation.require("output").numbers()
      #expect(
        largestError(
          of: model.values(model.network.answers)[..<expected.count], against: expected)
          < Self.tolerance)
    }
  }
}
