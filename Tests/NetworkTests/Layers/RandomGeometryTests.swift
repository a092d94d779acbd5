import Configuration
import Network
import Numerics
import TestSupport
import Testing

/// Windows of random geometry against the definition, element by element in double precision.
struct RandomGeometryTests {
  private static let identity = "{\"type\": \"activation\", \"activation\": \"linear\"}"
  private static let rows = 3

  /// A window over images, drawn at random.
  private struct Geometry {
    let height: Int
    let width: Int
    let channels: Int
    let size: [Int]
    let stride: [Int]
    let dilation: [Int]
    let padding: [Int]

    init(_ generator: inout SplitMix64, hasDilation: Bool) {
      func draw(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
      height = draw(1...12)
      width = draw(1...12)
      channels = [1, 2, 3, 4, 6, 17][draw(0...5)]
      size = [draw(1...5), draw(1...5)]
      stride = [draw(1...4), draw(1...4)]
      dilation = hasDilation && draw(0...2) == 0 ? [draw(1...3), draw(1...3)] : [1, 1]
      padding =
        hasDilation ? [draw(0...6), draw(0...6)] : [draw(0...size[0] - 1), draw(0...size[1] - 1)]
    }

    func output(_ dimension: Int) -> Int {
      let extent = dimension == 0 ? height : width
      let reach = dilation[dimension] * (size[dimension] - 1) + 1
      let padded = extent + 2 * padding[dimension]
      return padded < reach ? 0 : (padded - reach) / stride[dimension] + 1
    }

    var fits: Bool { output(0) > 0 && output(1) > 0 }
    var keys: String { "\"stride\": \(stride), \"padding\": \(padding)" }

    /// Calls the body with the indices of each output and each of its taps, and the pixel, if any.
    func forEachTap(
      _ body: (_ output: Int, _ row: Int, _ column: Int, _ tap: Int, _ pixel: Int?) -> Void
    ) {
      for y in 0..<output(0) {
        for x in 0..<output(1) {
          for i in 0..<size[0] {
            for j in 0..<size[1] {
              let row = y * stride[0] - padding[0] + i * dilation[0]
              let column = x * stride[1] - padding[1] + j * dilation[1]
              let isInside = row >= 0 && row < height && column >= 0 && column < width
              body(
                y * output(1) + x, y, x, i * size[1] + j, isInside ? row * width + column : nil)
            }
          }
        }
      }
    }
  }

  /// Runs a layer behind an identity on random numbers.
  private func run(
    _ layer: String, _ geometry: Geometry, _ generator: inout SplitMix64
  ) throws -> TestNetwork {
    var model = try TestNetwork(
      "[\(Self.identity), \(layer)]",
      input: Shape(geometry.height, geometry.width, geometry.channels), rows: Self.rows)
    model.pool = ThreadPool(threads: 2)
    for parameter in model.memory.plan.parameters {
      model.values(parameter).fill(generator.floats(parameter.shape.count))
    }
    model.values(model.network.input).fill(
      generator.floats(Self.rows * model.network.input.shape.count))
    model.memory.gradients.update(repeating: .nan)
    model.gradients(model.network.layers[0].output).update(repeating: .nan)
    model.network.forward(model.memory, model.pass())
    return model
  }

