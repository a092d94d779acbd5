import Numerics

/// What happens to one image: it is mirrored, then rotated and resized about its center, then
/// shifted, and at last a square is cut out.
package struct ImageTransform: Equatable {
  package var isMirrored = false
  /// In degrees, counterclockwise.
  package var rotation = 0.0
  /// How many times as large the image becomes.
  package var size = 1.0
  /// Pixels down and to the right.
  package var shift = PixelShift()
  /// The pixels that are cut out.
  package var cutRows = 0..<0
  package var cutColumns = 0..<0

  /// Whether every pixel lands on a pixel.
  var isWhole: Bool { rotation == 0 && size == 1 }

  package init() {}
}

extension ImageTransform {
  /// What an augmentation does to an example: a function of the random numbers, which the seed and
  /// the epoch choose, and of the example's row in its file.
  package init(
    _ config: AugmentationConfig, height: Int, width: Int, row: Int, _ random: Random
  ) {
    let first = random.block(2 * row)
    let second = random.block(2 * row + 1)
    isMirrored = first.x.uniform < config.horizontalFlip
    shift = PixelShift(
      vertical: first.y.index(below: 2 * config.shift.vertical + 1) - config.shift.vertical,
      horizontal: first.z.index(below: 2 * config.shift.horizontal + 1) - config.shift.horizontal)
    rotation = config.rotation * (2 * first.w.uniform - 1)
    // Top and bottom change places where left and right do and the image is turned around.
    if second.w.uniform < config.verticalFlip {
      isMirrored.toggle()
      rotation += 180
    }
    size = 1 + config.zoom * (2 * second.x.uniform - 1)
    // As in the paper, a square may reach over the border, or border pixels would be cut less often.
    cutRows = Self.cut(config.cutout, around: second.y, of: height)
    cutColumns = Self.cut(config.cutout, around: second.z, of: width)
  }

  private static func cut(_ side: Int, around bits: UInt32, of extent: Int) -> Range<Int> {
    guard side > 0 else { return 0..<0 }
    let start = bits.index(below: extent) - side / 2
    return (start..<start + side).clamped(to: 0..<extent)
  }
}

extension UInt32 {
  /// Random bits as a number in [0, 1).
  fileprivate var uniform: Double { Double(self) * 0x1p-32 }

  /// Random bits as one of `0..<count` (Lemire 2019, without the rejection of a bias below 2⁻³²).
  fileprivate func index(below count: Int) -> Int {
    Int((UInt64(self) * UInt64(count)) >> 32)
  }
}
