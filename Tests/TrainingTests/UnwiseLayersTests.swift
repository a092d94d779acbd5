import Configuration
import Testing
import Training

/// Layers that make little or nothing of each other, and amounts that are hardly ever meant.
@Suite struct UnwiseLayersTests {
  private static let relu = #""activation": "relu""#
  private static let image = #"{"type": "reshape", "shape": [5, 2, 1]}"#

  /// `code path-or-message` of a network behind which a last dense layer stands.
  private func findings(_ layers: String) throws -> [String] {
    try SampleRun(layers: layers + #", {"type": "dense"}"#).plan.warnings.map {
      "\($0.code): \($0.message)"
    }
  }

  private func codes(_ layers: String) throws -> [String] {
    try findings(layers).map { String($0.prefix { $0 != ":" }) }
  }

  private static func dense(_ units: Int, _ settings: String = "") -> String {
    #"{"type": "dense", "units": \#(units)\#(settings.isEmpty ? "" : ", " + settings)}"#
  }

  @Test func whatIsFlatStaysFlat() throws {
    #expect(
      try findings(#"{"type": "flatten"}"#) == ["inert: what arrives here is one row already"])
    let sequence = Self.dense(6, Self.relu) + #", {"type": "reshape", "shape": [3, 2]}"#
    #expect(try codes(sequence + #", {"type": "flatten"}"#).isEmpty)
  }

  @Test(arguments: [
    (#"{"type": "activation", "activation": "linear"}"#, true),
    (#"{"type": "activation", "activation": "relu"}"#, true),
    (#"{"type": "activation", "activation": "tanh"}"#, false),
  ])
  func functionsThatChangeNothingAreNamed(layer: String, isInert: Bool) throws {
    for function in ["relu", "sigmoid"] {
      let first = Self.dense(4, #""activation": "\#(function)""#)
      #expect(try codes("\(first), \(layer)") == (isInert ? ["inert"] : []))
    }
    let signed = Self.dense(4, #""activation": "tanh""#)
    #expect(try codes("\(signed), \(layer)").isEmpty == !layer.contains("linear"))
  }

  /// What a frozen scale of 1 or a momentum without statistics would be warned of is not so.
  @Test func aFrozenNormalizationIsNotSaidToBeDrawn() throws {
    func found(_ settings: String) throws -> [String] {
      try findings(
        Self.dense(4, Self.relu)
          + #", {"type": "batch_normalization", "trainable": false\#(settings)}"#)
    }
    let idle = "inert: a batch normalization that is not trainable keeps the mean 0"
    func hasIdle(_ found: [String]) -> Bool { found.contains { $0.hasPrefix(idle) } }
    #expect(try found("").count == 1 && hasIdle(try found("")))
    let momentum = try found(#", "momentum": 0.7"#)
    #expect(momentum.count == 2 && hasIdle(momentum))
    #expect(
      momentum.contains(
        "inert: the running statistics of a layer that is not trainable stay as they are, whatever the momentum"
      ))
    let drawn = try found(#", "gamma_initializer": "normal""#)
    #expect(drawn.contains { $0.hasPrefix("frozen-at-random") })
  }

  @Test(arguments: [
    (dense(8), 1), ("\(dense(8)), {\"type\": \"dropout\"}", 1),
    ("\(dense(8)), {\"type\": \"batch_normalization\"}", 1),
    ("\(dense(8)), \(dense(9))", 2), (dense(8, relu), 0),
    ("\(dense(8)), {\"type\": \"activation\", \"activation\": \"relu\"}", 0),
    ("\(dense(8)), {\"type\": \"layer_normalization\"}", 0),
    // Two kernels of few parameters in place of one.
    ("\(dense(9, relu)), \(dense(2)), \(dense(9, relu))", 0),
    ("\(dense(8, #""trainable": false"#))", 0),
    // Kernels that are shared are no product of all that arrives.
    (
      "\(dense(10, relu)), \(image), {\"type\": \"conv2d\", \"filters\": 4, \"kernel_size\": 2}, {\"type\": \"flatten\"}",
      0
    ),
  ])
  func layersThatAreOneLinearLayerAreNamed(layers: String, count: Int) throws {
    let found = try codes(layers).filter { $0 == "linear-layers" }
    #expect(found.count == count)
  }

  @Test func hiddenLayersAreNoProbabilities() throws {
    #expect(try codes(Self.dense(4, #""activation": "softmax""#)) == ["hidden-softmax"])
    #expect(try codes(Self.dense(4, Self.relu)).isEmpty)
  }

  @Test(arguments: [(20, ""), (21, "vanishing-gradients"), (30, "vanishing-gradients")])
  func gradientsVanishInLongRows(count: Int, code: String) throws {
    let layers = Array(repeating: Self.dense(4, #""activation": "sigmoid""#), count: count)
    #expect(try codes(layers.joined(separator: ", ")) == (code.isEmpty ? [] : [code]))
    let normalized = layers.joined(separator: #", {"type": "layer_normalization"}, "#)
    #expect(try codes(normalized).isEmpty)
  }

  @Test(arguments: [
    (
      #"{"type": "conv2d", "filters": 2, "kernel_size": 2, "stride": [3, 2], "activation": "relu"}"#,
      "20 %"
    ),
    (#"{"type": "max_pool2d", "pool_size": [2, 1], "stride": [3, 1]}"#, "20 %"),
    (#"{"type": "conv2d", "filters": 2, "kernel_size": 1, "stride": 2, "activation": "relu"}"#, ""),
    (#"{"type": "max_pool2d", "pool_size": 2, "stride": 2}"#, ""),
  ])
  func windowsThatLeaveGapsAreNamed(layer: String, share: String) throws {
    let found = try findings(
      #"\#(Self.dense(10, Self.relu)), \#(Self.image), \#(layer), {"type": "flatten"}"#)
    #expect(found.count == (share.isEmpty ? 0 : 1), "\(found)")
    #expect(
      found.allSatisfy { $0.hasPrefix("unseen-inputs: ") && $0.contains(share) }, "\(found)")
  }

  @Test(arguments: [
    (#"{"type": "dropout", "rate": 0.95}"#, #"{"type": "dropout", "rate": 0.9}"#),
    (
      dense(4, relu + #", "kernel_initializer": {"type": "normal", "standard_deviation": 11}"#),
      dense(4, relu + #", "kernel_initializer": {"type": "normal", "standard_deviation": 1}"#)
    ),
  ])
  func amountsThatAreHardlyMeantAreNamed(unusual: String, usual: String) throws {
    #expect(try codes(unusual) == ["unusual-value"])
    #expect(try codes(usual).isEmpty)
  }
}
