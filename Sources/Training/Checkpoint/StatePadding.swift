import Configuration

/// What fills a file of arrays up to whole pages, as an array of zeros: a format without gaps has no other room for it.
///
/// A file of whole pages is written without a copy in the cache, and one of the same length over it needs nothing of
/// the file system but its bytes.
enum StatePadding {
  static let name = "padding"

  /// Lives as long as the process.
  private nonisolated(unsafe) static let zeros: UnsafeRawBufferPointer = {
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: longestPage, alignment: 64)
    bytes.initializeMemory(as: UInt8.self, repeating: 0)
    return UnsafeRawBufferPointer(bytes)
  }()
  private static let longestPage = 1 << 16

  /// None if the arrays end with a page.
  ///
  /// - Parameters:
  ///   - tensors: of whole words.
  ///   - page: in bytes, at most 2¹⁶.
  static func tensors(behind tensors: [StateArchive.Tensor], page: Int) -> [StateArchive.Tensor] {
    let count = tensors.reduce(0) { $0 + $1.bytes.count }
    let missing = (page - count % page) % page
    guard missing > 0 else { return [] }
    return [.init(name: name, type: .word, bytes: .init(rebasing: zeros[..<missing]))]
  }
}
