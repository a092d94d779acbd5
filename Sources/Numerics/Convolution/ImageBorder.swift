/// An image in the middle of the zeros that a window sees around it.
struct ImageBorder {
  private let window: SlidingWindow

  init(_ window: SlidingWindow) { self.window = window }

  /// Lines that the windows of so many lines of outputs cover.
  func lines(for outputs: Int) -> Int {
    (outputs - 1) * window.stride.height + (window.size.height - 1) * window.dilation.height + 1
  }

  private var reach: Int {
    (window.output.width - 1) * window.stride.width
      + (window.size.width - 1) * window.dilation.width + 1
  }

  /// Whether any window reaches beyond the image.
  var isNeeded: Bool {
    window.padding.height > 0 || window.padding.width > 0 || reach > window.input.width
      || lines(for: window.output.height) > window.input.height
  }

  private var width: Int { max(reach, window.padding.width + window.input.width) }
  private var height: Int {
    max(lines(for: window.output.height), window.padding.height + window.input.height)
  }

  /// Elements from a line to the next.
  var pitch: Int { width * window.channels }
  /// Elements of the image with its border.
  var elements: Int { height * pitch }

  private var before: Int { window.padding.width * window.channels }
  private var line: Int { window.input.width * window.channels }

  /// Copies lines, numbered from the top of the border.
  func copy(
    _ lines: Range<Int>, of image: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>
  ) {
    var target = target
    for index in lines {
      let y = index - window.padding.height
      if y >= 0, y < window.input.height {
        target.update(repeating: 0, count: before)
        (target + before).update(from: image + y * line, count: line)
        (target + before + line).update(repeating: 0, count: pitch - before - line)
      } else {
        target.update(repeating: 0, count: pitch)
      }
      target += pitch
    }
  }

  /// Copies the image without its border.
  func copyInside(
    of source: UnsafePointer<Float>, into image: UnsafeMutablePointer<Float>
  ) {
    for y in 0..<window.input.height {
      (image + y * line).update(
        from: source + (window.padding.height + y) * pitch + before, count: line)
    }
  }
}
