import Configuration
import Network
import Numerics
import TestSupport
import Testing
import Training

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

  /// The first parameters of the reference: uniform within 1 / √(fan in).
  private func initialize(_ model: Stepper) {
    var generator = SplitMix64(seed: 11)
    var bound: Float = 0
    for parameter in model.memory.plan.parameters {
      let extents = parameter.shape.dimensions
      if extents.count > 1 { bound = 1 / Float(extents.dropLast().reduce(1, *)).squareRoot() }
      let values = model.memory.value(parameter)
      for index in 0..<parameter.shape.count {
        values[index] = (Float(generator.next() >> 40) * 0x1p-23 - 1) * bound
      }
    }
  }

  @Test(arguments: [1, 2])
  func lossesEqualThoseOfPyTorch(threads: Int) throws {
    let golden = try Golden.read("convolution-training")
    let size = try #require(try golden.require("batch_size").integer)
    let (images, labels) = try Digits.read()
    let loss = try Losses.catalog.codec.value("\"cross_entropy\"")
    let pool = ThreadPool(threads: threads)
    for run in try golden.require("runs").items ?? [] {
      let optimizer = try Optimizers.catalog.codec.value(try run.require("optimizer"))
      let model = try Stepper(
        Self.layers, input: Shape(8, 8, 1), outputs: 10, targetWidth: 1, rows: size,
        optimizer: optimizer)
      initialize(model)
      let expected = try run.require("losses").numbers()
      #expect(expected.count >= 50)
      var losses: [Float] = []
      for iteration in expected.indices {
        let first = iteration * size % (labels.count - size)
        losses.append(
          Float(
            try model.step(
              iteration, inputs: images[first * 64..<(first + size) * 64],
              targets: labels[first..<first + size], loss: loss, pool: pool)))
      }
      #expect(largestError(of: losses, against: expected, floor: 1e-3) < 1e-3)
    }
  }
}
