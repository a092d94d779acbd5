/// An image within a frame of background, one pixel wide, so that what is interpolated at its border
/// needs no special case: `(height + 2) × (width + 2) × channels`, in memory of the caller's.
package struct PaddedImage {
  let pixels: UnsafeMutablePointer<Float>
  let height: Int
  let width: Int
  let channels: Int

  /// - Parameter pixels: room for `elements(height:width:channels:)`.
  package init(
    pixels: UnsafeMutablePointer<Float>, height: Int, width: Int, channels: Int
  ) {
    self.pixels = pixels
    self.height = height
    self.width = width
    self.channels = channels
  }

  package static func elements(height: Int, width: Int, channels: Int) -> Int {
    (height + 2) * (width + 2) * channels
  }

  /// The elements of a row with its frame.
  var stride: Int { (width + 2) * channels }

  /// Where a row of the image starts, behind the frame.
  package func row(_ index: Int) -> UnsafeMutablePointer<Float> {
    pixels + (index + 1) * stride + channels
  }

  /// A pixel of background.
  var background: UnsafePointer<Float> { UnsafePointer(pixels) }

  /// Fills the frame.
  package func frame(with background: [Float]) {
    for channel in 0..<channels { pixels[channel] = background[channel] }
    fill(pixels, width + 2)
    for row in 0..<height {
      fill(self.row(row) - channels, 1)
      fill(self.row(row) + width * channels, 1)
    }
    fill(row(height) - channels, width + 2)
  }

  /// Sets pixels to the background.
  func fill(_ target: UnsafeMutablePointer<Float>, _ count: Int) {
    guard count > 0 else { return }
    if channels == 1 { return target.update(repeating: background[0], count: count) }
    for index in 0..<count {
      for channel in 0..<channels { target[index * channels + channel] = background[channel] }
    }
  }
}
