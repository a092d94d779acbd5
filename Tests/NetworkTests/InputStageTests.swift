import Network
import Numerics
import TestSupport
import Testing

/// Categories as indices against categories written out.
@Suite struct InputStageTests {
  typealias Segment = InputLayout.Segment
  private static let rows = 37
  private static let mixed: [Segment] = [
    .numbers(17), .oneHot(70), .numbers(1), .oneHot(5), .oneHot(3), .numbers(3),
  ]

  /// Numbers of examples, indices among them, some of which are below 0.
  private static func stored(_ segments: [Segment], seed: UInt64) -> [Float] {
    var generator = SplitMix64(seed: seed)
    return (0..<rows).flatMap { _ in
      segments.flatMap { segment -> [Float] in
        switch segment {
        case .numbers(let count): generator.floats(count)
        case .oneHot(let count), .embedding(_, let count, _):
          [Float(Int.random(in: -1..<count, using: &generator))]
        }
      }
    }
  }

  /// The same with categories written out; vectors are those of the tables.
  private static func expanded(
    _ stored: [Float], _ segments: [Segment], vectors: (String, Int) -> [Float] = { _, _ in [] }
  ) -> [Float] {
    var next = 0
    return (0..<rows).flatMap { _ in
      segments.flatMap { segment -> [Float] in
        defer { next += segment.storedWidth }
        switch segment {
        case .numbers(let count): return Array(stored[next..<next + count])
        case .oneHot(let count): return (0..<count).map { Float($0) == stored[next] ? 1 : 0 }
        case .embedding(let table, _, let dimensions):
          let index = Int(stored[next])
          return index < 0 ? Array(repeating: 0, count: dimensions) : vectors(table, index)
        }
      }
    }
  }

  private static func network(
    _ layers: String, _ segments: [Segment], threads: Int = 1
  ) throws -> TestNetwork {
    let layout = InputLayout(segments)
    var model = try TestNetwork(
      layers, input: Shape(layout.storedWidth), rows: rows, inputGradient: false,
      inputLayout: layout)
    model.pool = ThreadPool(threads: threads)
    model.fillParameters(seed: 3)
    model.values(model.network.input).fill(stored(segments, seed: 4))
    return model
  }

  /// The outputs, and behind them the gradients of the parameters.
  private static func results(_ model: TestNetwork, accumulates: Bool = false) -> [Float] {
    var generator = SplitMix64(seed: 5)
    let output = model.network.answers
    model.network.forward(model.memory, model.pass(accumulates: accumulates))
    let outputs = Array(model.values(output))
    model.gradients(output).fill(generator.floats(rows * output.shape.count))
    model.network.backward(model.memory, model.pass(accumulates: accumulates))
    return outputs
      + model.memory.plan.parameters.filter(\.isTrainable).flatMap { Array(model.gradients($0)) }
  }

