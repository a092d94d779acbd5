import Configuration
import Glibc
import Network
import Numerics
import TestSupport
import Testing

/// Networks that share their kernels, and the mean of their predictions.
struct EnsembleTests {
  private static let rows = 7
  private static let members = 3

  private static func network(
    _ rest: String, units: Int = 4, link: Link = .identity, threads: Int = 1
  ) throws -> TestNetwork {
    var model = try TestNetwork(
      #"[{"type": "ensemble", "members": \#(members)}, \#(rest)]"#, input: Shape(5), rows: rows,
      outputUnits: units, inputGradient: false, link: link)
    model.pool = ThreadPool(threads: threads)
    model.fillParameters(seed: 3)
    var generator = SplitMix64(seed: 4)
    model.fillInput(vocabularySize: nil, &generator)
    return model
  }

  /// What the link makes of the outputs of each row, in double precision.
  private static func predictions(_ outputs: [Float], width: Int, _ link: Link) -> [Double] {
    stride(from: 0, to: outputs.count, by: width).flatMap { first -> [Double] in
      let row = outputs[first..<first + width].map(Double.init)
      switch link {
      case .identity: return row
      case .exponential: return row.map(exp)
      case .sigmoid: return row.map { 1 / (1 + exp(-$0)) }
      case .sequential:
        // How probable it is to go on beyond each.
        var reach = 1.0
        return row.map { output in
          reach /= 1 + exp(-output)
          return reach
        }
      case .softmax:
        let largest = row.max() ?? 0
        let terms = row.map { exp($0 - largest) }
        return terms.map { $0 / terms.reduce(0, +) }
      }
    }
  }

