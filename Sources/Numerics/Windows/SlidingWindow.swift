/// Height and width of an image or of a window on it; a sequence is an image of height 1.
package struct Extent: Sendable, Hashable, CustomStringConvertible {
  package let height: Int
  package let width: Int

  package init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }

  package var area: Int { height * width }
  package var description: String { "\(height)×\(width)" }
}

/// How a window moves over an image: the geometry that convolution and pooling share.
///
/// Images are `height × width × channels`, the channels of a pixel side by side. Output (y, x) sees the
/// pixels (y · stride.height − padding.height + i · dilation.height, …) for i in 0 ..< size.height, and
/// likewise for the width; those outside of the image are padding.
package struct SlidingWindow: Sendable {
  package let input: Extent
  package let channels: Int
  package let size: Extent
  package let stride: Extent
  package let dilation: Extent
  /// Padding above and to the left; what lies below and to the right follows from the output.
  package let padding: Extent
  package let output: Extent

  package init(
    input: Extent, channels: Int, size: Extent, stride: Extent,
    dilation: Extent = Extent(height: 1, width: 1),
    padding: Extent = Extent(height: 0, width: 0), output: Extent
  ) {
    self.input = input
    self.channels = channels
    self.size = size
    self.stride = stride
    self.dilation = dilation
    self.padding = padding
    self.output = output
  }

  /// Elements of one image.
  package var inputCount: Int { input.area * channels }

  /// The taps of a window at output row y that lie on the image; without dilation.
  func rowTaps(_ y: Int) -> Range<Int> {
    Self.taps(y * stride.height - padding.height, size.height, input.height)
  }

  func columnTaps(_ x: Int) -> Range<Int> {
    Self.taps(x * stride.width - padding.width, size.width, input.width)
  }

  private static func taps(_ first: Int, _ size: Int, _ extent: Int) -> Range<Int> {
    let low = min(size, max(0, -first))
    return low..<max(low, min(size, extent - first))
  }
}
