import Glibc

/// What a file begins with.
package enum FileStart {
  /// The first bytes of a file; none where it cannot be read.
  package static func of(_ path: String, count: Int) -> [UInt8] {
    guard let file = fopen(path, "re") else { return [] }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: count)
    let length = fread(&bytes, 1, count, file)
    return Array(bytes.prefix(length))
  }
}
