import Numerics

/// The inputs as they are, and behind them for each number x of them
///
///     e[d] = Σₖ K[d, k] · cos 2π(f[k]·x + p[k]) + b[d]
///
/// with frequencies f, phases p, kernel K and bias b of its own (Gorishniy, Rubachev, Babenko, On embeddings for numerical
/// features in tabular deep learning, NeurIPS 2022; in this form, with phases and the number itself, Holzmüller,
/// Grinsztajn, Steinwart, Better by default, NeurIPS 2024).
///
/// Shapes: input `rows × width` or `rows × steps × width`, output with `width + numbers · dimensions` for `width`;
/// frequencies and phases `numbers × waves`, kernel `numbers × dimensions × waves`, bias `numbers × dimensions`.
struct PeriodicEmbedding: Layer {
  struct Parameters: Sendable {
    let frequencies: Parameter
    let phases: Parameter
    let kernel: Parameter
    let bias: Parameter
  }

  let input: Slot
  /// Which of the numbers that arrive have waves.
  let places: [Int]
  /// Which inputs those are, as if categories were written out.
  let inputs: [Int]
  let parameters: Parameters
  let output: Slot

  var operation: Operation {
    .periodicEmbedding(
      PeriodicOperation(
        numbers: inputs, frequencies: parameters.frequencies, phases: parameters.phases,
        kernel: parameters.kernel, bias: parameters.bias))
  }

  private var width: Int { input.shape.dimensions.last ?? 1 }

  private func embedding(_ memory: Memory, _ pass: Pass) -> NumberWaves {
    NumberWaves(
      numbers: places, width: width, waves: parameters.frequencies.shape.dimensions[1],
      dimensions: parameters.bias.shape.dimensions[1],
      frequencies: memory.value(parameters.frequencies), phases: memory.value(parameters.phases),
      kernel: memory.value(parameters.kernel), bias: memory.value(parameters.bias),
      source: memory.value(input), rows: pass.rows * input.shape.count / width)
  }

  func forward(_ memory: Memory, _ pass: Pass) {
    let kernel = PeriodicForward(waves: embedding(memory, pass), target: memory.value(output))
    pass.pool.run(kernel, tiles: kernel.tileCount)
  }

  func backward(_ memory: Memory, _ pass: Pass) {
    let gradients =
      parameters.kernel.isTrainable
      ? PeriodicBackward.Gradients(
        frequencies: memory.gradient(parameters.frequencies),
        phases: memory.gradient(parameters.phases), kernel: memory.gradient(parameters.kernel),
        bias: memory.gradient(parameters.bias), accumulate: pass.accumulatesGradients) : nil
    let kernel = PeriodicBackward(
      waves: embedding(memory, pass), gradient: memory.gradient(output), parameters: gradients,
      input: input.hasGradient ? memory.gradient(input) : nil)
    kernel.copyInputGradient()
    pass.pool.run(kernel, tiles: places.count)
  }
}

/// The numbers of some rows and what their waves are made of.
private struct NumberWaves {
  let numbers: [Int]
  let width: Int
  let waves: Int
  let dimensions: Int
  let frequencies: UnsafePointer<Float>
  let phases: UnsafePointer<Float>
  let kernel: UnsafePointer<Float>
  let bias: UnsafePointer<Float>
  let source: UnsafePointer<Float>
  let rows: Int

  var outputWidth: Int { width + numbers.count * dimensions }

  /// Sine and cosine of sixteen waves of a number from `first` on; what lies behind the last meets zeros of the kernel.
  @inline(__always)
  func sinusoids(_ number: Int, _ x: Float, _ first: Int) -> (sine: Lanes, cosine: Lanes) {
    let (place, count) = (number * waves + first, waves - first)
    return turns(Lanes(phases + place, count).plus(x, times: Lanes(frequencies + place, count)))
  }

  @inline(__always)
  func weights(_ number: Int, _ dimension: Int, _ first: Int) -> Lanes {
    Lanes(kernel + (number * dimensions + dimension) * waves + first, waves - first)
  }
}

/// A tile is a block of rows.
private struct PeriodicForward: TileKernel {
  let waves: NumberWaves
  let target: UnsafeMutablePointer<Float>

  private var rowsPerTile: Int { Tiling.rowsPerTile(width: waves.numbers.count * waves.waves) }
  var tileCount: Int { Tiling.tiles(elements: waves.rows, of: rowsPerTile) }

  static var entry: TileFunction {
    { context, tile, _ in context.assumingMemoryBound(to: PeriodicForward.self).pointee.run(tile) }
  }

