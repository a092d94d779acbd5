import Configuration
import Datasets
import Network
import Numerics
import TestSupport
import Testing
import Training

/// The digits that come with the project, in the order of the file, and trainings on them that PyTorch
/// has done too.
enum Digits {
  /// Images divided by 16, and labels.
  private static func read() throws -> (images: [Float], labels: [Float]) {
    let folder = Checkout.path("datasets")
    let images = try IDXFile(path: folder + "/digits-images-idx3-ubyte.gz").floats()
    let labels = try IDXFile(path: folder + "/digits-labels-idx1-ubyte.gz").floats()
    return (images.map { $0 / 16 }, labels)
  }

  /// Trains from the first parameters of the reference and compares the loss of each iteration.
  ///
  /// - Parameters:
  ///   - topic: the golden file with the `batch_size` and the `runs`.
  ///   - layers: the text of the list.
  ///   - input: the shape in which the network sees an image.
  ///   - seed: of the generator that both draw the first parameters from.
  ///   - bound: of the uniform values of a parameter; `nil` keeps that of the one before.
  static func expectLosses(
    of topic: String, layers: String, input: Shape, seed: UInt64, threads: Int,
    bound: (Parameter) -> Float?
  ) throws {
    let golden = try Golden.read(topic)
    let size = try #require(try golden.require("batch_size").integer)
    let (images, labels) = try read()
    let loss = try Losses.catalog.codec.value("\"cross_entropy\"")
    let pool = ThreadPool(threads: threads)
    for run in try golden.require("runs").items ?? [] {
      let optimizer = try Optimizers.catalog.codec.value(try run.require("optimizer"))
      let model = try Stepper(
        layers, input: input, outputs: 10, targetWidth: 1, rows: size, optimizer: optimizer)
      initialize(model, seed: seed, bound: bound)
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

  private static func initialize(
    _ model: Stepper, seed: UInt64, bound: (Parameter) -> Float?
  ) {
    var generator = SplitMix64(seed: seed)
    var current: Float = 0
    for parameter in model.memory.plan.parameters {
      current = bound(parameter) ?? current
      let values = model.memory.value(parameter)
      for index in 0..<parameter.shape.count {
        values[index] = (Float(generator.next() >> 40) * 0x1p-23 - 1) * current
      }
    }
  }
}
