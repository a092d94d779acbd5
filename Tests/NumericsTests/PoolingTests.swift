import Numerics
import TestSupport
import Testing

/// Poolings work on vectors that reach beyond pixels of few channels; that none reaches beyond an image
/// shows where the images of a batch come in any order.
struct PoolingTests {
  private static let examples = 3

  private static func windows() -> [SlidingWindow] {
    var generator = SplitMix64(seed: 71)
    func draw(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
    return (0..<200).map { _ in
      let size = Extent(height: draw(1...3), width: draw(1...3))
      let stride = Extent(height: draw(1...4), width: draw(1...4))
      let output = Extent(height: draw(1...5), width: draw(1...5))
      let padding = Extent(height: draw(0...size.height - 1), width: draw(0...size.width - 1))
      // What is left over on the right and below, where no window reaches, and padding there.
      func input(_ output: Int, _ stride: Int, _ size: Int, _ padding: Int) -> Int {
        max(1, (output - 1) * stride + size - padding + draw(-min(1, size - 1)...2))
      }
      return SlidingWindow(
        input: Extent(
          height: input(output.height, stride.height, size.height, padding.height),
          width: input(output.width, stride.width, size.width, padding.width)),
        channels: [1, 2, 3, 6, 15, 16, 17, 40][draw(0...7)], size: size, stride: stride,
        padding: padding, output: output)
    }
  }

  private func order(_ isReversed: Bool) -> [Int] {
    isReversed ? (0..<Self.examples).reversed() : Array(0..<Self.examples)
  }

  /// Outputs and the gradients of the inputs of a batch.
  private func pool(
    _ window: SlidingWindow, isMaximum: Bool, isReversed: Bool
  ) throws -> [[UInt32]] {
    var generator = SplitMix64(seed: 72)
    let outputCount = window.output.area * window.channels
    let images = generator.floats(Self.examples * window.inputCount)
    let gradients = generator.floats(Self.examples * outputCount)
    let output = GuardedNumbers(Self.examples * outputCount)
    // What was there before the gradients of maxima does not matter.
    let imageGradient = GuardedNumbers(
      Self.examples * window.inputCount, fill: isMaximum ? .nan : 0)
    let largest = MaxPooling(window: window)
    let average = AveragePooling(window: window, includesPadding: true)
    let scratch = GuardedNumbers(largest.scratchElements)
    images.withUnsafeBufferPointer { images in
      gradients.withUnsafeBufferPointer { gradients in
        guard let images = images.baseAddress, let gradients = gradients.baseAddress else { return }
        for example in order(isReversed) {
          let image = images + example * window.inputCount
          let target = output.values + example * outputCount
          if isMaximum {
            largest.forward(image, into: target)
          } else {
            average.forward(image, into: target)
          }
        }
        for example in order(isReversed) {
          let gradient = gradients + example * outputCount
          let target = imageGradient.values + example * window.inputCount
          if isMaximum {
            largest.backward(
              images + example * window.inputCount, output: output.values + example * outputCount,
              outputGradient: gradient, into: target,
              scratch: largest.scratchElements > 0 ? scratch.values : nil)
          } else {
            average.backward(gradient, adding: target)
          }
        }
      }
    }
    #expect(scratch.take() != nil, "\(window)")
    return [
      bits(try #require(output.take(), "\(window)")),
      bits(try #require(imageGradient.take(), "\(window)")),
    ]
  }

  @Test(arguments: [true, false])
  func imagesKeepToThemselves(isMaximum: Bool) throws {
    for window in Self.windows() {
      #expect(
        try pool(window, isMaximum: isMaximum, isReversed: true)
          == pool(window, isMaximum: isMaximum, isReversed: false), "\(window)")
    }
  }

  /// The largest of each window and the gradient of the first pixel that has it, by the definition. Values are
  /// few, so that windows hold some twice.
  @Test func maximaFollowTheDefinition() throws {
    var apart = 0
    for window in Self.windows() {
      var generator = SplitMix64(seed: 73)
      let (channels, width) = (window.channels, window.input.width)
      let image = (0..<window.inputCount).map { _ in
        Float(Int.random(in: -3...3, using: &generator))
      }
      let outputCount = window.output.area * channels
      let gradient = generator.floats(outputCount)
      var expected = [Float](repeating: -.infinity, count: outputCount)
      var expectedGradient = [Float](repeating: 0, count: window.inputCount)
      for place in 0..<outputCount {
        let (pixel, channel) = place.quotientAndRemainder(dividingBy: channels)
        let (y, x) = pixel.quotientAndRemainder(dividingBy: window.output.width)
        var source: Int?
        for i in 0..<window.size.height {
          for j in 0..<window.size.width {
            let line = y * window.stride.height - window.padding.height + i
            let column = x * window.stride.width - window.padding.width + j
            guard 0..<window.input.height ~= line, 0..<width ~= column else { continue }
            let index = (line * width + column) * channels + channel
            if image[index] > expected[place] { (expected[place], source) = (image[index], index) }
          }
        }
        if let source { expectedGradient[source] += gradient[place] }
      }
      let pooling = MaxPooling(window: window)
      let output = GuardedNumbers(outputCount)
      let imageGradient = GuardedNumbers(window.inputCount, fill: .nan)
      let scratch = GuardedNumbers(pooling.scratchElements)
      image.withUnsafeBufferPointer { image in
        gradient.withUnsafeBufferPointer { gradient in
          guard let image = image.baseAddress, let gradient = gradient.baseAddress else { return }
          pooling.forward(image, into: output.values)
          pooling.backward(
            image, output: output.values, outputGradient: gradient, into: imageGradient.values,
            scratch: pooling.scratchElements > 0 ? scratch.values : nil)
        }
      }
      #expect(scratch.take() != nil, "\(window)")
      #expect(try #require(output.take()) == expected, "\(window)")
      let found = try #require(imageGradient.take())
      #expect(zip(found, expectedGradient).allSatisfy { abs($0 - $1) < 1e-5 }, "\(window)")
      if pooling.scratchElements == 0 { apart += 1 }
    }
    #expect(20...180 ~= apart)
  }
}
