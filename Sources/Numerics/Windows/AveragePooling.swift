/// The mean of the values under each window, channel by channel.
///
/// Shapes: images `height × width × channels`, outputs `output.height × output.width × channels`. The
/// functions run on the calling thread, one image at a time.
package struct AveragePooling: Sendable {
  package let window: SlidingWindow
  /// Whether padding counts as zeros, or not at all.
  package let includesPadding: Bool

  package init(window: SlidingWindow, includesPadding: Bool) {
    self.window = window
    self.includesPadding = includesPadding
  }

  /// Whole windows fit into the padded image, so that with padding all have the same count.
  private func share(y: Int, x: Int) -> Float {
    let count =
      includesPadding
      ? window.size.area : window.rowTaps(y).count * window.columnTaps(x).count
    return 1 / Float(count)
  }

  package func forward(
    _ image: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>
  ) {
    let channels = window.channels
    var target = output
    window.forEachOutput { y, x in
      let share = share(y: y, x: x)
      target.update(repeating: 0, count: channels)
      window.forEachPixel(y: y, x: x) { pixel in
        let source = image + pixel * channels
        for channel in 0..<channels { target[channel] += source[channel] }
      }
      for channel in 0..<channels { target[channel] *= share }
      target += channels
    }
  }

  /// Adds to each pixel its share of the gradients of the windows that it lies under.
  package func backward(
    _ outputGradient: UnsafePointer<Float>, adding imageGradient: UnsafeMutablePointer<Float>
  ) {
    let channels = window.channels
    var source = outputGradient
    window.forEachOutput { y, x in
      let share = share(y: y, x: x)
      window.forEachPixel(y: y, x: x) { pixel in
        let target = imageGradient + pixel * channels
        for channel in 0..<channels { target[channel] += source[channel] * share }
      }
      source += channels
    }
  }
}
