import Configuration

/// An IDX file with its data, which stays as it is in the file until it is asked for.
package struct IDXFile: Sendable {
  package let header: IDXHeader
  private let contents: FileBytes

  /// Reads the file at `path`, plain or inside gzip.
  ///
  /// - Throws: what `FileBytes.init` and `IDXHeader.init` throw, `idx-truncated` and
  ///   `idx-trailing-bytes`.
  package init(path: String) throws {
    try self.init(FileBytes(path: path, compression: .keep))
  }

  /// - Parameter stored: the file as it is, still inside gzip if it is.
  package init(_ stored: FileBytes) throws {
    defer { extendLifetime(stored) }
    header = try IDXHeader(contents: stored)
    guard Gzip.hasMagic(stored.bytes) else {
      contents = stored
      try check(isWhole: true)
      return
    }
    let inflated = try Gzip.inflate(
      stored.bytes, expecting: header.fileSize, file: stored.name)
    contents = FileBytes(name: stored.name, owning: inflated)
    try check(isWhole: false)
  }

  /// What its elements take besides what is in memory now, once they are used: the pages of a mapped file,
  /// or numbers of single precision made of those that are no bytes.
  var laterBytes: Int {
    let count = header.dimensions.reduce(1, *)
    if header.elementType != .unsignedByte { return count * MemoryLayout<Float>.stride }
    return contents.isMapped ? count : 0
  }

  /// Tells the system that examples that stay in the file are read in random order from now on.
  func willReadInAnyOrder() {
    if header.elementType == .unsignedByte { contents.willReadInAnyOrder() }
  }

  /// The file as the user named it.
  package var name: String { contents.name }

  /// Calls `body` with the elements as bytes, or returns nil if they are not unsigned bytes.
  package func withUnsignedBytes<Result>(
    _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result? {
    guard header.elementType == .unsignedByte else { return nil }
    defer { extendLifetime(contents) }
    return try body(data)
  }

  /// All elements as `Float`; int32 and float64 lose the digits that a `Float` does not hold.
  ///
  /// - Throws: `not-finite` with the place of the first element that is NaN, infinite, or too large
  ///   for a `Float`.
  package func floats() throws(Failure) -> [Float] {
    let values = withExtendedLifetime(contents) {
      switch header.elementType {
      case .unsignedByte: decode(UInt8.self) { Float($0) }
      case .signedByte: decode(UInt8.self) { Float(Int8(bitPattern: $0)) }
      case .int16: decode(UInt16.self) { Float(Int16(bitPattern: $0)) }
      case .int32: decode(UInt32.self) { Float(Int32(bitPattern: $0)) }
      case .float32: decode(UInt32.self) { Float(bitPattern: $0) }
      case .float64: decode(UInt64.self) { Float(Double(bitPattern: $0)) }
      }
    }
    guard header.elementType.isInteger else {
      if let index = values.firstIndex(where: { !$0.isFinite }) {
        throw IDXReport.notFinite(values[index], index: index, of: header, file: name)
      }
      return values
    }
    return values
  }

  /// All elements as integers, as labels are, or nil if they are floating-point numbers.
  package func integers() -> [Int32]? {
    withExtendedLifetime(contents) {
      switch header.elementType {
      case .unsignedByte: decode(UInt8.self) { Int32($0) }
      case .signedByte: decode(UInt8.self) { Int32(Int8(bitPattern: $0)) }
      case .int16: decode(UInt16.self) { Int32(Int16(bitPattern: $0)) }
      case .int32: decode(UInt32.self) { Int32(bitPattern: $0) }
      case .float32, .float64: nil
      }
    }
  }

  private var data: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: contents.bytes[header.size...])
  }

  private func decode<Stored: FixedWidthInteger & BitwiseCopyable, Value>(
    _ type: Stored.Type, _ convert: (Stored) -> Value
  ) -> [Value] {
    let data = data
    let stride = MemoryLayout<Stored>.size
    return [Value](unsafeUninitializedCapacity: header.elementCount) { values, count in
      for index in 0..<header.elementCount {
        let stored = data.loadUnaligned(fromByteOffset: index * stride, as: Stored.self)
        values.initializeElement(at: index, to: convert(Stored(bigEndian: stored)))
      }
      count = header.elementCount
    }
  }

  /// - Parameter isWhole: whether all bytes of the file are there, however many it holds.
  private func check(isWhole: Bool) throws(Failure) {
    let count = contents.bytes.count
    if count < header.fileSize { throw IDXReport.truncated(count, of: header, file: name) }
    if count > header.fileSize {
      throw IDXReport.trailingBytes(isWhole ? count : nil, of: header, file: name)
    }
  }
}
