import Numerics
import TestSupport
import Testing

/// Each way to compute a convolution against the definition, element by element in double precision, over
/// random geometry.
struct ConvolutionMethodTests {
  private static let examples = 3

  /// A convolution, drawn at random.
  private struct Problem: CustomStringConvertible {
    let window: SlidingWindow
    let filters: Int
    let hasBias: Bool
    let images: [Float]
    let kernel: [Float]
    let bias: [Float]
    let outputGradient: [Float]

    var description: String {
      "\(window.input)×\(window.channels), \(window.size), stride \(window.stride), "
        + "dilation \(window.dilation), padding \(window.padding), \(filters) filters"
    }

    /// - Returns: `nil` if no window fits.
    init?(
      _ generator: inout SplitMix64, channels: [Int], filters: [Int], kernel extents: Kernel
    ) {
      func draw(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
      func extent(_ range: ClosedRange<Int>) -> Extent {
        Extent(height: draw(range), width: draw(range))
      }
      let input = extent(1...20)
      let isSquare = extents == .threeByThree
      let size = isSquare ? Extent(height: 3, width: 3) : extent(1...6)
      let stride = isSquare ? extent(1...1) : extent(1...3)
      let dilation = isSquare ? extent(1...1) : Extent(height: draw(1...3), width: 1)
      let padding = extent(0...4)
      func count(_ input: Int, _ size: Int, _ stride: Int, _ dilation: Int, _ padding: Int) -> Int {
        // What lies below and to the right may differ by one from what lies above, as with "same".
        let room = input + 2 * padding + draw(0...1) - dilation * (size - 1) - 1
        return room < 0 ? 0 : room / stride + 1
      }
      let output = Extent(
        height: count(input.height, size.height, stride.height, dilation.height, padding.height),
        width: count(input.width, size.width, stride.width, dilation.width, padding.width))
      guard output.area > 0 else { return nil }
      window = SlidingWindow(
        input: input, channels: channels[draw(0...channels.count - 1)], size: size, stride: stride,
        dilation: dilation, padding: padding, output: output)
      self.filters = filters[draw(0...filters.count - 1)]
      hasBias = draw(0...2) > 0
      images = generator.floats(examples * window.inputCount)
      kernel = generator.floats(size.area * window.channels * self.filters)
      bias = generator.floats(self.filters)
      outputGradient = generator.floats(examples * output.area * self.filters)
    }

    enum Kernel { case threeByThree, any }
  }

  private struct Result {
    var sums: [Double]
    var kernelGradient: [Double]
    var inputGradient: [Double]
  }

  private func definition(_ problem: Problem) -> Result {
    let window = problem.window
    let (channels, filters) = (window.channels, problem.filters)
    let bias = problem.bias.map { problem.hasBias ? Double($0) : 0 }
    var result = Result(
      sums: (0..<problem.outputGradient.count).map { bias[$0 % filters] },
      kernelGradient: [Double](repeating: 0, count: problem.kernel.count),
      inputGradient: [Double](repeating: 0, count: problem.images.count))
    for output in 0..<Self.examples * window.output.area {
      let example = output / window.output.area
      let y = output % window.output.area / window.output.width
      let x = output % window.output.width
      for tap in 0..<window.size.area {
        let row =
          y * window.stride.height - window.padding.height
          + tap / window.size.width * window.dilation.height
        let column =
          x * window.stride.width - window.padding.width
          + tap % window.size.width * window.dilation.width
        guard (0..<window.input.height).contains(row), (0..<window.input.width).contains(column)
        else { continue }
        let pixel =
          example * window.inputCount + (row * window.input.width + column) * channels
        for channel in 0..<channels {
          for filter in 0..<filters {
            let weight = (tap * channels + channel) * filters + filter
            let image = Double(problem.images[pixel + channel])
            let gradient = Double(problem.outputGradient[output * filters + filter])
            result.sums[output * filters + filter] += image * Double(problem.kernel[weight])
            result.kernelGradient[weight] += gradient * image
            result.inputGradient[pixel + channel] += gradient * Double(problem.kernel[weight])
          }
        }
      }
    }
    return result
  }

  /// What a method makes of a problem, with memory that is not a number at first.
  private func run(
    _ method: any ConvolutionMethod, _ problem: Problem
  ) throws -> (sums: [Float], kernelGradient: [Float], inputGradient: [Float]) {
    let images = GuardedNumbers(problem.images)
    let bias = GuardedNumbers(problem.bias)
    let kernel = GuardedNumbers(problem.kernel)
    func arranged(_ direction: ConvolutionDirection) -> GuardedNumbers {
      let arrangement = method.arrangement(for: direction)
      guard arrangement.elements > 0 else { return GuardedNumbers(problem.kernel) }
      let target = GuardedNumbers(arrangement.elements)
      for tile in (0..<arrangement.tiles).reversed() {
        method.arrange(tile: tile, for: direction, kernel: kernel.values, into: target.values)
      }
      return target
    }
    let forwardKernel = arranged(.forward)
    let backwardKernel = arranged(.backward)
    let sums = GuardedNumbers(problem.outputGradient.count)
    let forward = ConvolutionSums(
      examples: Self.examples, images: images.values, kernel: forwardKernel.values,
      bias: problem.hasBias ? UnsafePointer(bias.values) : nil, sums: sums.values)
    var covered = 0
    for block in (0..<method.blockCount(examples: Self.examples)).reversed() {
      let scratch = GuardedNumbers(method.scratchElements(for: .forward))
      method.forward(block: block, forward, scratch: scratch.values)
      #expect(scratch.take() != nil)
      covered += method.outputs(of: block, examples: Self.examples).count
    }
    #expect(covered == Self.examples * method.window.output.area)

    let outputGradient = GuardedNumbers(problem.outputGradient)
    let kernelGradient = GuardedNumbers(problem.kernel.count)
    let inputGradient = GuardedNumbers(problem.images.count)
    let gradients = ConvolutionGradients(
      examples: Self.examples, images: images.values, outputGradient: outputGradient.values,
      kernel: backwardKernel.values, kernelGradient: kernelGradient.values,
      inputGradient: inputGradient.values)
    let scratch = GuardedNumbers(method.scratchElements(for: .backward))
    method.beginGradients(gradients, scratch: scratch.values)
    for block in 0..<method.blockCount(examples: Self.examples) {
      method.addGradients(block: block, gradients, scratch: scratch.values)
    }
    method.endGradients(gradients, scratch: scratch.values)
    for guarded in [images, bias, kernel, forwardKernel, backwardKernel, outputGradient, scratch] {
      #expect(guarded.take() != nil)
    }
    return (
      try #require(sums.take()), try #require(kernelGradient.take()),
      try #require(inputGradient.take())
    )
  }