  private func run(_ tile: Int) {
    let dimensions = waves.dimensions
    for row in Tiling.range(of: tile, count: waves.rows, size: rowsPerTile) {
      let numbers = waves.source + row * waves.width
      let result = target + row * waves.outputWidth
      result.update(from: numbers, count: waves.width)
      for (number, index) in waves.numbers.enumerated() {
        let embedding = result + waves.width + number * dimensions
        embedding.update(from: waves.bias + number * dimensions, count: dimensions)
        for first in Lanes.firsts(waves.waves) {
          let cosine = waves.sinusoids(number, numbers[index], first).cosine
          for dimension in 0..<dimensions {
            embedding[dimension] += (cosine * waves.weights(number, dimension, first)).total
          }
        }
      }
    }
  }
}

/// A tile owns a number: its parameters, and its place in the gradient of the input. It goes through the rows in their
/// order.
private struct PeriodicBackward: TileKernel {
  struct Gradients {
    let frequencies: UnsafeMutablePointer<Float>
    let phases: UnsafeMutablePointer<Float>
    let kernel: UnsafeMutablePointer<Float>
    let bias: UnsafeMutablePointer<Float>
    let accumulate: Bool
  }

  let waves: NumberWaves
  /// Shape `rows × output`.
  let gradient: UnsafePointer<Float>
  /// `nil` in a layer that is not trainable.
  let parameters: Gradients?
  let input: UnsafeMutablePointer<Float>?

  static var entry: TileFunction {
    { context, tile, _ in context.assumingMemoryBound(to: PeriodicBackward.self).pointee.run(tile) }
  }

  /// What arrives at the inputs themselves.
  func copyInputGradient() {
    guard let input else { return }
    for row in 0..<waves.rows {
      (input + row * waves.width).update(
        from: gradient + row * waves.outputWidth, count: waves.width)
    }
  }

  private func run(_ number: Int) {
    if let parameters, !parameters.accumulate { clear(parameters, number) }
    for first in Lanes.firsts(waves.waves) { run(number, first) }
    guard let parameters else { return }
    let sums = parameters.bias + number * waves.dimensions
    for row in 0..<waves.rows {
      let terms = arriving(row, number)
      for dimension in 0..<waves.dimensions { sums[dimension] += terms[dimension] }
    }
  }

  private func clear(_ parameters: Gradients, _ number: Int) {
    let (count, dimensions) = (waves.waves, waves.dimensions)
    (parameters.frequencies + number * count).update(repeating: 0, count: count)
    (parameters.phases + number * count).update(repeating: 0, count: count)
    (parameters.kernel + number * dimensions * count).update(
      repeating: 0, count: dimensions * count)
    (parameters.bias + number * dimensions).update(repeating: 0, count: dimensions)
  }

  @inline(__always)
  private func arriving(_ row: Int, _ number: Int) -> UnsafePointer<Float> {
    gradient + row * waves.outputWidth + waves.width + number * waves.dimensions
  }

  /// Sixteen waves of a number.
  private func run(_ number: Int, _ first: Int) {
    let index = waves.numbers[number]
    let (place, count) = (number * waves.waves + first, waves.waves - first)
    let frequencies = Lanes(waves.frequencies + place, count)
    var (frequencySums, phaseSums) = (Lanes(), Lanes())
    for row in 0..<waves.rows {
      let x = waves.source[row * waves.width + index]
      let terms = arriving(row, number)
      let (sine, cosine) = waves.sinusoids(number, x, first)
      var atCosine = Lanes()
      for dimension in 0..<waves.dimensions {
        let term = Lanes(repeating: terms[dimension])
        atCosine = atCosine.plus(term, times: waves.weights(number, dimension, first))
        guard let parameters else { continue }
        let sums =
          parameters.kernel + (number * waves.dimensions + dimension) * waves.waves + first
        Lanes(sums, count).plus(term, times: cosine).store(to: sums, count)
      }
      let atTurn = -2 * Float.pi * sine * atCosine
      phaseSums += atTurn
      frequencySums = frequencySums.plus(x, times: atTurn)
      input?[row * waves.width + index] += (atTurn * frequencies).total
    }
    guard let parameters else { return }
    (Lanes(parameters.phases + place, count) + phaseSums).store(
      to: parameters.phases + place, count)
    (Lanes(parameters.frequencies + place, count) + frequencySums)
      .store(to: parameters.frequencies + place, count)
  }
}
