import Configuration
import Network
import Numerics
import TestSupport
import Testing

/// Where windows lie, and what is said of those that do not fit.
struct WindowTests {
  private func output(_ layer: String, _ input: Shape) throws -> Shape {
    try TestNetwork("[\(layer)]", input: input, rows: 1).network.output.shape
  }

  /// ⌊(extent + 2 · padding − dilation · (size − 1) − 1) / stride⌋ + 1, or ⌈extent / stride⌉.
  @Test(arguments: [
    ("\"kernel_size\": 5", 28, 24), ("\"kernel_size\": 5, \"padding\": 2", 28, 28),
    ("\"kernel_size\": 3, \"stride\": 2", 28, 13), ("\"kernel_size\": 3, \"stride\": 2", 29, 14),
    ("\"kernel_size\": 4, \"stride\": 3, \"padding\": \"same\"", 10, 4),
    ("\"kernel_size\": 3, \"dilation\": 4", 9, 1), ("\"kernel_size\": 7, \"padding\": 3", 1, 1),
    ("\"kernel_size\": 1, \"stride\": 100", 7, 1),
  ])
  func outputsAreAsManyAsWindowsFit(keys: String, extent: Int, expected: Int) throws {
    #expect(
      try output("{\"type\": \"conv1d\", \"filters\": 3, \(keys)}", Shape(extent, 2))
        == Shape(expected, 3))
    #expect(
      try output("{\"type\": \"conv2d\", \"filters\": 3, \(keys)}", Shape(extent, extent, 2))
        == Shape(expected, expected, 3))
  }

  @Test func poolsMoveByTheirSizeUnlessToldOtherwise() throws {
    #expect(try output("{\"type\": \"max_pool2d\"}", Shape(7, 6, 3)) == Shape(3, 3, 3))
    #expect(
      try output("{\"type\": \"average_pool2d\", \"pool_size\": [2, 3]}", Shape(7, 6, 3))
        == Shape(3, 2, 3))
    #expect(
      try output("{\"type\": \"max_pool1d\", \"stride\": 1}", Shape(7, 3)) == Shape(6, 3))
    #expect(
      try output("{\"type\": \"max_pool2d\", \"padding\": \"same\"}", Shape(7, 6, 3))
        == Shape(4, 3, 3))
  }

  @Test(arguments: [
    (
      "{\"type\": \"conv2d\", \"filters\": 3, \"kernel_size\": 9}", Shape(8, 8, 1),
      "layers[0].kernel_size", "a window of 9×9 does not fit into the 8×8×1 that arrive here"
    ),
    (
      "{\"type\": \"conv2d\", \"filters\": 3, \"dilation\": [1, 4]}", Shape(8, 8, 1),
      "layers[0].kernel_size",
      "a window of 3×3, spread to 3×9 does not fit into the 8×8×1 that arrive here"
    ),
    (
      "{\"type\": \"max_pool1d\", \"pool_size\": 5, \"padding\": 1}", Shape(2, 4),
      "layers[0].pool_size",
      "a window of 5 does not fit into the 2×4 that arrive here with a padding of 1"
    ),
    (
      "{\"type\": \"conv2d\", \"filters\": 3}", Shape(64), "layers[0]",
      "conv2d takes an image (height × width × channels), but 64 arrives here"
    ),
    (
      "{\"type\": \"conv1d\", \"filters\": 3}", Shape(8, 8, 1), "layers[0]",
      "conv1d takes a sequence (steps × channels), but 8×8×1 arrives here"
    ),
    (
      "{\"type\": \"conv2d\", \"filters\": 3, \"groups\": 2}", Shape(8, 8, 1),
      "layers[0].groups", "2 groups do not divide the 1 channel"
    ),
    (
      "{\"type\": \"conv2d\", \"filters\": 3, \"groups\": 2}", Shape(8, 8, 4),
      "layers[0].groups", "2 groups do not divide the 3 filters"
    ),
    (
      "{\"type\": \"average_pool2d\", \"padding\": [0, 2]}", Shape(8, 8, 1),
      "layers[0].padding", "a padding of 2 makes windows of 2 that see nothing else"
    ),
    (
      "{\"type\": \"global_max_pool\"}", Shape(64), "layers[0]",
      "global_max_pool takes a sequence (steps × channels) or an image (height × width × channels), but 64 arrives here"
    ),
    (
      "{\"type\": \"reshape\", \"shape\": [4, 4]}", Shape(8, 8, 1), "layers[0].shape",
      "4×4 does not hold the 64 numbers (8×8×1) that arrive here"
    ),
    (
      "{\"type\": \"layer_normalization\"}", Shape(8, 8, 1), "layers[0]",
      "one number at a time has no variance, and the last dimension of 8×8×1 is 1"
    ),
    (
      "{\"type\": \"batch_normalization\"}", Shape(8), "layers[0]",
      "a batch of one example has one number for each channel here, and no variance"
    ),
    (
      """
      {"type": "residual", "layers": [
        {"type": "batch_normalization"}, {"type": "conv2d", "filters": 2, "kernel_size": 9}]}
      """, Shape(8, 8, 2), "layers[0].layers[1].kernel_size",
      "a window of 9×9 does not fit into the 8×8×2 that arrive here"
    ),
    (
      "{\"type\": \"residual\", \"layers\": [{\"type\": \"conv2d\", \"filters\": 2}]}",
      Shape(8, 8, 2), "layers[0]",
      "the branch makes 6×6×2 of the 8×8×2 that arrive here, but the shortcut 8×8×2"
    ),
    (
      "{\"type\": \"conv2d\", \"filters\": 1000000, \"padding\": 100000}", Shape(8, 8, 2),
      "layers[0]", "each example would have 200006×200006×1000000 numbers here"
    ),
  ])
  func whatDoesNotFitIsSaidWithItsPlace(
    layer: String, input: Shape, path: String, message: String
  ) throws {
    do throws(PlanError) {
      let config: NetworkConfig
      do {
        config = try Codec<NetworkConfig>.object().value("{\"layers\": [\(layer)]}")
      } catch {
        Issue.record(error)
        return
      }
      var plan = NetworkPlan(
        memory: MemoryPlan(purpose: .training, batchRows: 1, rows: 1), outputUnits: 1)
      _ = try config.build(&plan, input: input)
      Issue.record("nothing was thrown")
    } catch {
      #expect(error.path.description == path)
      #expect(error.message == message)
    }
  }

  @Test func layersInsideLayersHaveTheirOwnNamesAndRows() throws {
    let model = try TestNetwork(
      """
      [{"type": "residual", "name": "block", "layers": [
         {"type": "conv2d", "filters": 2, "padding": "same", "name": "first"},
         {"type": "batch_normalization"}],
        "shortcut": [{"type": "conv2d", "filters": 2, "kernel_size": 1}]},
       {"type": "global_max_pool"}]
      """, input: Shape(4, 4, 3), rows: 2)
    #expect(
      model.memory.plan.parameters.map(\.name) == [
        "block.first.kernel", "block.first.bias", "block.layers.1.gamma", "block.layers.1.beta",
        "block.shortcut.0.kernel", "block.shortcut.0.bias",
      ])
    #expect(
      model.memory.plan.statistics.map(\.name) == [
        "block.layers.1.running_mean", "block.layers.1.running_variance",
      ])
    let rows = model.network.summaries
    #expect(rows.map(\.depth) == [0, 1, 1, 1, 0])
    #expect(rows.map(\.parameters) == [0, 56, 4, 8, 0])
  }

  /// A function that the pooling applies to its few values has the results of one that is applied to all, to the bit.
  @Test(arguments: [
    ("conv2d", "max_pool2d", #", "stride": 2"#, Shape(9, 8, 3)),
    ("conv2d", "max_pool2d", #", "pool_size": 3, "stride": 1, "padding": "same""#, Shape(7, 7, 2)),
    ("conv2d", "global_max_pool", "", Shape(6, 5, 2)), ("conv1d", "max_pool1d", "", Shape(11, 3)),
  ])
  func theFunctionBeforeAPoolingMayComeBehindIt(
    convolution: String, pooling: String, keys: String, input: Shape
  ) throws {
    let sums = #"{"type": "\#(convolution)", "filters": 19"#
    let pool = #"{"type": "\#(pooling)"\#(keys)}"#
    func results(_ layers: String) throws -> [UInt32] {
      try TestNetwork.random(layers, input: input, rows: 3).results().map(\.bitPattern)
    }
    let apart = try results(sums + #"}, {"type": "activation", "activation": "relu"}, "# + pool)
    let joined = try results(sums + #", "activation": "relu"}, "# + pool)
    let difference = zip(apart, joined).first { $0 != $1 && ($0 | $1) << 1 != 0 }
    #expect(apart.count == joined.count && difference == nil)
    // Something comes through, and not all.
    #expect(joined.contains(0) && joined.contains { $0 != 0 })
  }
}
