import Network
import Numerics
import TestSupport
import Testing

/// Layers that multiply in bfloat16 while they train.
struct BFloat16LayersTests {
  struct Case: Sendable {
    let layers: String
    let input: Shape
    let rows: Int
  }

  /// Every layer with products, below and above what is packed beforehand, and with sides that fill no tile.
  static let cases = [
    Case(
      layers: #"{"type": "dense", "units": 65, "activation": "gelu"}"#, input: Shape(90), rows: 70),
    Case(
      layers: #"{"type": "dense", "units": 130, "activation": "softmax"}"#, input: Shape(100),
      rows: 300),
    Case(layers: #"{"type": "dense", "units": 1}"#, input: Shape(1), rows: 3),
    Case(layers: #"{"type": "dense", "units": 1, "use_bias": false}"#, input: Shape(33), rows: 33),
    Case(
      layers: """
        {"type": "residual", "layers": [{"type": "self_attention", "heads": 2, "causal": true}]}
        """, input: Shape(9, 32), rows: 35),
    Case(
      layers: #"{"type": "conv2d", "filters": 64, "padding": "same", "activation": "tanh"}"#,
      input: Shape(7, 6, 57), rows: 3),
    Case(
      layers: #"{"type": "conv2d", "filters": 128, "groups": 2, "stride": 2}"#,
      input: Shape(9, 9, 128), rows: 5),
    Case(
      layers: #"{"type": "conv2d", "filters": 64, "kernel_size": 1}"#, input: Shape(5, 7, 512),
      rows: 2),
    Case(
      layers: #"{"type": "conv1d", "filters": 70, "kernel_size": 8, "use_bias": false}"#,
      input: Shape(40, 65), rows: 3),
    Case(layers: #"{"type": "rnn", "units": 20}"#, input: Shape(6, 10), rows: 9),
    Case(
      layers: #"{"type": "lstm", "units": 70, "return_sequences": true, "recurrent_dropout": 0.3}"#,
      input: Shape(5, 33), rows: 140),
    Case(
      layers: #"{"type": "gru", "units": 48, "bidirectional": true}"#, input: Shape(4, 40), rows: 50
    ),
  ]

  private func network(
    _ test: Case, _ precision: ProductPrecision, threads: Int = 1
  ) throws -> TestNetwork {
    try TestNetwork.random(
      test.layers, input: test.input, rows: test.rows, threads: threads, precision: precision)
  }

  /// How far numbers are from others, relative to their length.
  private func distance(_ found: ArraySlice<Float>, _ expected: ArraySlice<Float>) -> Double {
    func length(_ values: some Sequence<Double>) -> Double {
      values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }
    let difference = length(zip(found, expected).map { Double($0 - $1) })
    return difference / max(length(expected.map { Double($0) }), .leastNormalMagnitude)
  }

  /// Outputs and all gradients are those of single precision but for the rounding of factors, 2⁻⁹ for each.
  @Test(arguments: cases)
  func resultsAreThoseOfSinglePrecisionToRounding(test: Case) throws {
    let single = try network(test, .single)
    let (expected, found) = (single.results(), try network(test, .bfloat16).results())
    let counts = [
      single.values(single.network.output).count,
      single.gradients(single.network.layers[0].output).count, single.memory.gradients.count,
    ]
    #expect(counts.reduce(0, +) == found.count)
    var first = 0
    for (count, what) in zip(counts, ["outputs", "gradient of the input", "other gradients"]) {
      let range = first..<first + count
      let distance = distance(found[range], expected[range])
      #expect(distance > 0x1p-16, "\(what) are rounded")
      #expect(distance < 0x1p-6, "\(what)")
      first += count
    }
  }

  @Test(arguments: cases)
  func threadsMakeNoDifference(test: Case) throws {
    let one = bits(try network(test, .bfloat16).results())
    for threads in [2, 3] {
      let found = bits(try network(test, .bfloat16, threads: threads).results())
      #expect(zip(found, one).count { $0 != $1 } == 0, "\(threads) threads")
    }
  }

  /// What is evaluated is the network that predicts, to the bit.
  @Test(arguments: cases)
  func evaluationIsInSinglePrecision(test: Case) throws {
    let outputs = try ProductPrecision.allCases.map { precision in
      let model = try network(test, precision)
      model.network.forward(model.memory, model.pass(.evaluation))
      return bits(model.values(model.network.output))
    }
    #expect(zip(outputs[0], outputs[1]).count { $0 != $1 } == 0)
  }

  /// Gradients that accumulate are added to what there is.
  @Test(arguments: cases)
  func gradientsAreAdded(test: Case) throws {
    let model = try network(test, .bfloat16, threads: 2)
    let count = model.memory.gradients.count
    let once = model.results().suffix(count)
    let twice = model.results(accumulates: true).suffix(count)
    #expect(distance(twice, ArraySlice(once.map { 2 * $0 })) < 1e-6)
  }
}
