import Numerics

/// The first points of a search, before there is anything to learn from: a Latin hypercube (McKay, Beckman, Conover
/// 1979), in which each of n equal parts of a dimension is tried once in n trials.
struct StartupDesign {
  private let cube: KernelCube
  private let seed: UInt64
  private let size: Int

  init(_ cube: KernelCube, seed: UInt64, size: Int) {
    self.cube = cube
    self.seed = seed
    self.size = max(size, 1)
  }

  /// Of the trial with a number; after `size` trials another hypercube begins.
  func units(_ number: Int) -> [Double] {
    let number = max(number, 0)
    let random = Random(seed: seed, .search(part: RandomPart.design.rawValue), step: number / size)
    let part = number % size
    return cube.axes.indices.map { dimension in
      let first = 2 * dimension * size
      let order = (0..<size).sorted {
        (random.uniform(first + $0), $0) < (random.uniform(first + $1), $1)
      }
      let place = random.uniform(first + size + part)
      return cube.unit(quantile: (Double(order[part]) + place) / Double(size), of: dimension)
    }
  }
}
