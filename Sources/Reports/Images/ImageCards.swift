import Datasets

/// Examples that are images, as pictures: grey or in colours, all with one scale of brightness.
struct ImageCards {
  private let width: Int
  private let height: Int
  private let channels: Int
  /// The numbers of each image as the file has them.
  private let images: [Int32: [Double]]
  private let low: Double
  private let high: Double

  private static let largestSide = 512

  /// - Returns: `nil` for arrays that are no images.
  init?(_ encoding: ArrayEncoding, _ features: ExampleMatrix, examples: [Int32]) {
    let shape = encoding.storedShape
    guard (2...3).contains(shape.count), shape[0] <= Self.largestSide,
      shape[1] <= Self.largestSide
    else { return nil }
    (height, width, channels) = (shape[0], shape[1], shape.count == 3 ? shape[2] : 1)
    guard channels == 1 || channels == 3, width * height * channels == features.width else {
      return nil
    }
    images = Dictionary(
      examples.map { example in
        let values = features.values(of: example).enumerated().map { index, value in
          let place = index % encoding.divisors.count
          return Double(value) * encoding.divisors[place] + encoding.offsets[place]
        }
        return (example, values)
      }
    ) { $1 }
    // What one image lacks another one has: the brightest and the darkest of all.
    let all = images.values.joined()
    low = min(0, all.min() ?? 0)
    high = all.max() ?? 1
  }

  func address(of example: Int32) -> String? {
    guard let values = images[example], high > low else { return nil }
    let samples = values.map { value in
      UInt8((min(max((value - low) / (high - low), 0), 1) * 255).rounded())
    }
    return try? PNGImage(width: width, height: height, channels: channels, samples: samples)
      .address()
  }
}