  private func expectDefinition(
    _ method: any ConvolutionMethod, _ problem: Problem
  ) throws {
    let expected = definition(problem)
    let result = try run(method, problem)
    let tolerance = 1e-4
    #expect(largestError(of: result.sums, against: expected.sums) < tolerance, "\(problem)")
    #expect(
      largestError(of: result.kernelGradient, against: expected.kernelGradient) < tolerance,
      "\(problem)")
    #expect(
      largestError(of: result.inputGradient, against: expected.inputGradient) < tolerance,
      "\(problem)")
  }

  @Test(.enabled(if: RegisterProduct.isFast))
  func winogradIsTheDefinition() throws {
    var generator = SplitMix64(seed: 61)
    var tried = 0
    while tried < 60 {
      guard
        let problem = Problem(
          &generator, channels: [16, 32, 48], filters: [16, 32, 80], kernel: .threeByThree),
        let method = WinogradConvolution(
          window: problem.window, filters: problem.filters, groups: 1)
      else { continue }
      tried += 1
      try expectDefinition(method, problem)
    }
  }

  /// The points of the transforms are chosen so that rounding does not suffer.
  @Test(.enabled(if: RegisterProduct.isFast))
  func winogradRoundsLittleMoreThanTheDefinition() throws {
    var generator = SplitMix64(seed: 64)
    var squares = (winograd: 0.0, direct: 0.0)
    for _ in 0..<40 {
      guard
        let problem = Problem(
          &generator, channels: [32, 48], filters: [32], kernel: .threeByThree),
        let winograd = WinogradConvolution(
          window: problem.window, filters: problem.filters, groups: 1)
      else { continue }
      let direct = PatchConvolution(window: problem.window, filters: problem.filters, groups: 1)
      let expected = definition(problem).sums
      func error(_ method: any ConvolutionMethod) throws -> Double {
        zip(try run(method, problem).sums, expected).reduce(0) {
          $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1)
        }
      }
      squares.winograd += try error(winograd)
      squares.direct += try error(direct)
    }
    #expect(squares.direct > 0)
    #expect((squares.winograd / squares.direct).squareRoot() < 4)
  }

  @Test(.enabled(if: RegisterProduct.isFast))
  func directProductsAreTheDefinition() throws {
    var generator = SplitMix64(seed: 62)
    var tried = 0
    while tried < 200 {
      guard
        let problem = Problem(
          &generator, channels: [1, 2, 3, 6, 16, 23], filters: [1, 4, 6, 16, 17, 80], kernel: .any),
        let method = DirectConvolution(window: problem.window, filters: problem.filters, groups: 1)
      else { continue }
      tried += 1
      try expectDefinition(method, problem)
    }
  }

  @Test func patchesAreTheDefinition() throws {
    var generator = SplitMix64(seed: 63)
    var tried = 0
    while tried < 100 {
      guard
        let problem = Problem(&generator, channels: [1, 3, 16], filters: [1, 6, 16], kernel: .any)
      else { continue }
      tried += 1
      try expectDefinition(
        PatchConvolution(window: problem.window, filters: problem.filters, groups: 1), problem)
    }
  }

  /// What a method cannot do, it does not take.
  @Test func methodsAreChosenByGeometry() {
    func method(
      size: Int = 3, stride: Int = 1, dilation: Int = 1, channels: Int = 16, filters: Int = 32,
      groups: Int = 1
    ) -> any ConvolutionMethod {
      func extent(_ extent: Int) -> Extent { Extent(height: extent, width: extent) }
      let output = (20 - dilation * (size - 1) - 1) / stride + 1
      return SlidingWindow(
        input: extent(20), channels: channels, size: extent(size), stride: extent(stride),
        dilation: extent(dilation), output: extent(output)
      ).convolution(filters: filters, groups: groups)
    }
    #expect(method(dilation: 2) is PatchConvolution)
    #expect(method(groups: 2) is PatchConvolution)
    guard !(method() is PatchConvolution) else { return }
    #expect(method() is WinogradConvolution)
    for other in [
      method(size: 5), method(stride: 2), method(channels: 17), method(filters: 17),
      method(channels: 1), method(size: 1, dilation: 2),
    ] {
      #expect(other is DirectConvolution)
    }
  }
}
