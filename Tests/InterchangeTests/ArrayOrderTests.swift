import Interchange
import Numerics
import TestSupport
import Testing

/// Where the numbers of an array go that other programs have in another order.
@Suite struct ArrayOrderTests {
  /// A dense layer makes a sequence of two steps of one number; a layer follows whose units are one.
  private func graph(_ layer: String) throws -> (SampleModel, ONNXGraphProto) {
    let sample = try SampleModel(
      layers: """
        {"type": "dense", "units": 2}, {"type": "reshape", "shape": [2, 1]}, \(layer), {"type": "dense"}
        """)
    return (sample, try ONNXModel(sample.model, version: "test").proto.graph)
  }

  /// Ours are i, f, g, o; those of ONNX i, o, f, c.
  @Test func theGatesOfAnLSTM() throws {
    let (sample, graph) = try graph(
      #"{"type": "lstm", "units": 1, "bias_initializer": {"type": "normal"}, "recurrent_initializer": {"type": "normal"}}"#
    )
    for name in ["layers.2.kernel", "layers.2.recurrent_kernel"] {
      let ours = try sample.array(name)
      #expect(graph.array(name)?.floats == [0, 3, 1, 2].map { ours[$0] })
      #expect(Set(ours).count == 4)
    }
    let bias = try sample.array("layers.2.bias")
    #expect(graph.array("layers.2.bias")?.floats == [0, 3, 1, 2].map { bias[$0] } + [0, 0, 0, 0])
  }

  /// Ours are r, z, n, and the second bias is that of n alone; those of ONNX z, r, h.
  @Test func theGatesOfAGRU() throws {
    let (sample, graph) = try graph(
      #"{"type": "gru", "units": 1, "bias_initializer": {"type": "normal"}, "recurrent_initializer": {"type": "normal"}}"#
    )
    for name in ["layers.2.kernel", "layers.2.recurrent_kernel"] {
      let ours = try sample.array(name)
      #expect(graph.array(name)?.floats == [1, 0, 2].map { ours[$0] })
      #expect(Set(ours).count == 3)
    }
    let bias = try sample.array("layers.2.bias")
    let own = try sample.array("layers.2.recurrent_bias")
    #expect(graph.array("layers.2.bias")?.floats == [1, 0, 2].map { bias[$0] } + [0, 0] + own)
  }

  /// Ours is size × channels × filters, that of ONNX filters × channels × size.
  @Test func theKernelOfAConvolution() throws {
    let sample = try SampleModel(
      layers: """
        {"type": "dense", "units": 24}, {"type": "reshape", "shape": [3, 4, 2]},
        {"type": "conv2d", "filters": 5, "kernel_size": [2, 3]}, {"type": "flatten"}, {"type": "dense"}
        """)
    let graph = try ONNXModel(sample.model, version: "test").proto.graph
    let kernel = try #require(graph.array("layers.2.kernel"))
    #expect(kernel.dims == [5, 2, 2, 3])
    let (ours, theirs) = (try sample.array("layers.2.kernel"), kernel.floats)
    for filter in 0..<5 {
      for channel in 0..<2 {
        for y in 0..<2 {
          for x in 0..<3 {
            let theirPlace = ((filter * 2 + channel) * 2 + y) * 3 + x
            let ourPlace = ((y * 3 + x) * 2 + channel) * 5 + filter
            #expect(theirs[theirPlace] == ours[ourPlace])
          }
        }
      }
    }
  }

  @Test func aPermutationAndItsInverse() {
    let values = (0..<24).map { Float($0) }
    let moved = Permutation.apply([2, 0, 1], to: values, Shape(2, 3, 4))
    // Element (i, j, k) is at (k, i, j).
    #expect(moved[(3 * 2 + 1) * 3 + 2] == values[(1 * 3 + 2) * 4 + 3])
    #expect(Permutation.apply([1, 2, 0], to: moved, Shape(4, 2, 3)) == values)
  }
}
