import Glibc

extension PaddedImage {
  /// Writes the transformed image: `height × width × channels`.
  package func apply(_ transform: ImageTransform, into target: UnsafeMutablePointer<Float>) {
    // A number that the compiler knows makes the loops over channels disappear.
    switch channels {
    case 1: apply(transform, channels: 1, into: target)
    case 3: apply(transform, channels: 3, into: target)
    default: apply(transform, channels: channels, into: target)
    }
    for row in transform.cutRows {
      fill(
        target + (row * width + transform.cutColumns.lowerBound) * channels,
        transform.cutColumns.count)
    }
  }

  @inline(__always)
  private func apply(
    _ transform: ImageTransform, channels: Int, into target: UnsafeMutablePointer<Float>
  ) {
    if transform.isWhole {
      move(transform, channels: channels, into: target)
    } else {
      warp(transform, channels: channels, into: target)
    }
  }

  /// Copies pixels to where they land.
  @inline(__always)
  private func move(
    _ transform: ImageTransform, channels: Int, into target: UnsafeMutablePointer<Float>
  ) {
    let shift = transform.shift.horizontal
    let columns = (shift..<shift + width).clamped(to: 0..<width)
    for index in 0..<height {
      let line = target + index * width * channels
      let sourceRow = index - transform.shift.vertical
      guard (0..<height).contains(sourceRow) else {
        fill(line, width)
        continue
      }
      let source = row(sourceRow)
      fill(line, columns.lowerBound)
      fill(line + columns.upperBound * channels, width - columns.upperBound)
      if !transform.isMirrored {
        (line + columns.lowerBound * channels).update(
          from: source + (columns.lowerBound - shift) * channels, count: columns.count * channels)
      } else {
        var pixel = UnsafePointer(source) + (width - 1 + shift - columns.lowerBound) * channels
        for column in columns {
          for channel in 0..<channels { line[column &* channels &+ channel] = pixel[channel] }
          pixel -= channels
        }
      }
    }
  }

  /// Interpolates between the four pixels around the place that each pixel comes from.
  ///
  /// Pixel (x, y), measured from the center, comes from
  ///
  ///     x′ = ±(cos φ · (x − a) − sin φ · (y − b)) / s
  ///     y′ = (sin φ · (x − a) + cos φ · (y − b)) / s
  ///
  /// with the shift (a, b), the size s, and the minus sign if mirrored. Along a row both change by
  /// constants, so that the columns that come from within the image are known before the row starts.
  /// Places are integers in units of 2⁻²⁷ pixels, which makes that exact and keeps the largest image
  /// of an IDX file in 64 bits.
  @inline(__always)
  private func warp(
    _ transform: ImageTransform, channels: Int, into target: UnsafeMutablePointer<Float>
  ) {
    let angle = transform.rotation * .pi / 180
    let (cosine, sine) = (cos(angle) / transform.size, sin(angle) / transform.size)
    let sign: Double = transform.isMirrored ? -1 : 1
    let centerX = Double(width - 1) / 2
    let centerY = Double(height - 1) / 2
    let firstX = -centerX - Double(transform.shift.horizontal)
    let stepX = FixedPoint.from(sign * cosine)
    let stepY = FixedPoint.from(sine)
    let stride = self.stride
    for index in 0..<height {
      let line = target + index * width * channels
      let y = Double(index) - centerY - Double(transform.shift.vertical)
      // The frame moves every pixel by one.
      var placeX = FixedPoint.from(sign * (cosine * firstX - sine * y) + centerX + 1)
      var placeY = FixedPoint.from(sine * firstX + cosine * y + centerY + 1)
      let columns = FixedPoint.steps(from: placeX, by: stepX, within: width + 1, of: width)
        .clamped(to: FixedPoint.steps(from: placeY, by: stepY, within: height + 1, of: width))
      fill(line, columns.lowerBound)
      fill(line + columns.upperBound * channels, width - columns.upperBound)
      placeX += columns.lowerBound * stepX
      placeY += columns.lowerBound * stepY
      for column in columns {
        let upper =
          UnsafePointer(pixels) + (placeY &>> FixedPoint.bits) &* stride
          + (placeX &>> FixedPoint.bits) &* channels
        let lower = upper + stride
        let shareX = FixedPoint.fraction(placeX)
        let shareY = FixedPoint.fraction(placeY)
        for channel in 0..<channels {
          let (left, right) = (upper[channel], upper[channel + channels])
          let (lowerLeft, lowerRight) = (lower[channel], lower[channel + channels])
          let above = left + (right - left) * shareX
          let below = lowerLeft + (lowerRight - lowerLeft) * shareX
          line[column &* channels &+ channel] = above + (below - above) * shareY
        }
        placeX &+= stepX
        placeY &+= stepY
      }
    }
  }
}

/// Places in an image, in units of 2⁻²⁷ pixels.
package enum FixedPoint {
  static let bits = 27

  static func from(_ place: Double) -> Int {
    Int((place * Double(1 << bits)).rounded())
  }

  @inline(__always)
  static func fraction(_ place: Int) -> Float {
    Float(Int32(truncatingIfNeeded: place & (1 << bits - 1))) * 0x1p-27
  }

  /// The numbers k of `0..<count` for which `start + k · step` lies in `0..<limit` pixels.
  package static func steps(
    from start: Int, by step: Int, within limit: Int, of count: Int
  ) -> Range<Int> {
    let limit = limit << bits
    let places = 0..<limit
    // Most rows lie inside as a whole, and divisions take longer than many pixels.
    if places.contains(start), places.contains(start + (count - 1) * step) { return 0..<count }
    guard step != 0 else { return 0..<0 }
    // Going down from `start` is going up from its mirror image.
    let (first, size) = step > 0 ? (start, step) : (limit - 1 - start, -step)
    let lower = min(count, max(0, quotientUp(-first, size)))
    let upper = min(count, max(lower, quotientUp(limit - first, size)))
    return lower..<upper
  }

  /// `⌈dividend / divisor⌉`
  private static func quotientUp(_ dividend: Int, _ divisor: Int) -> Int {
    let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
    return remainder > 0 ? quotient + 1 : quotient
  }
}
