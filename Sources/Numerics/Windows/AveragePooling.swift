/// The mean of the values under each window, channel by channel.
///
/// Shapes: images `height × width × channels`, outputs `output.height × output.width × channels`. The
/// functions run on the calling thread, one image at a time, sixteen channels at once. Where a pixel has
/// fewer, what is stored beyond it lies in the next pixel, which comes after it.
package struct AveragePooling: Sendable {
  package let window: SlidingWindow
  /// Whether padding counts as zeros, or not at all.
  package let includesPadding: Bool

  package init(window: SlidingWindow, includesPadding: Bool) {
    self.window = window
    self.includesPadding = includesPadding
  }

  /// Whole windows fit into the padded image, so that with padding all have the same count.
  private func share(rows: Int, columns: Int) -> Float {
    1 / Float(includesPadding ? window.size.area : rows * columns)
  }

  package func forward(
    _ image: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>
  ) {
    let row = window.output.width * window.channels
    for y in 0..<window.output.height {
      let target = output + y * row
      if window.isInside(outputRow: y) {
        fillRow(y, of: image, into: target)
      } else {
        fillRow(
          y, of: image, into: target, imageEnd: image + window.inputCount,
          end: output + window.outputCount)
      }
    }
  }

  /// - Parameters:
  ///   - imageEnd: where reading stops, unless the row lies inside.
  ///   - end: where writing stops.
  @inline(__always)
  private func fillRow(
    _ y: Int, of image: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>,
    imageEnd: UnsafePointer<Float>? = nil, end: UnsafeMutablePointer<Float>? = nil
  ) {
    let channels = window.channels
    let pitch = window.input.width * channels
    let rows = window.rowTaps(y)
    let top = image + (y * window.stride.height - window.padding.height + rows.lowerBound) * pitch
    var target = output
    for x in 0..<window.output.width {
      let columns = window.columnTaps(x)
      let share = share(rows: rows.count, columns: columns.count)
      let first =
        top + (x * window.stride.width - window.padding.width + columns.lowerBound) * channels
      var channel = 0
      while channel < channels {
        var line = first + channel
        var sum = Lanes()
        for _ in 0..<rows.count {
          var pixel = line
          for _ in 0..<columns.count {
            sum += pixel.lanes(before: imageEnd)
            pixel += channels
          }
          line += pitch
        }
        (target + channel).setLanes(sum * share, before: end)
        channel += Lanes.scalarCount
      }
      target += channels
    }
  }

  /// Adds to each pixel its share of the gradients of the windows that it lies under.
  ///
  /// - Parameter imageGradient: zero at first.
  package func backward(
    _ outputGradient: UnsafePointer<Float>, adding imageGradient: UnsafeMutablePointer<Float>
  ) {
    let pitch = window.input.width * window.channels
    for y in 0..<window.output.height {
      let rows = window.rowTaps(y)
      let top = y * window.stride.height - window.padding.height
      for line in top + rows.lowerBound..<top + rows.upperBound {
        let target = imageGradient + line * pitch
        if window.isInside(line: line), window.isInside(outputRow: y) {
          giveLine(outputGradient, row: y, to: target)
        } else {
          giveLine(
            outputGradient, row: y, to: target, outputEnd: outputGradient + window.outputCount,
            end: imageGradient + window.inputCount)
        }
      }
    }
  }

  /// Adds to a line of pixels its share of the gradients of a row of outputs.
  ///
  /// - Parameters:
  ///   - outputEnd: where reading stops, unless line and row lie inside.
  ///   - end: where writing stops.
  @inline(__always)
  private func giveLine(
    _ outputGradient: UnsafePointer<Float>, row y: Int, to line: UnsafeMutablePointer<Float>,
    outputEnd: UnsafePointer<Float>? = nil, end: UnsafeMutablePointer<Float>? = nil
  ) {
    let channels = window.channels
    let overlaps = window.overlaps
    let rows = window.rowTaps(y)
    var source = outputGradient + y * window.output.width * channels
    for x in 0..<window.output.width {
      let columns = window.columnTaps(x)
      let share = share(rows: rows.count, columns: columns.count)
      let first =
        line + (x * window.stride.width - window.padding.width + columns.lowerBound) * channels
      var channel = 0
      while channel < channels {
        let count = channels - channel
        let gradient = ((source + channel).lanes(before: outputEnd) * share).first(count)
        // Of the last of several vectors nothing may lie in the next pixel, whose first came before.
        let isPart = channel > 0 && count < Lanes.scalarCount
        var target = first + channel
        for _ in 0..<columns.count {
          let stop = isPart ? target + count : end
          target.setLanes(
            overlaps ? target.lanes(before: stop) + gradient : gradient, before: stop)
          target += channels
        }
        channel += Lanes.scalarCount
      }
      source += channels
    }
  }
}
