/// Windows that lie apart and on the image, as most poolings have them: no position needs a look at the border, and
/// all pixels under a window take their gradient in one pass.
extension MaxPooling {
  private static let pair = Extent(height: 2, width: 2)

  /// - Parameters:
  ///   - imageEnd: where reading stops, unless the row lies inside.
  ///   - end: where writing stops.
  @inline(__always)
  func fillRowApart(
    _ y: Int, of image: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>,
    imageEnd: UnsafePointer<Float>? = nil, end: UnsafeMutablePointer<Float>? = nil
  ) {
    // Of a size that the compiler knows no loop over the window is left.
    if window.size == Self.pair {
      fillRow(y, of: image, into: output, size: Self.pair, imageEnd: imageEnd, end: end)
    } else {
      fillRow(y, of: image, into: output, size: window.size, imageEnd: imageEnd, end: end)
    }
  }

  @inline(__always)
  private func fillRow(
    _ y: Int, of image: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>,
    size: Extent, imageEnd: UnsafePointer<Float>?, end: UnsafeMutablePointer<Float>?
  ) {
    let channels = window.channels
    let pitch = window.input.width * channels
    let step = window.stride.width * channels
    var first = image + y * window.stride.height * pitch
    var target = output
    for _ in 0..<window.output.width {
      for channel in Lanes.firsts(channels) {
        let largest = largest(
          from: first + channel, rows: size.height, columns: size.width, before: imageEnd)
        (target + channel).setLanes(largest, before: end)
      }
      first += step
      target += channels
    }
  }

  /// A row of outputs and the image that it is of.
  struct RowGradient {
    let image: UnsafePointer<Float>
    let output: UnsafePointer<Float>
    let outputGradient: UnsafePointer<Float>
    let imageGradient: UnsafeMutablePointer<Float>
  }

  /// Assigns the gradients of the pixels under a row of windows.
  ///
  /// - Parameters:
  ///   - imageEnd, outputEnd, gradientEnd: where reading stops, unless the row lies inside.
  @inline(__always)
  func giveRowApart(
    _ y: Int, _ row: RowGradient, imageEnd: UnsafePointer<Float>? = nil,
    outputEnd: UnsafePointer<Float>? = nil, gradientEnd: UnsafePointer<Float>? = nil
  ) {
    if window.size == Self.pair {
      giveRow(
        y, row, size: Self.pair, imageEnd: imageEnd, outputEnd: outputEnd, gradientEnd: gradientEnd)
    } else {
      giveRow(
        y, row, size: window.size, imageEnd: imageEnd, outputEnd: outputEnd,
        gradientEnd: gradientEnd)
    }
  }

  @inline(__always)
  private func giveRow(
    _ y: Int, _ row: RowGradient, size: Extent, imageEnd: UnsafePointer<Float>?,
    outputEnd: UnsafePointer<Float>?, gradientEnd: UnsafePointer<Float>?
  ) {
    let channels = window.channels
    let pitch = window.input.width * channels
    let step = window.stride.width * channels
    let within = outputsWithinLine
    var first = y * window.stride.height * pitch
    var (output, gradient) = (row.output, row.outputGradient)
    for x in 0..<window.output.width {
      for channel in Lanes.firsts(channels) {
        let count = channels - channel
        let largest = (output + channel).lanes(before: outputEnd)
        var left = (gradient + channel).lanes(before: gradientEnd).first(count)
        // What is stored beyond a pixel are zeros in pixels that come later, except at the end of a line,
        // and of the last of several vectors.
        let storesAll = x < within && (count >= Lanes.scalarCount || channel == 0)
        var line = first + channel
        for _ in 0..<size.height {
          var pixel = line
          for _ in 0..<size.width {
            let isSource = (row.image + pixel).lanes(before: imageEnd) .== largest
            let share = Lanes().replacing(with: left, where: isSource)
            left.replace(with: 0, where: isSource)
            if storesAll {
              share.store(to: row.imageGradient + pixel)
            } else {
              share.store(to: row.imageGradient + pixel, count)
            }
            pixel += channels
          }
          line += pitch
        }
      }
      first += step
      output += channels
      gradient += channels
    }
  }

  /// Outputs of a row under whose windows no vector reaches beyond the line of pixels.
  private var outputsWithinLine: Int {
    let channels = window.channels
    let reach = (window.size.width - 1) * channels + channels.wholeLanes
    let left = window.input.width * channels - reach
    return left < 0 ? 0 : left / (window.stride.width * channels) + 1
  }
}
