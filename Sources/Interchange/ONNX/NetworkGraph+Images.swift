import Network
import Numerics

/// Windows over images and sequences. Operators take channels first, and padding as numbers.
extension NetworkGraph {
  mutating func convolution(
    _ window: SlidingWindow, _ affine: Operation.Affine, of input: Signal, _ shape: Shape
  ) -> Signal {
    let input = channelsFirst(input)
    let kernel = affine.kernel
    let extents = kernel.shape.dimensions
    // Size × channels × filters becomes filters × channels × size.
    let size = Array(0..<extents.count - 2)
    let order = [extents.count - 1, extents.count - 2] + size
    let weights = array(
      Permutation.apply(order, to: memory.array(kernel), kernel.shape),
      order.map { extents[$0] }, kernel.name)
    let groups = window.channels / extents[extents.count - 2]
    let node = Node(.conv).with("kernel_shape", Array(extents.dropLast(2)))
      .with("strides", window.pick(window.stride, dimensions: size.count))
      .with("dilations", window.pick(window.dilation, dimensions: size.count))
      .with("pads", window.pads(dimensions: size.count)).with("group", groups)
    var inputs = [input.value, weights]
    if let bias = affine.bias { inputs.append(parameter(bias)) }
    return Signal(value: graph.node(node, inputs), shape: shape, hasChannelsFirst: true)
  }

  mutating func pooling(
    _ window: SlidingWindow, _ rule: Operation.Pooling, of input: Signal, _ shape: Shape
  ) -> Signal {
    let dimensions = input.rank - 1
    let input = channelsFirst(input)
    if shape.rank == 1 {
      let isLargest = if case .largest = rule { true } else { false }
      let means = graph.node(Node(isLargest ? .globalMaxPool : .globalAveragePool), input.value)
      return Signal(value: graph.reshape(means, to: [0, shape.count]), shape: shape)
    }
    var node: Node
    switch rule {
    case .largest: node = Node(.maxPool)
    case .average(let includesPadding):
      node = Node(.averagePool).with("count_include_pad", includesPadding ? 1 : 0)
    }
    node = node.with("kernel_shape", window.pick(window.size, dimensions: dimensions))
      .with("strides", window.pick(window.stride, dimensions: dimensions))
      .with("pads", window.pads(dimensions: dimensions))
    return Signal(value: graph.node(node, input.value), shape: shape, hasChannelsFirst: true)
  }
}
