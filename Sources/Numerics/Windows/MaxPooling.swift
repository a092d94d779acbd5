/// The largest value under each window, channel by channel; padding never wins.
///
/// Shapes: images `height × width × channels`, outputs `output.height × output.width × channels`. The
/// functions run on the calling thread, one image at a time.
package struct MaxPooling: Sendable {
  package let window: SlidingWindow

  package init(window: SlidingWindow) { self.window = window }

  package func forward(
    _ image: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>
  ) {
    let channels = window.channels
    var target = output
    window.forEachOutput { y, x in
      var isFirst = true
      window.forEachPixel(y: y, x: x) { pixel in
        let source = image + pixel * channels
        if isFirst {
          target.update(from: source, count: channels)
          isFirst = false
        } else {
          for channel in 0..<channels {
            let value = source[channel]
            // A NaN stays one, so that divergence is seen.
            target[channel] =
              value > target[channel] || value != value ? value : target[channel]
          }
        }
      }
      target += channels
    }
  }

  /// Adds the gradient of each output to the first pixel under its window that has its value.
  ///
  /// - Parameter scratch: `channels` numbers.
  package func backward(
    _ image: UnsafePointer<Float>, output: UnsafePointer<Float>,
    outputGradient: UnsafePointer<Float>, adding imageGradient: UnsafeMutablePointer<Float>,
    scratch: UnsafeMutablePointer<Float>
  ) {
    let channels = window.channels
    var output = output
    var outputGradient = outputGradient
    window.forEachOutput { y, x in
      scratch.update(from: outputGradient, count: channels)
      window.forEachPixel(y: y, x: x) { pixel in
        let source = image + pixel * channels
        let target = imageGradient + pixel * channels
        for channel in 0..<channels {
          let gradient = scratch[channel]
          let isSource = source[channel] == output[channel]
          target[channel] += isSource ? gradient : 0
          scratch[channel] = isSource ? 0 : gradient
        }
      }
      output += channels
      outputGradient += channels
    }
  }
}

extension SlidingWindow {
  /// Calls the body with the row and column of each output in order.
  @inline(__always)
  func forEachOutput(_ body: (_ y: Int, _ x: Int) -> Void) {
    for y in 0..<output.height {
      for x in 0..<output.width { body(y, x) }
    }
  }

  /// Calls the body with the number of each pixel under a window, row by row; without dilation.
  @inline(__always)
  func forEachPixel(y: Int, x: Int, _ body: (_ pixel: Int) -> Void) {
    let columns = columnTaps(x)
    let left = x * stride.width - padding.width
    for row in rowTaps(y) {
      let line = (y * stride.height - padding.height + row) * input.width + left
      for column in columns { body(line + column) }
    }
  }
}
