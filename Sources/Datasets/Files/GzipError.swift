import Configuration

/// Why a gzip file does not inflate.
enum GzipError: Error {
  /// The file ends before its last member does.
  case truncated
  /// The bytes are not what gzip writes, or a checksum differs; with the words of zlib.
  case corrupt(reason: String, offset: Int)
  /// Something that is no gzip member follows the last member.
  case trailingBytes(offset: Int)
  case outOfMemory

  /// Names the error in the words of users.
  func failure(file: String) -> Failure {
    switch self {
    case .truncated:
      Failure(
        Diagnostic(
          .error, .data, code: "gzip-truncated",
          "\(Spelling.file(file)) is a gzip file that ends too early: it is truncated",
          help: "copy or download it again"))
    case .corrupt(let reason, let offset):
      Failure(
        Diagnostic(
          .error, .data, code: "gzip-corrupt",
          "\(Spelling.file(file)) is a corrupt gzip file: \(reason) before byte \(offset)",
          help: "copy or download it again"))
    case .trailingBytes(let offset):
      Failure(
        Diagnostic(
          .error, .data, code: "gzip-trailing-bytes",
          "\(Spelling.file(file)) holds something that is not gzip data from byte \(offset) on",
          help: "copy or download it again, or gunzip it by hand"))
    case .outOfMemory:
      // What zlib says it needs for inflating: a window and a state.
      .outOfMemory(file, needed: 48 << 10)
    }
  }
}
