import Numerics

extension SlidingWindow {
  /// An extent as a list: of sequences the width alone.
  func pick(_ extent: Extent, dimensions: Int) -> [Int] {
    dimensions == 1 ? [extent.width] : [extent.height, extent.width]
  }

  /// The padding before and after the input of each dimension, so much that the last window ends with it; where
  /// windows leave some of the input out, none after it.
  func padding(dimensions: Int) -> [(before: Int, after: Int)] {
    let lists = [input, size, stride, dilation, padding, output].map {
      pick($0, dimensions: dimensions)
    }
    return (0..<dimensions).map { dimension in
      let (input, size, stride) = (
        lists[0][dimension], lists[1][dimension], lists[2][dimension]
      )
      let (dilation, before, count) = (
        lists[3][dimension], lists[4][dimension], lists[5][dimension]
      )
      let end = (count - 1) * stride + (size - 1) * dilation + 1
      return (before, max(0, end - before - input))
    }
  }

  /// As ONNX writes padding: that before each dimension, then that after.
  func pads(dimensions: Int) -> [Int] {
    let padding = padding(dimensions: dimensions)
    return padding.map(\.before) + padding.map(\.after)
  }
}
