/// The numbers of a file as they are kept: as small as they were where that is possible, until a batch
/// is gathered.
final class NumberStorage: @unchecked Sendable {
  enum Contents {
    /// Encoded numbers.
    case floats(UnsafeMutablePointer<Float>)
    /// Raw bytes b, and for each number of an example the value `(b − offset) · factor`.
    case bytes(
      UnsafeRawBufferPointer, owner: any Sendable,
      offset: UnsafeMutablePointer<Float>, factor: UnsafeMutablePointer<Float>)
    /// Whole numbers from 0, such as tokens.
    case tokens(UnsafeMutablePointer<UInt16>)
    /// Encoded numbers that are not in memory.
    case file(PageFile)
  }

  let contents: Contents
  let count: Int

  /// Takes over numbers, allocated by `UnsafeMutablePointer.allocate`.
  init(owning values: UnsafeMutablePointer<Float>, count: Int) {
    contents = .floats(values)
    self.count = count
  }

  /// Takes over tokens, allocated by `UnsafeMutablePointer.allocate`.
  init(owning tokens: UnsafeMutablePointer<UInt16>, count: Int) {
    contents = .tokens(tokens)
    self.count = count
  }

  init(_ file: PageFile) {
    contents = .file(file)
    count = file.count * file.width
  }

  /// - Parameters:
  ///   - owner: keeps the bytes.
  ///   - offset: one for each number of an example.
  ///   - factor: one for each number of an example.
  init(
    _ bytes: UnsafeRawBufferPointer, owner: any Sendable, offset: [Float],
    factor: [Float]
  ) {
    precondition(offset.count == factor.count)
    let offsets = UnsafeMutablePointer<Float>.allocate(capacity: offset.count)
    let factors = UnsafeMutablePointer<Float>.allocate(capacity: factor.count)
    offsets.initialize(from: offset, count: offset.count)
    factors.initialize(from: factor, count: factor.count)
    contents = .bytes(bytes, owner: owner, offset: offsets, factor: factors)
    count = bytes.count
  }

  convenience init(_ values: [Float]) {
    let copy = UnsafeMutablePointer<Float>.allocate(capacity: max(1, values.count))
    copy.initialize(from: values, count: values.count)
    self.init(owning: copy, count: values.count)
  }

  deinit {
    switch contents {
    case .floats(let values): values.deallocate()
    case .tokens(let values): values.deallocate()
    case .file: break
    case .bytes(_, _, let offset, let factor):
      offset.deallocate()
      factor.deallocate()
    }
  }
}