  @Test(
    arguments: [Link.identity, .exponential, .sigmoid, .softmax, .sequential], [Float(1), 100])
  func theAnswerIsTheMeanOfThePredictions(link: Link, spread: Float) throws {
    let width = 4
    let model = try Self.network(#"{"type": "dense", "activation": "linear"}"#, link: link)
    let kernel = try #require(model.memory.plan.parameters.first { $0.name == "layers.1.kernel" })
    for index in model.values(kernel).indices { model.values(kernel)[index] *= spread }
    model.network.forward(model.memory, model.pass(.evaluation))
    let network = model.network
    #expect(network.output.shape == Shape(width) && network.answers.shape == Shape(3, width))
    let answers = Array(model.values(network.answers))
    if spread > 1 { #expect((answers.max() ?? 0) > 30) }
    let each = Self.predictions(answers, width: width, link)
    let together = Self.predictions(Array(model.values(network.output)), width: width, link)
    for row in 0..<Self.rows {
      for index in 0..<width {
        let mean =
          (0..<Self.members).reduce(0) { $0 + each[(row * Self.members + $1) * width + index] }
          / Double(Self.members)
        let error = abs(together[row * width + index] - mean)
        #expect(error < 1e-5 * max(1, abs(mean)), "row \(row), output \(index)")
      }
    }
  }

  /// Each member by itself: a network of one, with its factors and its last kernel.
  @Test func membersAreNetworksOfTheirOwn() throws {
    let model = try Self.network(
      #"{"type": "dense", "units": 6, "activation": "tanh"}, {"type": "dense"}"#)
    model.network.forward(model.memory, model.pass(.evaluation))
    let answers = Array(model.values(model.network.answers))
    func values(_ name: String) throws -> [Float] {
      let parameter = try #require(model.memory.plan.parameters.first { $0.name == name })
      return Array(model.values(parameter))
    }
    for member in 0..<Self.members {
      let single = try TestNetwork(
        #"[{"type": "dense", "units": 6, "activation": "tanh"}, {"type": "dense"}]"#,
        input: Shape(5), rows: Self.rows, outputUnits: 4)
      let factors = try values("layers.0.factors")[member * 5..<(member + 1) * 5]
      let inputs = Array(model.values(model.network.input))
      single.values(single.network.input).fill(
        inputs.enumerated().map { $1 * factors[factors.startIndex + $0 % 5] })
      for (name, own) in try [
        ("layers.0.kernel", values("layers.1.kernel")), ("layers.0.bias", values("layers.1.bias")),
        ("layers.1.kernel", Array(values("layers.2.kernel")[member * 24..<(member + 1) * 24])),
        ("layers.1.bias", Array(values("layers.2.bias")[member * 4..<(member + 1) * 4])),
      ] {
        let parameter = try #require(single.memory.plan.parameters.first { $0.name == name })
        single.values(parameter).fill(own)
      }
      single.network.forward(single.memory, single.pass(.evaluation))
      let expected = Array(single.values(single.network.output))
      for row in 0..<Self.rows {
        for index in 0..<4 {
          let answer = answers[(row * Self.members + member) * 4 + index]
          #expect(abs(answer - expected[row * 4 + index]) < 1e-5)
        }
      }
    }
  }

  /// The loss of a target is the mean over the members, whose gradients share it.
  @Test func eachMemberHasItsShareOfTheLoss() throws {
    let (rows, members, width) = (5, 3, 2)
    var plan = MemoryPlan(purpose: .training, batchRows: rows * members, rows: rows * members)
    let together = plan.slot(Shape(members * width), gradient: true)
    let alone = plan.slot(Shape(width), gradient: true)
    let targets = plan.slot(Shape(width), gradient: false)
    let losses = plan.slot(Shape(1), gradient: false)
    let memory = immortal(try Memory(plan))
    var generator = SplitMix64(seed: 6)
    let outputs = generator.floats(rows * members * width)
    let wanted = generator.floats(rows * width)
    memory.value(together).update(from: outputs, count: outputs.count)
    memory.value(alone).update(from: outputs, count: outputs.count)
    memory.value(targets).update(from: wanted, count: wanted.count)
    let pool = ThreadPool(threads: 1)
    let sum = LossKernel.evaluate(
      MeanSquaredError(), outputs: together, members: members, targets: targets, losses: losses,
      memory: memory, rows: rows, needsGradient: true, pool: pool)
    let shares = Array(
      UnsafeBufferPointer(start: memory.gradient(together), count: outputs.count))
    let repeated = (0..<rows).flatMap { row in
      (0..<members).flatMap { _ in wanted[row * width..<(row + 1) * width] }
    }
    memory.value(targets).update(from: repeated, count: repeated.count)
    let single = LossKernel.evaluate(
      MeanSquaredError(), outputs: alone, targets: targets, losses: losses, memory: memory,
      rows: rows * members, needsGradient: true, pool: pool)
    #expect(abs(sum.mean - single.mean) < 1e-6 && sum.weight == Double(rows))
    for (index, share) in shares.enumerated() {
      #expect(abs(share - memory.gradient(alone)[index]) < 1e-7)
    }
  }

  @Test func anyNumberOfThreadsMakesTheSame() throws {
    let layers = #"""
      {"type": "dense", "units": 33, "activation": "relu"}, {"type": "dropout", "rate": 0.2}, {"type": "dense"}
      """#
    func results(_ threads: Int) throws -> [UInt32] {
      let model = try Self.network(layers, threads: threads)
      var generator = SplitMix64(seed: 9)
      let answers = model.network.answers
      model.network.forward(model.memory, model.pass(step: 2))
      model.gradients(answers).fill(generator.floats(Self.rows * answers.shape.count))
      model.network.backward(model.memory, model.pass(step: 2))
      return (Array(model.values(model.network.output)) + Array(model.memory.gradients))
        .map(\.bitPattern)
    }
    let one = try results(1)
    #expect(try results(2) == one)
    #expect(try results(5) == one)
  }

  @Test(
    arguments: [
      (#"{"type": "flatten"}, {"type": "dense"}"#, "flatten would mix the members"),
      (#"{"type": "lstm", "units": 3}, {"type": "dense"}"#, "lstm would mix the members"),
      (
        #"{"type": "residual", "layers": [{"type": "self_attention"}]}"#,
        "residual would mix the members"
      ),
      (#"{"type": "ensemble", "members": 2}"#, "there is an ensemble already"),
    ])
  func whatWouldMixTheMembersIsRefused(rest: String, message: String) {
    let error = #expect(throws: PlanError.self) { try Self.network(rest) }
    #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
  }

  @Test func anEnsembleStandsAmongTheOuterLayersOfFlatInputs() {
    let inner = #expect(throws: PlanError.self) {
      try TestNetwork(
        #"[{"type": "residual", "layers": [{"type": "ensemble"}]}]"#, input: Shape(4), rows: 2)
    }
    #expect(inner?.message.contains("cannot lie within another layer") == true)
    let sequence = #expect(throws: PlanError.self) {
      try TestNetwork(#"[{"type": "ensemble"}]"#, input: Shape(3, 4), rows: 2)
    }
    #expect(sequence?.message.contains("takes a flat input, but 3×4 arrives here") == true)
  }

  @Test func signsAreAsOftenOfEitherKind() throws {
    let config = try Codec<NetworkConfig>.object().value(
      #"{"layers": [{"type": "ensemble", "members": 32}]}"#)
    var plan = NetworkPlan(
      memory: MemoryPlan(purpose: .training, batchRows: 1, rows: 1), outputUnits: 1)
    let network = try config.build(&plan, input: Shape(64))
    let memory = immortal(try Memory(plan.memory))
    network.initialize(memory, seed: 5)
    let values = UnsafeBufferPointer(
      start: memory.value(plan.memory.parameters[0]), count: 32 * 64)
    #expect(values.allSatisfy { abs($0) == 1 })
    #expect(abs(values.reduce(0, +)) < 4 * Float(32 * 64).squareRoot())
  }
}
