import Numerics
import Testing

/// A network with two convolutions trained beside PyTorch on the digits: the same losses at each
/// iteration.
struct ConvolutionTrainingTests {
  private static let layers = """
    [{"type": "conv2d", "filters": 32, "activation": "relu"},
     {"type": "conv2d", "filters": 64, "activation": "relu"},
     {"type": "max_pool2d"},
     {"type": "flatten"},
     {"type": "dense", "units": 128, "activation": "relu"},
     {"type": "dense"}]
    """

  @Test(arguments: [1, 2])
  func lossesEqualThoseOfPyTorch(threads: Int) throws {
    try Digits.expectLosses(
      of: "convolution-training", layers: Self.layers, input: Shape(8, 8, 1), seed: 11,
      threads: threads
    ) { parameter in
      // 1 / √(fan in); a bias has that of its kernel.
      let extents = parameter.shape.dimensions
      return extents.count > 1
        ? 1 / Float(extents.dropLast().reduce(1, *)).squareRoot() : nil
    }
  }
}
