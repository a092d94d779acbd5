/// Reads examples of a matrix without minding how they are stored. It holds pointers; whoever uses it
/// keeps the matrix.
struct ExampleReader {
  let width: Int
  private let stride: Int
  private let floats: UnsafePointer<Float>?
  private let tokens: UnsafePointer<UInt16>?
  private let bytes: UnsafePointer<UInt8>?
  private let offset: UnsafePointer<Float>?
  private let factor: UnsafePointer<Float>?
  /// Where the numbers are read one example at a time, and the first of them.
  private let file: (Unmanaged<PageFile>, first: Int)?

  /// Reads examples that lie in memory `stride` numbers after each other.
  init(_ numbers: UnsafePointer<Float>, width: Int, stride: Int) {
    self.width = width
    self.stride = stride
    (floats, tokens, bytes, offset, factor, file) = (numbers, nil, nil, nil, nil, nil)
  }

  init(_ matrix: ExampleMatrix) {
    width = matrix.width
    stride = matrix.stride
    let first = matrix.first
    if case .file(let pages) = matrix.storage.contents {
      file = (.passUnretained(pages), first)
    } else {
      file = nil
    }
    switch matrix.storage.contents {
    case .floats(let values):
      (floats, tokens, bytes, offset, factor) = (UnsafePointer(values) + first, nil, nil, nil, nil)
    case .tokens(let values):
      (floats, tokens, bytes, offset, factor) = (nil, UnsafePointer(values) + first, nil, nil, nil)
    case .file: (floats, tokens, bytes, offset, factor) = (nil, nil, nil, nil, nil)
    case .bytes(let values, _, let offset, let factor):
      (floats, tokens) = (nil, nil)
      bytes = values.baseAddress.map { $0.assumingMemoryBound(to: UInt8.self) + first }
      self.offset = UnsafePointer(offset)
      self.factor = UnsafePointer(factor)
    }
  }

  /// Copies numbers of an example, ready for the network.
  @inline(__always)
  func copy(_ example: Int, _ range: Range<Int>, to target: UnsafeMutablePointer<Float>) {
    let start = example * stride + range.lowerBound
    if let floats {
      let source = floats + start
      for index in 0..<range.count { target[index] = source[index] }
    } else if let bytes, let offset, let factor {
      let source = bytes + start
      let (offset, factor) = (offset + range.lowerBound, factor + range.lowerBound)
      for index in 0..<range.count {
        target[index] = (Float(source[index]) - offset[index]) * factor[index]
      }
    } else if let tokens {
      let source = tokens + start
      for index in 0..<range.count { target[index] = Float(source[index]) }
    } else if let file {
      let first = file.first + start
      file.0._withUnsafeGuaranteedRef { $0.read(numbers: first..<first + range.count, to: target) }
    }
  }

  /// One number of an example, ready for the network.
  func value(_ example: Int, _ index: Int) -> Float {
    let position = example * stride + index
    if let floats { return floats[position] }
    if let bytes, let offset, let factor {
      return (Float(bytes[position]) - offset[index]) * factor[index]
    }
    if let tokens { return Float(tokens[position]) }
    var value: Float = 0
    copy(example, index..<index + 1, to: &value)
    return value
  }
}