  @Test func convolutionsAreTheirDefinition() throws {
    var generator = SplitMix64(seed: 41)
    var tried = 0
    while tried < 300 {
      let geometry = Geometry(&generator, hasDilation: true)
      guard geometry.fits else { continue }
      tried += 1
      let groups =
        [1, 1, 1, 2, geometry.channels].filter { geometry.channels % $0 == 0 }
        .randomElement(using: &generator) ?? 1
      let filters = groups * Int.random(in: 1...4, using: &generator)
      let layer = """
        {"type": "conv2d", "filters": \(filters), "groups": \(groups),
         "kernel_size": \(geometry.size), "dilation": \(geometry.dilation), \(geometry.keys)}
        """
      let model = try run(layer, geometry, &generator)
      let output = model.network.output
      #expect(output.shape == Shape(geometry.output(0), geometry.output(1), filters))
      let gradient = generator.floats(Self.rows * output.shape.count)
      model.gradients(output).fill(gradient)
      let expected = convolve(model, geometry, filters: filters, groups: groups, gradient: gradient)
      model.network.backward(model.memory, model.pass())
      let (kernel, bias) = (model.memory.plan.parameters[0], model.memory.plan.parameters[1])
      let tolerance = 1e-4
      #expect(
        largestError(of: model.values(output), against: expected.output) < tolerance, "\(layer)")
      #expect(
        largestError(of: model.gradients(kernel), against: expected.kernel) < tolerance,
        "\(layer)")
      #expect(
        largestError(of: model.gradients(bias), against: expected.bias) < tolerance, "\(layer)")
      #expect(
        largestError(
          of: model.gradients(model.network.layers[0].output), against: expected.input)
          < tolerance, "\(layer)")
    }
  }

  private func convolve(
    _ model: TestNetwork, _ geometry: Geometry, filters: Int, groups: Int, gradient: [Float]
  ) -> (output: [Double], input: [Double], kernel: [Double], bias: [Double]) {
    let input = model.values(model.network.input)
    let kernel = model.values(model.memory.plan.parameters[0])
    let bias = model.values(model.memory.plan.parameters[1])
    let area = geometry.height * geometry.width * geometry.channels
    let outputs = geometry.output(0) * geometry.output(1)
    let (channels, perGroup) = (geometry.channels / groups, filters / groups)
    var output = (0..<Self.rows * outputs * filters).map { Double(bias[$0 % filters]) }
    var inputGradient = [Double](repeating: 0, count: input.count)
    var kernelGradient = [Double](repeating: 0, count: kernel.count)
    var biasGradient = [Double](repeating: 0, count: filters)
    for (index, value) in gradient.enumerated() { biasGradient[index % filters] += Double(value) }
    for row in 0..<Self.rows {
      geometry.forEachTap { place, _, _, tap, pixel in
        guard let pixel else { return }
        for filter in 0..<filters {
          let first = filter / perGroup * channels
          let result = (row * outputs + place) * filters + filter
          for channel in 0..<channels {
            let source = row * area + pixel * geometry.channels + first + channel
            let weight = (tap * channels + channel) * filters + filter
            output[result] += Double(input[source]) * Double(kernel[weight])
            inputGradient[source] += Double(gradient[result]) * Double(kernel[weight])
            kernelGradient[weight] += Double(gradient[result]) * Double(input[source])
          }
        }
      }
    }
    return (output, inputGradient, kernelGradient, biasGradient)
  }

  @Test(arguments: ["max_pool2d", "average_pool2d"])
  func poolsAreTheirDefinition(type: String) throws {
    var generator = SplitMix64(seed: 42)
    var tried = 0
    while tried < 200 {
      let geometry = Geometry(&generator, hasDilation: false)
      guard geometry.fits else { continue }
      tried += 1
      let layer = "{\"type\": \"\(type)\", \"pool_size\": \(geometry.size), \(geometry.keys)}"
      let model = try run(layer, geometry, &generator)
      let output = model.network.output
      let gradient = generator.floats(Self.rows * output.shape.count)
      model.gradients(output).fill(gradient)
      let expected = pool(model, geometry, isMaximum: type == "max_pool2d", gradient: gradient)
      model.network.backward(model.memory, model.pass())
      #expect(largestError(of: model.values(output), against: expected.output) < 1e-5, "\(layer)")
      #expect(
        largestError(
          of: model.gradients(model.network.layers[0].output), against: expected.input)
          < 1e-5, "\(layer)")
    }
  }

  private func pool(
    _ model: TestNetwork, _ geometry: Geometry, isMaximum: Bool, gradient: [Float]
  ) -> (output: [Double], input: [Double]) {
    let input = model.values(model.network.input)
    let channels = geometry.channels
    let area = geometry.height * geometry.width * channels
    let outputs = geometry.output(0) * geometry.output(1)
    let share = 1 / Double(geometry.size[0] * geometry.size[1])
    var output = [Double](
      repeating: isMaximum ? -.infinity : 0, count: Self.rows * outputs * channels)
    var source = [Int](repeating: 0, count: output.count)
    var inputGradient = [Double](repeating: 0, count: input.count)
    for row in 0..<Self.rows {
      geometry.forEachTap { place, _, _, _, pixel in
        guard let pixel else { return }
        for channel in 0..<channels {
          let index = row * area + pixel * channels + channel
          let result = (row * outputs + place) * channels + channel
          let value = Double(input[index])
          if !isMaximum {
            output[result] += value * share
            inputGradient[index] += Double(gradient[result]) * share
          } else if value > output[result] {
            (output[result], source[result]) = (value, index)
          }
        }
      }
    }
    if isMaximum {
      for (result, index) in source.enumerated() {
        inputGradient[index] += Double(gradient[result])
      }
    }
    return (output, inputGradient)
  }

  /// Whatever extents a configuration names, planning ends with a plan or an error.
  @Test func extremeExtentsAreErrorsAndNoCrashes() throws {
    var generator = SplitMix64(seed: 43)
    let extents = [1, 2, 3, 7, 99, 4096, 100_000]
    let filters = [1, 5, 64, 1_000_000]
    func any(_ values: [Int]) -> Int { values.randomElement(using: &generator) ?? 1 }
    for _ in 0..<2000 {
      let layers = (0..<4).map { _ in
        Bool.random(using: &generator)
          ? """
          {"type": "conv2d", "filters": \(any(filters)), "padding": \(any(extents)),
           "kernel_size": [\(any(extents)), \(any(extents))], "dilation": \(any(extents))}
          """
          : "{\"type\": \"max_pool2d\", \"pool_size\": \(any(extents)), \"padding\": \"same\"}"
      }
      let config = try Codec<NetworkConfig>.object().value(
        "{\"layers\": [\(layers.joined(separator: ", "))]}")
      for purpose in [MemoryPlan.Purpose.training, .inference] {
        var plan = NetworkPlan(
          memory: MemoryPlan(purpose: purpose, batchRows: 1_000_000_000, rows: 1_000_000_000),
          outputUnits: 1)
        _ = try? config.build(&plan, input: Shape(1000, 1000, 3))
        #expect(plan.memory.byteCount >= 0)
      }
    }
  }
}
