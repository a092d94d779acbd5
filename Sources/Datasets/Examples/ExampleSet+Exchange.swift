import Numerics

extension ExampleMatrix {
  /// The numbers of an example, ready for the network.
  package func values(of example: Int32) -> [Float] {
    let reader = ExampleReader(self)
    defer { extendLifetime(storage) }
    return [Float](unsafeUninitializedCapacity: width) { buffer, count in
      if let first = buffer.baseAddress { reader.copy(Int(example), 0..<width, to: first) }
      count = width
    }
  }
}

extension ExampleSet {
  /// Which example of the file one of the set is, counted from 0.
  package func row(of index: Int) -> Int32 { pages == nil ? rows[index] : Int32(index) }

  /// The first examples, which are read one by one where they are on the disk.
  package func prefix(_ most: Int) -> ExampleSet {
    ExampleSet(
      features: features, targets: targets, rows: (0..<min(most, count)).map(row(of:)),
      isWeighted: isWeighted)
  }

  /// Some of the examples, with a part of their inputs taken from others of them.
  ///
  /// - Parameters:
  ///   - examples: indices into `rows`.
  ///   - inputs: which numbers of an example are exchanged.
  ///   - order: for each of the examples the one whose numbers it gets, an index into them.
  package func exchanging(_ inputs: [Range<Int>], of examples: [Int], by order: [Int]) -> ExampleSet
  {
    precondition(examples.count == order.count)
    let (width, count) = (features.width, examples.count)
    let values = UnsafeMutablePointer<Float>.allocate(capacity: max(1, width * count))
    let reader = ExampleReader(features)
    for (index, example) in examples.enumerated() {
      let target = values + index * width
      reader.copy(Int(row(of: example)), 0..<width, to: target)
      let other = Int(row(of: examples[order[index]]))
      for range in inputs { reader.copy(other, range, to: target + range.lowerBound) }
    }
    extendLifetime(features.storage)
    let copied = targets.map { targets in
      ExampleMatrix(
        NumberStorage(examples.flatMap { targets.values(of: row(of: $0)) }), count: count,
        width: targets.width)
    }
    return ExampleSet(
      features: ExampleMatrix(
        NumberStorage(owning: values, count: width * count), count: count, width: width),
      targets: copied, rows: (0..<count).map { Int32($0) }, isWeighted: isWeighted)
  }
}
