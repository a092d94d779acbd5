import Configuration

/// The start of an IDX file, the format of MNIST: the type of its elements and its dimensions.
///
/// Two zero bytes, the type, the number of dimensions, and each dimension as a big-endian 32-bit
/// number; the elements follow, big-endian too, the last dimension varying fastest.
package struct IDXHeader: Sendable, Equatable {
  package let elementType: IDXElementType
  /// The outermost first, each at least 1.
  package let dimensions: [Int]
  /// The product of the dimensions.
  package let elementCount: Int

  /// How many dimensions a file may have.
  package static let maximumDimensions = 8

  /// How many bytes the longest header takes.
  static let maximumSize = 4 + 4 * maximumDimensions

  /// How many bytes the header takes.
  package var size: Int { 4 + 4 * dimensions.count }

  /// How many bytes a file with this header has.
  package var fileSize: Int { size + elementCount * elementType.size }

  /// Reads the header of the file at `path`, but not its data, plain or inside gzip.
  ///
  /// - Throws: what `FileBytes.init` and `IDXHeader.init(of:file:)` throw.
  package init(path: String) throws {
    try self.init(contents: FileBytes(path: path, compression: .keep))
  }

  /// Reads the header of a file that may be inside gzip.
  init(contents: FileBytes) throws {
    defer { extendLifetime(contents) }
    let bytes = contents.bytes
    guard Gzip.hasMagic(bytes) else {
      try self.init(of: bytes, file: contents.name)
      return
    }
    let start = try Gzip.inflatePrefix(of: bytes, count: Self.maximumSize, file: contents.name)
    self = try start.withUnsafeBytes { try IDXHeader(of: $0, file: contents.name) }
  }

  /// Reads a header from the first bytes of a file.
  ///
  /// - Throws: `empty-file`, `not-idx`, `idx-truncated`, `idx-dimensions`, `idx-zero-dimension`,
  ///   `idx-too-large`.
  package init(of bytes: UnsafeRawBufferPointer, file: String) throws(Failure) {
    guard !bytes.isEmpty else {
      throw Failure(
        Diagnostic(.error, .data, code: "empty-file", "\(Spelling.file(file)) is empty"))
    }
    guard
      bytes.count >= 4, bytes[0] == 0, bytes[1] == 0,
      let elementType = IDXElementType(rawValue: bytes[2])
    else { throw IDXReport.notIDX(bytes, file: file) }
    let count = Int(bytes[3])
    guard 1...Self.maximumDimensions ~= count else {
      throw IDXReport.dimensionCount(count, file: file)
    }
    guard bytes.count >= 4 + 4 * count else { throw IDXReport.shortHeader(bytes.count, file: file) }
    dimensions = (0..<count).map { index in
      let stored = bytes.loadUnaligned(fromByteOffset: 4 + 4 * index, as: UInt32.self)
      return Int(UInt32(bigEndian: stored))
    }
    self.elementType = elementType
    elementCount = try Self.elementCount(dimensions, of: elementType, file: file)
  }

  private static func elementCount(
    _ dimensions: [Int], of elementType: IDXElementType, file: String
  ) throws(Failure) -> Int {
    var count = 1
    for (index, dimension) in dimensions.enumerated() {
      guard dimension > 0 else { throw IDXReport.zeroDimension(index, file: file) }
      let (product, overflows) = count.multipliedReportingOverflow(by: dimension)
      guard !overflows else { throw IDXReport.tooLarge(dimensions, file: file) }
      count = product
    }
    let (size, overflows) = count.multipliedReportingOverflow(by: elementType.size)
    guard !overflows, size <= .max - maximumSize else {
      throw IDXReport.tooLarge(dimensions, file: file)
    }
    return count
  }
}
