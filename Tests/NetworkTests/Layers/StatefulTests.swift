import Configuration
import Network
import Numerics
import TestSupport
import Testing

/// Recurrent layers that begin a window with the state that the one before it ended with.
struct StatefulTests {
  private static let identity = "{\"type\": \"activation\", \"activation\": \"linear\"}"
  private static let kinds = [
    "\"type\": \"rnn\"", "\"type\": \"rnn\", \"activation\": \"relu\"", "\"type\": \"lstm\"",
    "\"type\": \"gru\"",
  ]
  private static let tolerance = 1e-4

  // MARK: - Against PyTorch

  @Test(arguments: [1, 2])
  func windowsAreThoseOfPyTorch(threads: Int) throws {
    let cases = try Golden.read("recurrent").require("stateful").items ?? []
    #expect(cases.count >= 12)
    for example in cases {
      let layers = try example.require("layers").items ?? []
      let text = layers.map(\.compactText).joined(separator: ", ")
      let windows = try example.require("windows").items ?? []
      let shape = try windows[0].require("input").shape()
      var model = try TestNetwork(
        "[\(Self.identity), \(text)]", input: Shape(Array(shape.dropFirst())), rows: shape[0])
      model.pool = ThreadPool(threads: threads)
      let parameters = try example.require("parameters").items ?? []
      for parameter in model.memory.plan.parameters {
        let (layer, name) = try place(parameter)
        model.values(parameter).fill(try parameters[layer].require(name).floats())
      }
      for (index, window) in windows.enumerated() {
        try expect(
          window, of: model, continues: index > 0, "window \(index) of \(text) for \(shape)")
      }
    }
  }

