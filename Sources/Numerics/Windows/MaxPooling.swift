/// The largest value under each window, channel by channel; padding never wins.
///
/// Shapes: images `height × width × channels`, outputs `output.height × output.width × channels`. The
/// functions run on the calling thread, one image at a time, sixteen channels at once. Where a pixel has
/// fewer, what is stored beyond it lies in the next pixel, which comes after it.
package struct MaxPooling: Sendable {
  package let window: SlidingWindow

  package init(window: SlidingWindow) { self.window = window }

  package func forward(
    _ image: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>
  ) {
    let row = window.output.width * window.channels
    let (imageEnd, end) = (image + window.inputCount, output + window.outputCount)
    for y in 0..<window.output.height {
      let target = output + y * row
      switch (window.areApart, window.isInside(outputRow: y)) {
      case (true, true): fillRowApart(y, of: image, into: target)
      case (true, false): fillRowApart(y, of: image, into: target, imageEnd: imageEnd, end: end)
      case (false, true): fillRow(y, of: image, into: target)
      case (false, false): fillRow(y, of: image, into: target, imageEnd: imageEnd, end: end)
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
      let first =
        top + (x * window.stride.width - window.padding.width + columns.lowerBound) * channels
      var channel = 0
      while channel < channels {
        let largest = largest(
          from: first + channel, rows: rows.count, columns: columns.count, before: imageEnd)
        (target + channel).setLanes(largest, before: end)
        channel += Lanes.scalarCount
      }
      target += channels
    }
  }

  /// The largest of sixteen channels each in some rows and columns of pixels.
  @inline(__always)
  func largest(
    from first: UnsafePointer<Float>, rows: Int, columns: Int, before end: UnsafePointer<Float>?
  ) -> Lanes {
    var line = first
    var largest = line.lanes(before: end)
    for _ in 0..<rows {
      var pixel = line
      for _ in 0..<columns {
        let value = pixel.lanes(before: end)
        // A NaN stays one, so that divergence is seen.
        largest.replace(with: value, where: (value .> largest) .| (value .!= value))
        pixel += window.channels
      }
      line += window.input.width * window.channels
    }
    return largest
  }

  /// Elements of scratch memory for `backward`.
  package var scratchElements: Int {
    window.areApart ? 0 : window.output.width * window.channels.wholeLanes
  }

  /// Gives the gradient of each output to the first pixel under its window that has its value, and adds what a
  /// pixel gets.
  ///
  /// - Parameter scratch: `scratchElements`; nothing if they are 0.
  package func backward(
    _ image: UnsafePointer<Float>, output: UnsafePointer<Float>,
    outputGradient: UnsafePointer<Float>, into imageGradient: UnsafeMutablePointer<Float>,
    scratch: UnsafeMutablePointer<Float>?
  ) {
    if !window.coversImage { imageGradient.update(repeating: 0, count: window.inputCount) }
    guard let scratch else {
      return giveApart(image, output: output, outputGradient: outputGradient, to: imageGradient)
    }
    giveOverlapping(
      image, output: output, outputGradient: outputGradient, adding: imageGradient, scratch: scratch
    )
  }

  private func giveApart(
    _ image: UnsafePointer<Float>, output: UnsafePointer<Float>,
    outputGradient: UnsafePointer<Float>, to imageGradient: UnsafeMutablePointer<Float>
  ) {
    for y in 0..<window.output.height {
      let first = y * window.output.width * window.channels
      let row = RowGradient(
        image: image, output: output + first, outputGradient: outputGradient + first,
        imageGradient: imageGradient)
      if window.isInside(outputRow: y) {
        giveRowApart(y, row)
      } else {
        giveRowApart(
          y, row, imageEnd: image + window.inputCount, outputEnd: output + window.outputCount,
          gradientEnd: outputGradient + window.outputCount)
      }
    }
  }

  private func giveOverlapping(
    _ image: UnsafePointer<Float>, output: UnsafePointer<Float>,
    outputGradient: UnsafePointer<Float>, adding imageGradient: UnsafeMutablePointer<Float>,
    scratch: UnsafeMutablePointer<Float>
  ) {
    let row = window.output.width * window.channels
    for y in 0..<window.output.height {
      spread(
        outputGradient + y * row, end: outputGradient + window.outputCount, to: scratch)
      for tap in window.rowTaps(y) {
        let line = y * window.stride.height - window.padding.height + tap
        let pass = LinePass(
          line: line * window.input.width * window.channels, image: image, output: output + y * row,
          imageGradient: imageGradient, left: scratch)
        if window.isInside(line: line), window.isInside(outputRow: y) {
          giveLine(pass)
        } else {
          giveLine(
            pass, outputEnd: output + window.outputCount,
            end: imageGradient + window.inputCount)
        }
      }
    }
  }

  /// Copies the gradients of a row of outputs to whole lanes, with zeros behind them.
  private func spread(
    _ gradient: UnsafePointer<Float>, end: UnsafePointer<Float>,
    to target: UnsafeMutablePointer<Float>
  ) {
    let channels = window.channels
    var source = gradient
    var target = target
    for _ in 0..<window.output.width {
      var channel = 0
      while channel < channels {
        target.lanes = (source + channel).lanes(before: end).first(channels - channel)
        target += Lanes.scalarCount
        channel += Lanes.scalarCount
      }
      source += channels
    }
  }

  /// What a line of pixels takes of the gradients of a row of outputs.
  private struct LinePass {
    /// Elements before the line.
    let line: Int
    let image: UnsafePointer<Float>
    /// The row.
    let output: UnsafePointer<Float>
    let imageGradient: UnsafeMutablePointer<Float>
    /// The gradients that no line above has taken, in whole lanes.
    let left: UnsafeMutablePointer<Float>
  }

  /// - Parameters:
  ///   - outputEnd: where reading of outputs stops, unless line and row lie inside.
  ///   - end: where writing stops.
  @inline(__always)
  private func giveLine(
    _ pass: LinePass, outputEnd: UnsafePointer<Float>? = nil,
    end: UnsafeMutablePointer<Float>? = nil
  ) {
    let channels = window.channels
    let overlaps = window.overlaps
    let imageEnd = end.map { pass.image + ($0 - pass.imageGradient) }
    var left = pass.left
    var output = pass.output
    for x in 0..<window.output.width {
      let columns = window.columnTaps(x)
      let first =
        pass.line
        + (x * window.stride.width - window.padding.width + columns.lowerBound) * channels
      var channel = 0
      while channel < channels {
        let largest = (output + channel).lanes(before: outputEnd)
        var gradient = left.lanes
        var pixel = pass.image + first + channel
        var target = pass.imageGradient + first + channel
        // Of the last of several vectors nothing may lie in the next pixel, whose first came before.
        let count = channels - channel
        let isPart = channel > 0 && count < Lanes.scalarCount
        for _ in 0..<columns.count {
          let stop = isPart ? target + count : end
          let isSource = pixel.lanes(before: imageEnd) .== largest
          let share = Lanes().replacing(with: gradient, where: isSource)
          gradient.replace(with: 0, where: isSource)
          target.setLanes(overlaps ? target.lanes(before: stop) + share : share, before: stop)
          pixel += channels
          target += channels
        }
        left.lanes = gradient
        left += Lanes.scalarCount
        channel += Lanes.scalarCount
      }
      output += channels
    }
  }
}