  private static func distance(_ a: [Float], _ b: [Float]) -> Float {
    a.count == b.count ? zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) } : .infinity
  }

  @Test(
    arguments: [
      #"{"type": "dense", "units": 9, "activation": "gelu"}"#,
      #"{"type": "dense", "units": 70, "activation": "softmax", "use_bias": false}"#,
      #"{"type": "batch_normalization"}"#,
      #"{"type": "residual", "layers": [{"type": "dense", "units": 99}]}"#,
    ], [false, true])
  func indicesAreAsGoodAsZerosAndOnes(first: String, accumulates: Bool) throws {
    let layers = "[\(first), {\"type\": \"dense\", \"units\": 4}]"
    let sparse = try Self.network(layers, Self.mixed)
    let dense = try TestNetwork(layers, input: Shape(99), rows: Self.rows, inputGradient: false)
    dense.fillParameters(seed: 3)
    dense.values(dense.network.input).fill(
      Self.expanded(Self.stored(Self.mixed, seed: 4), Self.mixed))
    #expect(sparse.network.inputShape == Shape(99))
    #expect(sparse.memory.plan.parameters.map(\.name) == dense.memory.plan.parameters.map(\.name))
    #expect(Self.distance(Self.results(sparse), Self.results(dense)) < 1e-4)
    guard accumulates else { return }
    #expect(
      Self.distance(
        Self.results(sparse, accumulates: true), Self.results(dense, accumulates: true)) < 2e-4)
  }

  private static let (waves, ensemble) = (
    #"{"type": "periodic_embedding", "scale": 0.4}"#, #"{"type": "ensemble", "members": 3}"#
  )
  private static let passing = [
    (ensemble, #"{"type": "dense", "units": 70, "activation": "relu"}"#),
    (ensemble, #"{"type": "dense", "units": 3, "use_bias": false}"#),
    (ensemble, #"{"type": "dense", "units": 5, "trainable": false}"#),
    (#"{"type": "ensemble", "trainable": false}"#, #"{"type": "dense", "units": 64}"#),
    (waves, #"{"type": "dense", "units": 17}"#),
    (
      "\(waves), \(ensemble)",
      #"{"type": "dense", "units": 100, "activation": "tanh"}, {"type": "dropout", "rate": 0.3}"#
    ),
  ]

  /// Against the same with a layer between that keeps indices from being passed on.
  @Test(arguments: passing, [false, true])
  func indicesArePassedOn(_ layers: (passing: String, adding: String), accumulates: Bool) throws {
    let segments: [Segment] =
      Self.mixed + [
        .embedding(table: "c", categories: 9, dimensions: 3), .numbers(20), .oneHot(90),
      ]
    let last = #"{"type": "dense", "units": 4}"#
    let sparse = try Self.network(
      "[\(layers.passing), \(layers.adding), \(last)]", segments, threads: 2)
    let dense = try Self.network(
      "[\(layers.passing), \(TestNetwork.identity), \(layers.adding), \(last)]", segments)
    #expect(
      sparse.memory.plan.parameters.map(\.shape) == dense.memory.plan.parameters.map(\.shape))
    func width(_ model: TestNetwork) -> Int? {
      model.network.layers[0].output.shape.dimensions.last
    }
    #expect((width(sparse) ?? 0) + 168 - 4 == width(dense))
    #expect(sparse.network.summaries[1].output == dense.network.summaries[1].output)
    // Those of the vectors first, and none of frozen layers.
    let found = Self.results(sparse, accumulates: accumulates)
    let expected = Self.results(dense, accumulates: accumulates)
    #expect(Self.distance(found, expected) < 2e-4)
    #expect(found.contains { abs($0) > 0.1 })
  }

  /// Few zeros and ones are the product that they always were, to the bit.
  @Test func fewCategoriesAreWrittenOut() throws {
    let segments: [Segment] = [.numbers(3), .oneHot(20), .numbers(1)]
    let layers =
      #"[{"type": "dense", "units": 6, "activation": "tanh"}, {"type": "dense", "units": 2}]"#
    let sparse = try Self.network(layers, segments)
    let dense = try TestNetwork(layers, input: Shape(24), rows: Self.rows, inputGradient: false)
    dense.fillParameters(seed: 3)
    dense.values(dense.network.input).fill(
      Self.expanded(Self.stored(segments, seed: 4), segments))
    #expect(Self.results(sparse) == Self.results(dense))
  }

  @Test func categoriesTakeOneNumberInMemory() throws {
    let segments: [Segment] = [.oneHot(10_000), .oneHot(5_000), .numbers(2)]
    let model = try Self.network(#"[{"type": "dense", "units": 32}]"#, segments)
    #expect(model.network.input.shape == Shape(4))
    #expect(model.memory.plan.parameters.first?.shape == Shape(15_002, 32))
    // The kernel and its gradient, the batch, and little else.
    #expect(model.memory.plan.stateBytes < 5 * 15_002 * 32 * 4)
  }

  private static let three = #"{"type": "dense", "units": 3, "activation": "tanh"}"#

  @Test(arguments: [
    (#"{"type": "batch_normalization"}, \#(three)"#, 1000, "layers[0].type"),
    (#"{"type": "batch_normalization"}, \#(three)"#, 999, nil),
    (#"{"type": "ensemble"}"#, 1200, "layers[1].type"),
    (#"{"type": "ensemble"}, \#(three)"#, 1200, nil),
    (#"{"type": "periodic_embedding"}, {"type": "dropout", "rate": 0.1}"#, 1200, "layers[1].type"),
    (
      #"{"type": "periodic_embedding"}, {"type": "periodic_embedding"}, \#(three)"#, 1200,
      "layers[2].type"
    ),
    (three, 1200, nil),
  ])
  func manyThatAreWrittenOutAreWarnedOf(first: String, categories: Int, place: String?) throws {
    let model = try Self.network(
      #"[\#(first), {"type": "dense"}]"#, [.numbers(2), .oneHot(categories)])
    let warnings = model.network.warnings
    #expect(warnings.map(\.code) == (place == nil ? [] : ["one-hot"]))
    #expect(warnings.map(\.path.description) == [place].compactMap { $0 })
    #expect(warnings.allSatisfy { $0.help?.hasSuffix("makes their columns short") == true })
  }

  @Test(arguments: [
    [Segment.embedding(table: "a", categories: 7, dimensions: 3), .numbers(2)],
    [
      .embedding(table: "a", categories: 7, dimensions: 3), .oneHot(80), .numbers(1),
      .embedding(table: "b", categories: 90, dimensions: 5),
      .embedding(table: "a", categories: 7, dimensions: 3),
    ],
  ])
  func vectorsAreLookedUpAndLearned(segments: [Segment]) throws {
    let layers =
      #"[{"type": "dense", "units": 6, "activation": "tanh"}, {"type": "dense", "units": 2}]"#
    let model = try Self.network(layers, segments)
    let tables = model.memory.plan.parameters.filter { $0.name.hasPrefix("inputs.") }
    #expect(tables.count == Set(segments.compactMap(\.table)).count)
    func vectors(_ table: String, _ index: Int) -> [Float] {
      let parameter = tables.first { $0.name == "inputs.\(table)" }
      let width = parameter?.shape.dimensions[1] ?? 0
      let values = parameter.map { Array(model.values($0)) } ?? []
      return Array(values[index * width..<(index + 1) * width])
    }
    let stored = Self.stored(segments, seed: 4)
    let width = InputLayout(segments).width
    let plain = try TestNetwork(layers, input: Shape(width), rows: Self.rows)
    for (mine, others) in zip(
      plain.memory.plan.parameters, model.memory.plan.parameters.dropFirst(tables.count))
    {
      plain.values(mine).fill(Array(model.values(others)))
    }
    plain.values(plain.network.input).fill(
      Self.expanded(stored, segments, vectors: vectors))
    let gradients = Self.results(model)
    let (outputs, tableCount) = (
      Self.rows * 2, tables.reduce(0) { $0 + $1.shape.count }
    )
    let expected = Self.results(plain)
    #expect(
      Self.distance(Array(gradients.prefix(outputs)), Array(expected.prefix(outputs))) < 1e-4)
    #expect(
      Self.distance(
        Array(gradients.dropFirst(outputs + tableCount)), Array(expected.dropFirst(outputs)))
        < 1e-4)
    // The gradient of a vector is the sum of those of the inputs that it became.
    var sums = Dictionary(
      uniqueKeysWithValues: tables.map { ($0.name, [Float](repeating: 0, count: $0.shape.count)) })
    let arriving = plain.gradients(plain.network.input)
    for row in 0..<Self.rows {
      var (next, input) = (row * InputLayout(segments).storedWidth, row * width)
      for segment in segments {
        if case .embedding(let table, _, let dimensions) = segment, stored[next] >= 0 {
          for column in 0..<dimensions {
            sums["inputs.\(table)"]?[Int(stored[next]) * dimensions + column] +=
              arriving[
                input + column]
          }
        }
        next += segment.storedWidth
        input += segment.width
      }
    }
    for table in tables {
      #expect(Self.distance(Array(model.gradients(table)), sums[table.name] ?? []) < 1e-4)
    }
  }

  @Test func threadsMakeNoDifference() throws {
    let segments = Self.mixed + [.embedding(table: "c", categories: 40, dimensions: 9)]
    let layers = #"[{"type": "dense", "units": 200, "activation": "relu"}, {"type": "dense"}]"#
    let one = Self.results(try Self.network(layers, segments))
    let three = Self.results(try Self.network(layers, segments, threads: 3))
    #expect(one == three)
  }

  @Test func sharedVectorsHaveOneShape() {
    #expect(throws: PlanError.self) {
      try Self.network(
        #"[{"type": "dense"}]"#,
        [
          .embedding(table: "a", categories: 7, dimensions: 3),
          .embedding(table: "a", categories: 8, dimensions: 3),
        ])
    }
  }
}

extension InputLayout.Segment {
  fileprivate var table: String? {
    if case .embedding(let table, _, _) = self { table } else { nil }
  }
}