  private func expect(
    _ window: JSONValue, of model: TestNetwork, continues: Bool, _ name: String
  ) throws {
    let input = try window.require("input")
    model.values(model.network.input).fill(try input.floats())
    model.memory.gradients.update(repeating: .nan)
    var pass = model.pass()
    pass.rows = try input.shape()[0]
    pass.continuesState = continues
    model.network.forward(model.memory, pass)
    model.gradients(model.network.output).fill(try window.require("output_gradient").floats())
    model.network.backward(model.memory, pass)

    let output = try window.require("output").numbers()
    let inputGradient = try window.require("input_gradient").numbers()
    #expect(
      largestError(of: model.values(model.network.output)[..<output.count], against: output)
        < Self.tolerance, "the output of \(name)")
    let arriving = model.gradients(model.network.layers[0].output)
    #expect(
      largestError(of: arriving[..<inputGradient.count], against: inputGradient) < Self.tolerance,
      "the gradient of the input of \(name)")
    let gradients = try window.require("parameter_gradients").items ?? []
    for parameter in model.memory.plan.parameters {
      let (layer, key) = try place(parameter)
      let expected = try gradients[layer].require(key).numbers()
      #expect(
        largestError(of: model.gradients(parameter), against: expected) < Self.tolerance,
        "the gradient of \(parameter.name) of \(name)")
    }
  }

  /// The layer of a parameter, counted behind the first, and its name in the layer.
  private func place(_ parameter: Parameter) throws -> (layer: Int, name: String) {
    let parts = parameter.name.split(separator: ".")
    return (try #require(Int(parts[1])) - 1, String(parts[2]))
  }

  // MARK: - Windows

  /// Inputs of so many windows of five steps of three features each.
  private func windows(_ count: Int, rows: Int) -> [[Float]] {
    var generator = SplitMix64(seed: 8)
    return (0..<count).map { _ in generator.floats(rows * 5 * 3, in: -1.5..<1.5) }
  }

  private func model(
    _ layers: String, steps: Int = 5, rows: Int, threads: Int = 1,
    purpose: MemoryPlan.Purpose = .training
  ) throws -> TestNetwork {
    var model = try TestNetwork(
      "[\(Self.identity), \(layers)]", input: Shape(steps, 3), rows: rows, purpose: purpose)
    model.pool = ThreadPool(threads: threads)
    model.fillParameters(seed: 7)
    return model
  }

  private func outputs(
    _ model: TestNetwork, _ windows: [[Float]], _ mode: Pass.Mode = .evaluation
  ) -> [[Float]] {
    windows.enumerated().map { index, window in
      model.values(model.network.input).fill(window)
      var pass = model.pass(mode)
      pass.continuesState = index > 0
      model.network.forward(model.memory, pass)
      return Array(model.values(model.network.output))
    }
  }

  private static func layers(_ kind: String, dropout: Double = 0) -> String {
    """
    {\(kind), "units": 19, "stateful": true, "return_sequences": true,
     "recurrent_dropout": \(dropout)},
    {\(kind), "units": 35, "stateful": true, "return_sequences": true}
    """
  }

  @Test(arguments: kinds)
  func windowsAreOneSequence(kind: String) throws {
    let (rows, width) = (3, 35)
    let parts = windows(4, rows: rows)
    let whole = (0..<rows).flatMap { row in
      parts.flatMap { $0[row * 15..<row * 15 + 15] }
    }
    let expected = outputs(
      try model(Self.layers(kind), steps: 20, rows: rows), [whole])[0]
    for purpose in [MemoryPlan.Purpose.training, .inference] {
      let model = try model(Self.layers(kind), rows: rows, purpose: purpose)
      for _ in 0..<2 {
        for (index, output) in outputs(model, parts).enumerated() {
          var part: [Double] = []
          for row in 0..<rows {
            let first = (row * 4 + index) * 5 * width
            part += expected[first..<first + 5 * width].map { Double($0) }
          }
          #expect(largestError(of: output, against: part) < 1e-5)
        }
      }
    }
  }

  @Test(arguments: kinds)
  func aWindowThatContinuesNothingBeginsWithZeros(kind: String) throws {
    let parts = windows(2, rows: 4)
    let model = try model(Self.layers(kind), rows: 4)
    let both = outputs(model, parts)
    #expect(bits(outputs(model, [parts[1]])[0]) != bits(both[1]))
    #expect(bits(outputs(model, [parts[0]])[0]) == bits(both[0]))
  }

  @Test(arguments: kinds)
  func threadsDoNotShow(kind: String) throws {
    let parts = windows(3, rows: 70)
    let layers = Self.layers(kind, dropout: 0.3)
    let expected = try outputs(model(layers, rows: 70), parts, .training).map { bits($0) }
    for threads in [2, 4] {
      let model = try model(layers, rows: 70, threads: threads)
      #expect(outputs(model, parts, .training).map { bits($0) } == expected)
    }
  }

  /// `h_t = x_t + mask ∘ h_{t−1}` with a first window of ones and a second of zeros.
  @Test func whatIsCarriedOnIsMasked() throws {
    let units = 70
    let model = try TestNetwork(
      """
      [{"type": "rnn", "activation": "relu", "units": \(units), "recurrent_dropout": 0.5,
        "use_bias": false, "return_sequences": true, "stateful": true}]
      """, input: Shape(1, units), rows: 2)
    for parameter in model.memory.plan.parameters {
      for unit in 0..<units { model.values(parameter)[unit * units + unit] = 1 }
    }
    model.values(model.network.input).update(repeating: 1)
    model.network.forward(model.memory, model.pass())
    #expect(model.values(model.network.output).allSatisfy { $0 == 1 })
    model.values(model.network.input).update(repeating: 0)
    var pass = model.pass(step: 1)
    pass.continuesState = true
    model.network.forward(model.memory, pass)
    #expect(Set(model.values(model.network.output)) == [0, 2])
  }

  @Test func aStateIsCarriedInOneDirection() throws {
    let error = try #require(throws: PlanError.self) {
      try TestNetwork(
        #"[{"type": "gru", "units": 3, "stateful": true, "bidirectional": true}]"#,
        input: Shape(4, 3), rows: 1)
    }
    #expect(error.path.description == "layers[0].stateful")
    #expect(error.code == "contradiction")
  }

  @Test(arguments: [true, false]) func networksKnow(isStateful: Bool) throws {
    let model = try TestNetwork(
      """
      [{"type": "residual", "layers": [
        {"type": "rnn", "units": 3, "return_sequences": true, "stateful": \(isStateful)}]}]
      """, input: Shape(4, 3), rows: 1)
    #expect(model.network.isStateful == isStateful)
    #expect(
      model.network.statefulLayer?.description == (isStateful ? "layers[0].layers[0]" : nil))
  }
}
