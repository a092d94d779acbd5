/// What each output of a convolution sees, as the rows of a matrix ("im2col"; Chellapilla, Puri, Simard 2006).
///
/// A row holds the pixels under the window in the order (row, column, channel), zeros for padding. The
/// rows of a batch are numbered through all outputs of its first image, then the second, and so on.
struct Patches {
  let window: SlidingWindow
  /// The channels of a group.
  let firstChannel: Int
  let channels: Int

  /// Elements that a row may write beyond the end of the last one.
  static let slack = 16

  /// Elements of a row.
  var length: Int { window.size.area * channels }

  /// Whether the taps of one row of the window are neighbours in memory.
  private var hasContiguousTaps: Bool {
    window.dilation.width == 1 && channels == window.channels
  }

  /// Fills in the given rows.
  ///
  /// - Parameters:
  ///   - images: the batch, `imageElements` numbers.
  ///   - patches: room for `rows × length` and the slack.
  func gather(
    _ rows: Range<Int>, from images: UnsafePointer<Float>, imageElements: Int,
    into patches: UnsafeMutablePointer<Float>
  ) {
    let end = images + imageElements
    let length = length
    var target = patches
    forEachLine(in: rows) { image, y, columns in
      let source = images + image * window.inputCount
      if hasContiguousTaps {
        gatherRuns(source, y: y, columns: columns, end: end, into: target)
      } else {
        for (index, x) in columns.enumerated() {
          gatherTaps(source, y: y, x: x, into: target + index * length)
        }
      }
      target += columns.count * length
    }
  }

  /// Adds the given rows to the pixels that they were taken from: the transpose of `gather`.
  ///
  /// - Parameter images: the batch.
  func scatter(
    _ rows: Range<Int>, from patches: UnsafePointer<Float>,
    adding images: UnsafeMutablePointer<Float>
  ) {
    var source = patches
    forEachLine(in: rows) { image, y, columns in
      let target = images + image * window.inputCount
      for x in columns {
        if hasContiguousTaps {
          scatterRuns(source, y: y, x: x, adding: target)
        } else {
          scatterTaps(source, y: y, x: x, adding: target)
        }
        source += length
      }
    }
  }

  /// Calls the body with each image and row of outputs that a range of rows covers, and the columns.
  @inline(__always)
  private func forEachLine(
    in rows: Range<Int>, _ body: (_ image: Int, _ y: Int, _ columns: Range<Int>) -> Void
  ) {
    var row = rows.lowerBound
    var image = row / window.output.area
    var y = row % window.output.area / window.output.width
    var x = row % window.output.width
    while row < rows.upperBound {
      let end = min(window.output.width, x + rows.upperBound - row)
      body(image, y, x..<end)
      row += end - x
      x = 0
      y += 1
      if y == window.output.height {
        y = 0
        image += 1
      }
    }
  }

  // MARK: - Taps that are neighbours

  /// The rows of the window that lie on the image at output row y.
  private func linesOnImage(_ y: Int) -> Range<Int> {
    let top = y * window.stride.height - window.padding.height
    let step = window.dilation.height
    let low = top < 0 ? min(window.size.height, (step - 1 - top) / step) : 0
    let last = window.input.height - 1 - top
    return low..<max(low, last < 0 ? 0 : min(window.size.height, last / step + 1))
  }

  /// The outputs of a line whose windows are on the image from the left to the right.
  private func wholeColumns(_ columns: Range<Int>) -> Range<Int> {
    let step = window.stride.width
    let last = window.input.width - window.size.width + window.padding.width
    let low = max(columns.lowerBound, (window.padding.width + step - 1) / step)
    let high = last < 0 ? 0 : min(columns.upperBound, last / step + 1)
    return low < high ? low..<high : columns.upperBound..<columns.upperBound
  }

  private func gatherRuns(
    _ image: UnsafePointer<Float>, y: Int, columns: Range<Int>, end: UnsafePointer<Float>,
    into target: UnsafeMutablePointer<Float>
  ) {
    let length = length
    let whole = wholeColumns(columns)
    for x in columns.lowerBound..<whole.lowerBound {
      gatherCutRuns(image, y: y, x: x, into: target + (x - columns.lowerBound) * length)
    }
    gatherWholeRuns(
      image, y: y, columns: whole, end: end,
      into: target + (whole.lowerBound - columns.lowerBound) * length)
    for x in whole.upperBound..<columns.upperBound {
      gatherCutRuns(image, y: y, x: x, into: target + (x - columns.lowerBound) * length)
    }
  }

