import Configuration

/// Inflates gzip files (RFC 1952) of one or several members.
package enum Gzip {
  /// Whether `bytes` start as every gzip file does.
  package static func hasMagic(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.count >= 2 && bytes[0] == 0x1F && bytes[1] == 0x8B
  }

  /// The most bytes that a gzip file of `compressedSize` bytes may inflate to.
  ///
  /// Data files shrink to a tenth, seldom to a hundredth; what grows more was made to fill memory.
  package static func largestInflatedSize(compressedSize: Int) -> Int {
    let (scaled, overflows) = compressedSize.multipliedReportingOverflow(by: 200)
    return overflows ? .max : min(scaled, .max - (64 << 20)) + (64 << 20)
  }

  /// Inflates a whole file.
  ///
  /// - Throws: `gzip-truncated`, `gzip-corrupt`, `gzip-trailing-bytes`, `gzip-too-large` and
  ///   `out-of-memory`.
  static func inflate(_ bytes: UnsafeRawBufferPointer, file: String) throws -> ByteStorage {
    let limit = largestInflatedSize(compressedSize: bytes.count)
    let storage = try inflate(bytes, file: file, atMost: limit)
    guard storage.count <= limit else {
      throw Failure(
        Diagnostic(
          .error, .data, code: "gzip-too-large",
          "\(Spelling.file(file)) inflates without end: its \(bytes.count) bytes hold more than \(limit)",
          help: "if that is right, gunzip it by hand and name the inflated file"))
    }
    return storage
  }

  /// Inflates a file whose length is known from its own header.
  ///
  /// - Returns: `count` bytes if the file is right; fewer if it holds fewer, and one more if it
  ///   holds more, of which the rest is neither kept nor checked.
  /// - Throws: `gzip-truncated`, `gzip-corrupt`, `gzip-trailing-bytes` and `out-of-memory`.
  static func inflate(
    _ bytes: UnsafeRawBufferPointer, expecting count: Int, file: String
  ) throws -> ByteStorage {
    try inflate(bytes, file: file, atMost: count)
  }

  /// Inflates the first bytes of a file and does not look at the others.
  ///
  /// - Returns: `count` bytes, or fewer if the file holds fewer.
  static func inflatePrefix(
    of bytes: UnsafeRawBufferPointer, count: Int, file: String
  ) throws -> [UInt8] {
    do {
      var stream = try GzipStream(bytes)
      return try [UInt8](unsafeUninitializedCapacity: count) { buffer, length in
        length = try stream.read(into: UnsafeMutableRawBufferPointer(buffer))
      }
    } catch let error as GzipError {
      throw error.failure(file: file)
    }
  }

  /// Inflates up to `limit` bytes, and one more if there are more.
  private static func inflate(
    _ bytes: UnsafeRawBufferPointer, file: String, atMost limit: Int
  ) throws -> ByteStorage {
    do {
      var stream = try GzipStream(bytes)
      var storage = ByteStorage()
      // A header may promise anything: room grows with what was really inflated.
      var step = min(limit, 1 << 20)
      while storage.count <= limit {
        let wanted = max(1, min(step, limit - storage.count))
        try storage.reserve(additional: wanted, for: file)
        let room = UnsafeMutableRawBufferPointer(rebasing: storage.unused.prefix(wanted))
        let length = try stream.read(into: room)
        storage.didWrite(length)
        if length < wanted { break }
        step = max(step, storage.count / 2)
      }
      return storage
    } catch let error as GzipError {
      throw error.failure(file: file)
    }
  }
}
