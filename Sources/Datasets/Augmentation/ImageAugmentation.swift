import Numerics

/// An augmentation of images of one shape.
package struct ImageAugmentation: Sendable {
  let config: AugmentationConfig
  let height: Int
  let width: Int
  let channels: Int
  /// What lies outside of an image, for each channel: the value 0 of the file, scaled.
  let background: [Float]

  /// - Parameter background: one number for each channel.
  init(_ config: AugmentationConfig, shape: [Int], background: [Float]) {
    precondition(shape.count == 3 && background.count == shape[2])
    self.config = config
    (height, width, channels) = (shape[0], shape[1], shape[2])
    self.background = background
  }

  /// The elements that a worker needs to augment one image after the other.
  package var scratchElements: Int {
    PaddedImage.elements(height: height, width: width, channels: channels)
  }

  /// An image with room for its pixels, framed.
  func framed(in scratch: UnsafeMutablePointer<Float>) -> PaddedImage {
    let image = PaddedImage(pixels: scratch, height: height, width: width, channels: channels)
    image.frame(with: background)
    return image
  }

  /// What happens to an example.
  func transform(row: Int, _ random: Random) -> ImageTransform {
    ImageTransform(config, height: height, width: width, row: row, random)
  }
}
