import Numerics

/// How gradients lie to a direction: the sums that hypergradients are made of.
struct Alignment {
  /// Σ g·d
  var product = 0.0
  /// Σ g²
  var gradientSquares = 0.0
  /// Σ d²
  var directionSquares = 0.0

  /// The cosine of the angle between them; 0 where it is none.
  var cosine: Double {
    let cosine = product / (gradientSquares.squareRoot() * directionSquares.squareRoot())
    return cosine.isFinite ? cosine : 0
  }

  /// Numbers that each tile needs in `partialSums`.
  static let sumsPerTile = 3

  /// That of gradients to the way that the parameters have gone: from their mean over the past, an exponential
  /// one, to what they are. The present ones become a part of the mean.
  ///
  /// - Parameter decay: of the mean. The way is then the sum of all steps, each of which counts so much for
  ///   every step behind it.
  static func toPath(
    gradients: UnsafeMutableBufferPointer<Float>, parameters: UnsafeMutableBufferPointer<Float>,
    means: UnsafeMutableBufferPointer<Float>, decay: Float,
    partialSums: UnsafeMutablePointer<Double>, pool: ThreadPool
  ) -> Alignment {
    guard let gradient = gradients.baseAddress, let parameter = parameters.baseAddress,
      let mean = means.baseAddress
    else { return Alignment() }
    let kernel = PathAlignment(
      gradients: gradient, parameters: parameter, means: mean, decay: decay,
      count: gradients.count, sums: partialSums)
    pool.run(kernel, tiles: Tiling.tiles(elements: gradients.count))
    return Alignment(partialSums, tiles: Tiling.tiles(elements: gradients.count))
  }

  /// That of gradients to a direction.
  static func to(
    _ direction: UnsafeMutableBufferPointer<Float>, gradients: UnsafeMutableBufferPointer<Float>,
    partialSums: UnsafeMutablePointer<Double>, pool: ThreadPool
  ) -> Alignment {
    guard let gradient = gradients.baseAddress, let direction = direction.baseAddress else {
      return Alignment()
    }
    let kernel = DirectionAlignment(
      gradients: gradient, direction: direction, count: gradients.count, sums: partialSums)
    pool.run(kernel, tiles: Tiling.tiles(elements: gradients.count))
    return Alignment(partialSums, tiles: Tiling.tiles(elements: gradients.count))
  }

  private init() {}

  /// Tiles and the order of their sums depend on the number of parameters only.
  private init(_ sums: UnsafeMutablePointer<Double>, tiles: Int) {
    for tile in 0..<tiles {
      product += sums[tile * Self.sumsPerTile]
      gradientSquares += sums[tile * Self.sumsPerTile + 1]
      directionSquares += sums[tile * Self.sumsPerTile + 2]
    }
  }
}

/// The sums of a tile, eight numbers at a time; the arrays are padded to whole vectors.
private struct AlignmentSums {
  private typealias Numbers = SIMD8<Double>
  private var (product, gradient, direction) = (Numbers.zero, Numbers.zero, Numbers.zero)

  mutating func add(_ gradient: SIMD8<Float>, _ direction: SIMD8<Float>) {
    let (g, d) = (SIMD8<Double>(gradient), SIMD8<Double>(direction))
    product += g * d
    self.gradient += g * g
    self.direction += d * d
  }

  func store(_ sums: UnsafeMutablePointer<Double>, _ tile: Int) {
    sums[tile * Alignment.sumsPerTile] = product.sum()
    sums[tile * Alignment.sumsPerTile + 1] = gradient.sum()
    sums[tile * Alignment.sumsPerTile + 2] = direction.sum()
  }
}

extension UnsafePointer<Float> {
  fileprivate func eight(at index: Int) -> SIMD8<Float> {
    UnsafeRawPointer(self + index).loadUnaligned(as: SIMD8<Float>.self)
  }
}

private struct PathAlignment: TileKernel {
  let gradients: UnsafePointer<Float>
  let parameters: UnsafePointer<Float>
  let means: UnsafeMutablePointer<Float>
  let decay: Float
  let count: Int
  let sums: UnsafeMutablePointer<Double>

  init(
    gradients: UnsafeMutablePointer<Float>, parameters: UnsafeMutablePointer<Float>,
    means: UnsafeMutablePointer<Float>, decay: Float, count: Int,
    sums: UnsafeMutablePointer<Double>
  ) {
    self.gradients = UnsafePointer(gradients)
    self.parameters = UnsafePointer(parameters)
    self.means = means
    self.decay = decay
    self.count = count
    self.sums = sums
  }

  static var entry: TileFunction {
    { context, tile, _ in context.assumingMemoryBound(to: PathAlignment.self).pointee.run(tile) }
  }

  private func run(_ tile: Int) {
    let range = Tiling.range(of: tile, count: count)
    let (gradients, parameters, means) = (self.gradients, self.parameters, self.means)
    let take = SIMD8(repeating: 1 - decay)
    var sums = AlignmentSums()
    for index in stride(from: range.lowerBound, to: range.upperBound, by: 8) {
      let mean = UnsafePointer(means).eight(at: index)
      let way = parameters.eight(at: index) - mean
      sums.add(gradients.eight(at: index), way)
      UnsafeMutableRawPointer(means + index).storeBytes(
        of: mean + take * way, as: SIMD8<Float>.self)
    }
    sums.store(self.sums, tile)
  }
}

private struct DirectionAlignment: TileKernel {
  let gradients: UnsafePointer<Float>
  let direction: UnsafePointer<Float>
  let count: Int
  let sums: UnsafeMutablePointer<Double>

  init(
    gradients: UnsafeMutablePointer<Float>, direction: UnsafeMutablePointer<Float>, count: Int,
    sums: UnsafeMutablePointer<Double>
  ) {
    self.gradients = UnsafePointer(gradients)
    self.direction = UnsafePointer(direction)
    self.count = count
    self.sums = sums
  }

  static var entry: TileFunction {
    { context, tile, _ in
      context.assumingMemoryBound(to: DirectionAlignment.self).pointee.run(tile)
    }
  }

  private func run(_ tile: Int) {
    let range = Tiling.range(of: tile, count: count)
    let (gradients, direction) = (self.gradients, self.direction)
    var sums = AlignmentSums()
    for index in stride(from: range.lowerBound, to: range.upperBound, by: 8) {
      sums.add(gradients.eight(at: index), direction.eight(at: index))
    }
    sums.store(self.sums, tile)
  }
}
