import Configuration
import Glibc

/// Cuts a CSV file into pieces of whole rows, each of which is a text of its own: of a file of any length one piece is
/// in memory.
struct TextPieces: ~Copyable {
  /// Large enough that reading one outweighs what goes before it, and small beside what else a run takes.
  static let pieceBytes = 4 << 20

  let dialect: CSVDialect
  private let path: String
  private let descriptor: FileDescriptor
  /// What was read and not handed out.
  private var rest = ByteStorage()
  private var isAtEnd = false
  /// The line with which the rest begins.
  private var line = 1

  /// Opens a file and reads the beginning of it.
  ///
  /// - Parameter dialect: recognizes it by the beginning of the text.
  /// - Throws: `file-not-found`, `permission-denied`, `is-a-folder`, `cannot-open`, `cannot-read`; `not-a-file` for
  ///   what cannot be read twice, and `compressed` for gzip, whose parts cannot be read by themselves.
  init(_ path: String, dialect: (FileBytes) throws -> CSVDialect) throws {
    self.path = path
    let descriptor = try FileDescriptor(opening: path)
    guard try descriptor.status().st_mode & S_IFMT == S_IFREG else {
      throw Failure(
        Diagnostic(
          .error, .unreadable, code: "not-a-file",
          "'\(path)' is no regular file, and a table on the disk is read twice"))
    }
    var rest = ByteStorage()
    let isAtEnd = try Self.read(Self.pieceBytes, of: descriptor, path, to: &rest)
    guard !Gzip.hasMagic(rest.bytes) else {
      throw Failure(
        Diagnostic(
          .error, .data, code: "compressed",
          "'\(path)' is compressed, and a table on the disk is read in parts",
          help: "unpack it: gunzip -k \(path)"))
    }
    self.dialect = try dialect(FileBytes(name: path, copying: rest.bytes))
    self.descriptor = descriptor
    self.rest = rest
    self.isAtEnd = isAtEnd
  }

  /// The next piece; `nil` at the end.
  ///
  /// - Throws: what `CSVRowScanner.nextRow` throws, `cannot-read` and `out-of-memory`.
  mutating func next() throws -> CSVSource? {
    var wanted = Self.pieceBytes
    while true {
      if !isAtEnd { isAtEnd = try Self.read(wanted, of: descriptor, path, to: &rest) }
      guard rest.count > 0 else { return nil }
      let end = isAtEnd ? rest.count : try endOfRows()
      guard end > 0 else {
        wanted = 2 * rest.count
        continue
      }
      let bytes = UnsafeRawBufferPointer(rebasing: rest.bytes[..<end])
      let piece = try FileBytes(name: path, copying: bytes)
      let source = CSVSource(piece, dialect: dialect, firstLine: line)
      line += bytes.lineBreaks
      rest.removeFirst(end)
      return source
    }
  }

  /// Reads until there are so many bytes.
  ///
  /// - Returns: whether the file ended.
  private static func read(
    _ wanted: Int, of descriptor: borrowing FileDescriptor, _ path: String,
    to storage: inout ByteStorage
  ) throws -> Bool {
    try storage.reserve(additional: max(0, wanted - storage.count), for: path)
    while storage.count < wanted {
      let length = try descriptor.read(into: storage.unused)
      if length == 0 { return true }
      storage.didWrite(length)
    }
    return false
  }

  /// Where the last row ends that is here as a whole; 0 if there is none.
  private func endOfRows() throws -> Int {
    let bytes = rest.bytes
    // Where no quote can hold a line break, the last one is it.
    if bytes.firstOffset(of: dialect.quote) == nil,
      let last = bytes.lastIndex(of: ASCII.lineFeed)
    {
      return last + 1
    }
    var scanner = CSVRowScanner(dialect: dialect, file: path, line: line == 1 ? nil : line)
    var row = CSVRow()
    var offset = 0
    while try scanner.nextRow(in: bytes, from: &offset, isFinal: false, into: &row) == .row {}
    return offset
  }
}

extension UnsafeRawBufferPointer {
  /// How many line breaks there are: CR LF, LF or CR.
  fileprivate var lineBreaks: Int {
    let feeds = reduce(0) { $0 + ($1 == ASCII.lineFeed ? 1 : 0) }
    guard firstOffset(of: ASCII.carriageReturn) != nil else { return feeds }
    var returns = 0
    for index in indices where self[index] == ASCII.carriageReturn {
      if index + 1 == count || self[index + 1] != ASCII.lineFeed { returns += 1 }
    }
    return feeds + returns
  }

  /// Whether there is nothing but line breaks.
  var isBlank: Bool {
    allSatisfy { $0 == ASCII.lineFeed || $0 == ASCII.carriageReturn }
  }
}
