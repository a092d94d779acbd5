import Configuration
import Network
import Numerics
import TestSupport
import Testing

struct RecurrentTests {
  private static let kinds = [
    "\"type\": \"rnn\"", "\"type\": \"rnn\", \"activation\": \"relu\"", "\"type\": \"lstm\"",
    "\"type\": \"gru\"",
  ]
  private static let tolerance = 1e-4

  // MARK: - Against PyTorch

  @Test(arguments: [1, 2])
  func outputsAndGradientsAreThoseOfPyTorch(threads: Int) throws {
    for example in try Golden.read("recurrent").require("cases").items ?? [] {
      let layers = try example.require("layers").items ?? []
      let text = layers.map(\.compactText).joined(separator: ", ")
      let shape = try example.require("input").shape()
      var model = try TestNetwork(
        "[\(TestNetwork.identity), \(text)]", input: Shape(Array(shape.dropFirst())), rows: shape[0]
      )
      model.pool = ThreadPool(threads: threads)
      model.values(model.network.input).fill(try example.require("input").floats())
      let parameters = try example.require("parameters").items ?? []
      let gradients = try example.require("parameter_gradients").items ?? []
      for parameter in model.memory.plan.parameters {
        let (layer, name) = try place(parameter)
        let values = try parameters[layer].require(name)
        #expect(try values.shape() == parameter.shape.dimensions)
        model.values(parameter).fill(try values.floats())
      }
      #expect(
        model.memory.plan.parameters.count
          == parameters.reduce(0) { $0 + ($1.members?.count ?? 0) })

      model.memory.gradients.update(repeating: .nan)
      model.network.forward(model.memory, model.pass())
      model.gradients(model.network.output).fill(try example.require("output_gradient").floats())
      model.network.backward(model.memory, model.pass())

      #expect(
        largestError(
          of: model.values(model.network.output), against: try example.require("output").numbers())
          < Self.tolerance, "the output of \(text) for \(shape)")
      #expect(
        largestError(
          of: model.gradients(model.network.layers[0].output),
          against: try example.require("input_gradient").numbers()) < Self.tolerance,
        "the gradient of the input of \(text) for \(shape)")
      for parameter in model.memory.plan.parameters {
        let (layer, name) = try place(parameter)
        #expect(
          largestError(
            of: model.gradients(parameter), against: try gradients[layer].require(name).numbers())
            < Self.tolerance, "the gradient of \(parameter.name) of \(text) for \(shape)")
      }
    }
  }

  /// The layer of a parameter, counted behind the first, and its name in the layer.
  private func place(_ parameter: Parameter) throws -> (layer: Int, name: String) {
    let parts = parameter.name.split(separator: ".")
    return (try #require(Int(parts[1])) - 1, String(parts[2]))
  }

  // MARK: - Passes

  @Test(arguments: kinds, [5, 70, 150])
  func threadsDoNotShow(kind: String, rows: Int) throws {
    let layers = """
      {\(kind), "units": 19, "bidirectional": true, "return_sequences": true,
       "recurrent_dropout": 0.3}, {\(kind), "units": 35, "recurrent_dropout": 0.5}
      """
    let expected = bits(
      try TestNetwork.random(layers, input: Shape(9, 6), rows: rows).results())
    for threads in [2, 4] {
      let model = try TestNetwork.random(
        layers, input: Shape(9, 6), rows: rows, threads: threads)
      #expect(bits(model.results()) == expected)
      #expect(bits(model.results()) == expected)
    }
  }

  @Test(arguments: kinds, [true, false])
  func predictionIsEvaluation(kind: String, returnsSequences: Bool) throws {
    let layers = """
      {\(kind), "units": 19, "bidirectional": true, "return_sequences": \(returnsSequences),
       "recurrent_dropout": 0.3}
      """
    let outputs = try [MemoryPlan.Purpose.training, .inference].map { purpose in
      let model = try TestNetwork.random(layers, input: Shape(9, 6), rows: 21, purpose: purpose)
      // What training left behind must not show.
      if purpose == .training { _ = model.results() }
      for _ in 0..<2 { model.network.forward(model.memory, model.pass(.evaluation)) }
      return bits(model.values(model.network.output))
    }
    #expect(outputs[0] == outputs[1])
  }

  /// Whether its kernels are packed or not.
  @Test(arguments: kinds)
  func anExampleIsTheSameInAnyBatch(kind: String) throws {
    let layers = "{\(kind), \"units\": 19, \"bidirectional\": true}"
    let batch = try TestNetwork.random(layers, input: Shape(5, 6), rows: 20, purpose: .inference)
    batch.network.forward(batch.memory, batch.pass(.evaluation))
    let single = try TestNetwork.random(layers, input: Shape(5, 6), rows: 1, purpose: .inference)
    for row in [0, 7, 19] {
      single.values(single.network.input).fill(
        Array(batch.values(batch.network.input)[row * 30..<row * 30 + 30]))
      single.network.forward(single.memory, single.pass(.evaluation))
      #expect(
        bits(single.values(single.network.output))
          == bits(batch.values(batch.network.output)[row * 38..<row * 38 + 38]))
    }
  }

  @Test(arguments: kinds)
  func gradientsOfParametersAddUp(kind: String) throws {
    let layers = "{\(kind), \"units\": 5, \"bidirectional\": true, \"recurrent_dropout\": 0.2}"
    let model = try TestNetwork.random(layers, input: Shape(4, 3), rows: 6)
    _ = model.results()
    let once = Array(model.memory.gradients)
    _ = model.results(accumulates: true)
    #expect(largestError(of: model.memory.gradients, against: once.map { 2 * Double($0) }) < 1e-5)
  }

  // MARK: - Dropout

  /// Outputs of five steps of `h_t = x_t + mask ∘ h_{t−1}`, where only the first input is not 0 but 1.
  private func masked(
    rate: Double, units: Int, rows: Int, mode: Pass.Mode = .training, step: Int = 0
  ) throws -> [Float] {
    let model = try TestNetwork(
      """
      [{"type": "rnn", "activation": "relu", "units": \(units), "recurrent_dropout": \(rate),
        "use_bias": false, "return_sequences": true}]
      """, input: Shape(5, units), rows: rows)
    for parameter in model.memory.plan.parameters {
      for unit in 0..<units { model.values(parameter)[unit * units + unit] = 1 }
    }
    for row in 0..<rows {
      for unit in 0..<units { model.values(model.network.input)[row * 5 * units + unit] = 1 }
    }
    model.network.forward(model.memory, model.pass(mode, step: step))
    return Array(model.values(model.network.output))
  }

  @Test(arguments: [0.1, 0.5, 0.8])
  func theMaskOfAnExampleIsThatOfAllItsSteps(rate: Double) throws {
    let (units, rows) = (70, 50)
    let outputs = try masked(rate: rate, units: units, rows: rows)
    let kept = Float(1 / (1 - rate))
    var masks: [[Float]] = []
    for row in 0..<rows {
      let steps = (0..<5).map {
        Array(outputs[(row * 5 + $0) * units..<(row * 5 + $0 + 1) * units])
      }
      #expect(steps[0].allSatisfy { $0 == 1 })
      #expect(steps[1].allSatisfy { $0 == 0 || $0 == kept })
      for step in 2..<5 {
        #expect(zip(steps[step], zip(steps[step - 1], steps[1])).allSatisfy { $0 == $1.0 * $1.1 })
      }
      masks.append(steps[1])
    }
    #expect(Set(masks).count > rows / 2)
    let all = masks.flatMap { $0 }
    let mean = all.reduce(0) { $0 + Double($1) } / Double(all.count)
    let deviation = (rate / (1 - rate) / Double(all.count)).squareRoot()
    #expect(abs(mean - 1) < 5 * deviation)
    #expect(try masked(rate: rate, units: units, rows: rows) == outputs)
    #expect(try masked(rate: rate, units: units, rows: rows, step: 1) != outputs)
  }

  @Test func evaluationDropsNothing() throws {
    #expect(
      try masked(rate: 0.7, units: 9, rows: 4, mode: .evaluation).allSatisfy { $0 == 1 })
  }

  // MARK: - First values

  @Test func gatesAreDrawnEachForItself() throws {
    let model = try TestNetwork(
      """
      [{"type": "lstm", "units": 6, "forget_bias": 1.5,
        "bias_initializer": {"type": "constant", "value": 0.25}}]
      """, input: Shape(3, 4), rows: 1)
    model.network.initialize(model.memory, seed: 1)
    let parameters = model.memory.plan.parameters
    #expect(
      parameters.map(\.name) == ["kernel", "recurrent_kernel", "bias"].map { "layers.0.\($0)" })
    let bias = Array(model.values(parameters[2]))
    #expect(bias == (0..<24).map { 6..<12 ~= $0 ? 1.75 : 0.25 })
    let recurrent = Array(model.values(parameters[1]))
    var first: [Float] = []
    for gate in 0..<4 {
      for one in 0..<6 {
        for other in 0..<6 {
          let product = (0..<6).reduce(Float(0)) {
            $0 + recurrent[one * 24 + gate * 6 + $1] * recurrent[other * 24 + gate * 6 + $1]
          }
          #expect(abs(product - (one == other ? 1 : 0)) < 1e-5)
        }
      }
      first.append(recurrent[gate * 6])
    }
    #expect(Set(first).count == 4)
    let bound = (6 / Float(4 + 6)).squareRoot()
    let largest = model.values(parameters[0]).reduce(0) { max($0, abs($1)) }
    #expect(largest <= bound && largest > 0.8 * bound)
  }

  // MARK: - What cannot be built

  @Test(arguments: ["rnn", "lstm", "gru"], [Shape(12), Shape(4, 3, 2)])
  func onlySequencesAreRead(type: String, shape: Shape) throws {
    let error = try #require(throws: PlanError.self) {
      try TestNetwork("[{\"type\": \"\(type)\", \"units\": 3}]", input: shape, rows: 1)
    }
    #expect(
      error.message == "\(type) takes a sequence (steps × features), but \(shape) arrives here")
    #expect(error.help?.contains("reshape") == true)
  }

  @Test(arguments: [(Shape(3_000_000, 1), 200), (Shape(2, 1), 1_000_000)])
  func whatIsTooLargeIsAnError(shape: Shape, units: Int) throws {
    let error = try #require(throws: PlanError.self) {
      try TestNetwork("[{\"type\": \"lstm\", \"units\": \(units)}]", input: shape, rows: 1)
    }
    #expect(error.code == "too-large")
  }

  @Test(arguments: [
    #"{"type": "lstm"}"#, #"{"type": "gru", "units": 0}"#,
    #"{"type": "rnn", "units": 2, "activation": "gelu"}"#,
    #"{"type": "gru", "units": 2, "recurrent_dropout": 1}"#,
    #"{"type": "gru", "units": 2, "forget_bias": 1}"#,
  ])
  func mistakesAreErrors(text: String) throws {
    #expect(throws: Failure.self) { try Layers.catalog.codec.value(text) }
  }
}
