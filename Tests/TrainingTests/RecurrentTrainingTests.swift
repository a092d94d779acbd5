import Configuration
import Network
import Numerics
import TestSupport
import Testing
import Training

/// An LSTM that reads the rows of the digits, trained beside PyTorch: the same losses at each
/// iteration.
struct RecurrentTrainingTests {
  /// The first parameters of the reference.
  private func initialize(_ model: Stepper) {
    var generator = SplitMix64(seed: 13)
    let bound = 1 / Float(32).squareRoot()
    for parameter in model.memory.plan.parameters {
      let values = model.memory.value(parameter)
      for index in 0..<parameter.shape.count {
        values[index] = (Float(generator.next() >> 40) * 0x1p-23 - 1) * bound
      }
    }
  }

  @Test(arguments: [1, 2])
  func lossesEqualThoseOfPyTorch(threads: Int) throws {
    let golden = try Golden.read("recurrent")
    let size = try #require(try golden.require("batch_size").integer)
    let (images, labels) = try Digits.read()
    let loss = try Losses.catalog.codec.value("\"cross_entropy\"")
    let pool = ThreadPool(threads: threads)
    for run in try golden.require("runs").items ?? [] {
      let optimizer = try Optimizers.catalog.codec.value(try run.require("optimizer"))
      let model = try Stepper(
        "[{\"type\": \"lstm\", \"units\": 32}, {\"type\": \"dense\"}]", input: Shape(8, 8),
        outputs: 10, targetWidth: 1, rows: size, optimizer: optimizer)
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
