import Glibc

/// The features of all examples of a file, ready for the network: `count × width`.
///
/// Bytes stay bytes until a batch is gathered, which keeps images at a quarter of the memory.
package final class FeatureMatrix: @unchecked Sendable {
  enum Storage {
    /// Encoded numbers.
    case floats(UnsafeMutablePointer<Float>)
    /// Raw bytes b, and for each feature the value `(b − offset) · factor`.
    case bytes(
      UnsafeRawBufferPointer, owner: IDXFile, offset: UnsafeMutablePointer<Float>,
      factor: UnsafeMutablePointer<Float>)
  }

  package let count: Int
  package let width: Int
  let storage: Storage

  /// Takes over encoded numbers, allocated by `UnsafeMutablePointer.allocate`.
  init(count: Int, width: Int, owning values: UnsafeMutablePointer<Float>) {
    self.count = count
    self.width = width
    storage = .floats(values)
  }

  /// - Parameters:
  ///   - offset: one for each feature.
  ///   - factor: one for each feature.
  init(
    count: Int, width: Int, bytesOf file: IDXFile, offset: [Float], factor: [Float]
  ) {
    // The pointer stays valid since the matrix keeps the file.
    guard let bytes = file.withUnsignedBytes({ $0 }) else {
      preconditionFailure("the elements are no bytes")
    }
    precondition(offset.count == width && factor.count == width && bytes.count == count * width)
    self.count = count
    self.width = width
    let offsets = UnsafeMutablePointer<Float>.allocate(capacity: width)
    let factors = UnsafeMutablePointer<Float>.allocate(capacity: width)
    offsets.initialize(from: offset, count: width)
    factors.initialize(from: factor, count: width)
    storage = .bytes(bytes, owner: file, offset: offsets, factor: factors)
  }

  deinit {
    switch storage {
    case .floats(let values): values.deallocate()
    case .bytes(_, _, let offset, let factor):
      offset.deallocate()
      factor.deallocate()
    }
  }
}
