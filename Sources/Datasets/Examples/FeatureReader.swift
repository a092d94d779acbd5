/// Reads the rows of a feature matrix without minding how they are stored. It holds pointers; whoever
/// uses it keeps the matrix.
struct FeatureReader {
  let width: Int
  private let floats: UnsafePointer<Float>?
  private let bytes: UnsafePointer<UInt8>?
  private let offset: UnsafePointer<Float>?
  private let factor: UnsafePointer<Float>?

  init(_ matrix: FeatureMatrix) {
    width = matrix.width
    switch matrix.storage {
    case .floats(let values):
      (floats, bytes, offset, factor) = (UnsafePointer(values), nil, nil, nil)
    case .bytes(let values, _, let offset, let factor):
      floats = nil
      bytes = values.baseAddress?.assumingMemoryBound(to: UInt8.self)
      self.offset = UnsafePointer(offset)
      self.factor = UnsafePointer(factor)
    }
  }

  /// Copies features of a row, ready for the network.
  @inline(__always)
  func copy(_ row: Int, _ features: Range<Int>, to target: UnsafeMutablePointer<Float>) {
    let first = features.lowerBound
    if let floats {
      target.update(from: floats + row * width + first, count: features.count)
    } else if let bytes, let offset, let factor {
      let values = bytes + row * width + first
      let (offset, factor) = (offset + first, factor + first)
      for index in 0..<features.count {
        target[index] = (Float(values[index]) - offset[index]) * factor[index]
      }
    }
  }
}
