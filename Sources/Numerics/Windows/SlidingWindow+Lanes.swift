/// What working on sixteen channels at once needs to know of a window.
extension SlidingWindow {
  /// Whether a pixel can lie under several windows.
  var overlaps: Bool { stride.height < size.height || stride.width < size.width }

  /// Whether all windows lie on the image, beside each other; without dilation.
  var areApart: Bool {
    !overlaps && padding == Extent(height: 0, width: 0)
      && (output.height - 1) * stride.height + size.height <= input.height
      && (output.width - 1) * stride.width + size.width <= input.width
  }

  /// Whether each pixel lies under one window.
  var coversImage: Bool { areApart && output.area * size.area == input.area }

  /// Elements of the outputs of an image, with the channels of the input.
  var outputCount: Int { output.area * channels }

  /// Whether sixteen numbers from any of a line of pixels on lie in the image.
  func isInside(line: Int) -> Bool {
    (line + 1) * input.width * channels + Lanes.scalarCount <= inputCount
  }

  /// Whether the same holds for a row of outputs and for the pixels under it; without dilation.
  func isInside(outputRow y: Int) -> Bool {
    isInside(line: y * stride.height - padding.height + size.height - 1)
      && (y + 1) * output.width * channels + Lanes.scalarCount <= outputCount
  }
}