  private func gatherWholeRuns(
    _ image: UnsafePointer<Float>, y: Int, columns: Range<Int>, end: UnsafePointer<Float>,
    into target: UnsafeMutablePointer<Float>
  ) {
    let pitch = window.input.width * channels * window.dilation.height
    let run = window.size.width * channels
    let step = window.stride.width * channels
    let lines = linesOnImage(y)
    let before = lines.lowerBound * run
    let after = (window.size.height - lines.upperBound) * run
    let top =
      y * window.stride.height - window.padding.height
      + lines.lowerBound * window.dilation.height
    var source =
      image + top * window.input.width * channels
      + (columns.lowerBound * window.stride.width - window.padding.width) * channels
    var target = target
    let isShort =
      run <= 16 && !columns.isEmpty && !lines.isEmpty
      && source + (columns.count - 1) * step + (lines.count - 1) * pitch + 16 <= end
    for _ in columns {
      if before > 0 {
        zero(target, count: before)
        target += before
      }
      var line = source
      if isShort {
        // What is too much is overwritten by what comes next, or lies in the slack.
        for _ in lines {
          copy16(line, to: target)
          line += pitch
          target += run
        }
      } else {
        for _ in lines {
          copy(line, to: target, count: run)
          line += pitch
          target += run
        }
      }
      if after > 0 {
        zero(target, count: after)
        target += after
      }
      source += step
    }
  }

  /// A window that reaches beyond the left or the right of the image.
  private func gatherCutRuns(
    _ image: UnsafePointer<Float>, y: Int, x: Int, into target: UnsafeMutablePointer<Float>
  ) {
    let pitch = window.input.width * channels
    let run = window.size.width * channels
    let left = x * window.stride.width - window.padding.width
    let taps = window.columnTaps(x)
    let before = taps.lowerBound * channels
    let count = taps.count * channels
    var line = y * window.stride.height - window.padding.height
    var target = target
    for _ in 0..<window.size.height {
      if line < 0 || line >= window.input.height {
        zero(target, count: run)
      } else {
        zero(target, count: before)
        copy(
          image + line * pitch + left * channels + before, to: target + before, count: count)
        zero(target + before + count, count: run - before - count)
      }
      target += run
      line += window.dilation.height
    }
  }

  private func scatterRuns(
    _ source: UnsafePointer<Float>, y: Int, x: Int, adding image: UnsafeMutablePointer<Float>
  ) {
    let pitch = window.input.width * channels
    let run = window.size.width * channels
    let left = x * window.stride.width - window.padding.width
    let taps = window.columnTaps(x)
    let before = taps.lowerBound * channels
    var line = y * window.stride.height - window.padding.height
    var source = source + before
    for _ in 0..<window.size.height {
      if line >= 0, line < window.input.height {
        add(
          source, to: image + line * pitch + left * channels + before,
          count: taps.count * channels)
      }
      source += run
      line += window.dilation.height
    }
  }

  // MARK: - Taps for themselves

  private func gatherTaps(
    _ image: UnsafePointer<Float>, y: Int, x: Int, into target: UnsafeMutablePointer<Float>
  ) {
    var target = target
    forEachTap(y: y, x: x) { pixel in
      if pixel >= 0 {
        copy(
          image + pixel * window.channels + firstChannel, to: target, count: channels)
      } else {
        zero(target, count: channels)
      }
      target += channels
    }
  }

  private func scatterTaps(
    _ source: UnsafePointer<Float>, y: Int, x: Int, adding image: UnsafeMutablePointer<Float>
  ) {
    var source = source
    forEachTap(y: y, x: x) { pixel in
      if pixel >= 0 {
        add(source, to: image + pixel * window.channels + firstChannel, count: channels)
      }
      source += channels
    }
  }

  /// Calls the body with the number of each pixel under the window, −1 for padding.
  @inline(__always)
  private func forEachTap(y: Int, x: Int, _ body: (_ pixel: Int) -> Void) {
    let top = y * window.stride.height - window.padding.height
    let left = x * window.stride.width - window.padding.width
    for i in 0..<window.size.height {
      let line = top + i * window.dilation.height
      for j in 0..<window.size.width {
        let column = left + j * window.dilation.width
        let isInside =
          line >= 0 && line < window.input.height && column >= 0 && column < window.input.width
        body(isInside ? line * window.input.width + column : -1)
      }
    }
  }
}

// Short runs of numbers: calls of memcpy would cost more than the copies.

@inline(__always)
private func copy16(_ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>) {
  UnsafeMutableRawPointer(target).storeBytes(
    of: UnsafeRawPointer(source).loadUnaligned(as: SIMD16<Float>.self), as: SIMD16<Float>.self)
}

@inline(__always)
private func copy(
  _ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, count: Int
) {
  guard count >= 16 else {
    for index in 0..<count { target[index] = source[index] }
    return
  }
  var index = 0
  while index + 16 <= count {
    copy16(source + index, to: target + index)
    index += 16
  }
  if index < count { copy16(source + count - 16, to: target + count - 16) }
}

@inline(__always)
private func zero(_ target: UnsafeMutablePointer<Float>, count: Int) {
  for index in 0..<count { target[index] = 0 }
}

@inline(__always)
private func add(
  _ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, count: Int
) {
  var index = 0
  while index + 16 <= count {
    let sum =
      UnsafeRawPointer(source + index).loadUnaligned(as: SIMD16<Float>.self)
      + UnsafeRawPointer(target + index).loadUnaligned(as: SIMD16<Float>.self)
    UnsafeMutableRawPointer(target + index).storeBytes(of: sum, as: SIMD16<Float>.self)
    index += 16
  }
  while index < count {
    target[index] += source[index]
    index += 1
  }
}
