import AllocationCounter
import Network
import Numerics
import TestSupport
import Testing

/// Passes of a whole small transformer.
struct TransformerTests {
  /// Steps that are no multiple of a block, and every layer with dropout.
  private static let layers = """
    {"type": "embedding", "dimensions": 72}, {"type": "positional_embedding"},
    {"type": "dropout", "rate": 0.1},
    {"type": "residual", "layers": [
      {"type": "layer_normalization"},
      {"type": "self_attention", "heads": 3, "causal": true, "dropout": 0.2}]},
    {"type": "residual", "layers": [
      {"type": "layer_normalization"}, {"type": "dense", "units": 100, "activation": "gelu"},
      {"type": "dense", "units": 72}]},
    {"type": "positional_embedding", "kind": "sinusoidal"},
    {"type": "self_attention", "heads": 2}, {"type": "dense", "units": 19}
    """
  private static let vocabularySize = 19

  private func model(
    threads: Int = 1, rows: Int = 9, purpose: MemoryPlan.Purpose = .training
  ) throws -> TestNetwork {
    try TestNetwork.random(
      Self.layers, input: Shape(41), rows: rows, vocabularySize: Self.vocabularySize,
      threads: threads, purpose: purpose)
  }

  @Test(arguments: [1, 9])
  func threadsDoNotShow(rows: Int) throws {
    let expected = bits(try model(rows: rows).results())
    #expect(Set(expected).count > 1000)
    for threads in [2, 4] {
      let model = try model(threads: threads, rows: rows)
      #expect(bits(model.results()) == expected)
      #expect(bits(model.results()) == expected)
    }
  }

  @Test func predictionIsEvaluation() throws {
    let outputs = try [MemoryPlan.Purpose.training, .inference].map { purpose in
      let model = try model(purpose: purpose)
      // What training left behind must not show.
      if purpose == .training { _ = model.results() }
      for _ in 0..<2 { model.network.forward(model.memory, model.pass(.evaluation)) }
      return bits(model.values(model.network.output))
    }
    #expect(outputs[0] == outputs[1])
  }

  @Test func gradientsOfParametersAddUp() throws {
    let model = try model()
    _ = model.results()
    let once = Array(model.memory.gradients)
    _ = model.results(accumulates: true)
    #expect(largestError(of: model.memory.gradients, against: once.map { 2 * Double($0) }) < 1e-5)
  }

  /// What lay in memory before, behind the rows of a batch too, must not show.
  @Test func whatWasInMemoryDoesNotCount() throws {
    let model = try model()
    let expected = bits(model.results())
    for layer in model.network.layers {
      model.values(layer.output).update(repeating: .nan)
      model.gradients(layer.output).update(repeating: .nan)
    }
    model.memory.gradients.update(repeating: .nan)
    let scratch = model.pool.scratch[0]
    for index in 0..<model.memory.plan.scratchElements { scratch[index] = .nan }
    let results = model.results()
    let parameters = model.memory.plan.parameters.flatMap { model.gradients($0) }
    #expect(parameters.allSatisfy { $0.isFinite })
    #expect(
      bits(results[..<(expected.count - model.memory.gradients.count)])
        == Array(expected[..<(expected.count - model.memory.gradients.count)]))
  }

  // MARK: - Allocations

  /// Makes whichever thread runs a tile count its allocations; a tile takes long enough for every
  /// thread to get one.
  private struct Watching: TileKernel {
    let counter: UnsafeMutablePointer<Int>?

    static var entry: TileFunction {
      { context, _, _ in
        allocation_counter_count_into(
          context.assumingMemoryBound(to: Watching.self).pointee.counter)
        var spins = 0
        while spins < 100_000 { spins += 1 }
      }
    }
  }

  @Test(.enabled(if: allocation_counter_is_available()), arguments: [1, 2])
  func passesAllocateNothing(threads: Int) throws {
    let model = try model(threads: threads)
    let (pass, evaluation) = (model.pass(), model.pass(.evaluation))
    func run() {
      model.network.forward(model.memory, pass)
      model.network.backward(model.memory, pass)
      model.network.forward(model.memory, evaluation)
    }
    run()
    var count = 0
    withUnsafeMutablePointer(to: &count) { counter in
      model.pool.run(Watching(counter: counter), tiles: 64)
      allocation_counter_count_into(counter)
      for _ in 0..<20 { run() }
      allocation_counter_count_into(nil)
      model.pool.run(Watching(counter: nil), tiles: 64)
    }
    #expect(count == 0)
  }
}
