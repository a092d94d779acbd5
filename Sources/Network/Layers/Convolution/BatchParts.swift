import Numerics

/// The parts that a convolution cuts a batch into, each with sums of its own, and those of them that this process computes.
struct BatchParts {
  /// What ranks tell each other so that the sums are those of one process.
  enum Sharing {
    case nothing
    /// The sums of the parts, each of which belongs to one rank.
    case sums
    /// Images and gradients: there are fewer parts than ranks, so little work.
    case rows
  }

  let sharing: Sharing
  /// Those that are cut into parts: of this process, or where the sums are shared of all ranks.
  let examples: Int
  let count: Int
  let own: Range<Int>

  private init(_ sharing: Sharing, examples: Int, count: Int, own: Range<Int>? = nil) {
    self.sharing = sharing
    self.examples = examples
    self.count = count
    self.own = own ?? 0..<count
  }

  /// Parts of all examples of a batch on one process.
  ///
  /// - Parameter count: how many parts so many examples are cut into.
  init(examples: Int, count: (Int) -> Int) {
    self.init(.nothing, examples: examples, count: count(examples))
  }

  /// - Parameter count: how many parts so many examples are cut into.
  init(_ pass: Pass, of layer: ConvolutionLayer, count: (Int) -> Int) {
    let sharing = pass.share.map { Self.sharing($0, of: layer, parts: count($0.total)) }
    if let share = pass.share, sharing == .sums {
      let parts = count(share.total)
      self.init(.sums, examples: share.total, count: parts, own: share.ranks.share(of: parts))
    } else {
      self.init(sharing ?? .nothing, examples: pass.rows, count: count(pass.rows))
    }
  }

  private static func sharing(
    _ share: BatchShare, of layer: ConvolutionLayer, parts: Int
  ) -> Sharing {
    let parameters = layer.partStride
    if parts % share.ranks.size == 0,
      GatheredRows.isWorthwhile(numbers: parts * parameters, parameters: parameters)
    {
      return .sums
    }
    let numbers = layer.input.shape.count + layer.output.shape.count
    return share.gathered.isWorthwhile(numbersOfExample: numbers, parameters: parameters)
      ? .rows : .nothing
  }

  /// The examples of one of the own parts, counted from the first that this process has.
  func examples(of index: Int) -> Range<Int> {
    let part = own.lowerBound + index
    let first = examples * own.lowerBound / count
    return examples * part / count - first..<examples * (part + 1) / count - first
  }
}
