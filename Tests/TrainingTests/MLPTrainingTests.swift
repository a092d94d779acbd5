import Configuration
import Network
import Numerics
import TestSupport
import Testing
import Training

/// A small network trained beside PyTorch from the same start: the same losses at each iteration.
struct MLPTrainingTests {
  private static let iterations = 20

  /// A network with the memory for its training.
  private struct Model {
    let network: Network
    let memory: Memory
    let targets: Slot
    let losses: Slot
    let rows: Int

    init(_ problem: JSONValue, optimizer: any Optimizer) throws {
      let inputs = try problem.require("inputs").shape()
      let targetShape = try problem.require("targets").shape()
      let outputBias = try problem.require("initial_parameters").items?.last
      rows = inputs[1]
      let config = try Codec<NetworkConfig>.object().value(
        """
        {"layers": [
          {"type": "dense", "units": 16, "activation": "relu"},
          {"type": "dense", "units": 12, "activation": "tanh"},
          {"type": "dense"}
        ]}
        """)
      var plan = NetworkPlan(
        memory: MemoryPlan(purpose: .training, batchRows: rows, rows: rows),
        outputUnits: try outputBias?.shape()[0] ?? 0)
      network = try config.build(&plan, input: Shape(inputs[2]))
      targets = plan.memory.slot(
        Shape(targetShape.count > 2 ? targetShape[2] : 1), gradient: false)
      losses = plan.memory.slot(Shape(1), gradient: false)
      plan.memory.optimizerStates = optimizer.stateCount
      memory = immortal(try Memory(plan.memory))
    }

    func load(_ parameters: JSONValue) throws {
      let items = parameters.items ?? []
      try #require(items.count == memory.plan.parameters.count)
      for (parameter, json) in zip(memory.plan.parameters, items) {
        #expect(try json.shape() == parameter.shape.dimensions)
        memory.value(parameter).update(from: try json.floats(), count: parameter.shape.count)
      }
    }

    /// Learns from one batch and returns its loss.
    func step(
      _ number: Int, inputs: ArraySlice<Float>, targets values: ArraySlice<Float>, loss: any Loss,
      optimizer: any Optimizer, pool: ThreadPool
    ) throws -> Double {
      memory.value(network.input).update(from: Array(inputs), count: inputs.count)
      memory.value(targets).update(from: Array(values), count: values.count)
      let pass = Pass(.training, rows: rows, step: number, pool: pool)
      network.forward(memory, pass)
      let sum = LossKernel.evaluate(
        loss, outputs: network.output, targets: targets, losses: losses, memory: memory,
        rows: rows, needsGradient: true, pool: pool)
      network.backward(memory, pass)
      let kernel = try #require(
        OptimizerKernel(
          optimizer, memory: memory, step: number + 1, learningRate: optimizer.learningRate))
      pool.run(kernel, tiles: kernel.tileCount)
      return sum.mean
    }
  }

  private func optimizer(_ json: JSONValue) throws -> any Optimizer {
    let type = try json.require("name").string ?? ""
    let options = (json.members ?? []).filter {
      !["name", "dampening", "amsgrad"].contains($0.key)
    }
    return try #require(try Optimizers.catalog.item(type, .object(options)))
  }

  private func train(_ problem: JSONValue, run: JSONValue, threads: Int) throws {
    let optimizer = try optimizer(run.require("optimizer"))
    let loss = try Losses.catalog.codec.value(problem.require("loss"))
    let model = try Model(problem, optimizer: optimizer)
    try model.load(problem.require("initial_parameters"))
    let inputs = try problem.require("inputs").floats()
    let targets = try problem.require("targets").floats()
    let batches = try problem.require("inputs").shape()[0]
    let pool = ThreadPool(threads: threads)

    var losses: [Float] = []
    for iteration in 0..<Self.iterations {
      let batch = iteration % batches
      let (width, targetWidth) = (inputs.count / batches, targets.count / batches)
      losses.append(
        Float(
          try model.step(
            iteration, inputs: inputs[batch * width..<(batch + 1) * width],
            targets: targets[batch * targetWidth..<(batch + 1) * targetWidth], loss: loss,
            optimizer: optimizer, pool: pool)))
    }
    let title = try run.require("optimizer").compactText
    #expect(
      largestError(of: losses, against: try run.require("losses").numbers(), floor: 1e-3) < 1e-5,
      "\(title)")
    for (parameter, json) in zip(
      model.memory.plan.parameters, try run.require("final_parameters").items ?? [])
    {
      let values = UnsafeBufferPointer(
        start: model.memory.value(parameter), count: parameter.shape.count)
      #expect(
        largestError(of: values, against: try json.numbers()) < 1e-4, "\(parameter.name), \(title)")
    }
  }

  @Test(arguments: ["cross_entropy", "binary_cross_entropy", "mse"])
  func lossesEqualThoseOfPyTorch(loss: String) throws {
    let problems = try Golden.read("mlp-training").require("problems").items ?? []
    let problem = try #require(
      problems.first { $0["loss"]?.string == loss }, "no training curve for \(loss)")
    let runs = try problem.require("runs").items ?? []
    #expect(runs.count >= 6)
    for run in runs {
      for threads in [1, 2] { try train(problem, run: run, threads: threads) }
    }
  }
}
