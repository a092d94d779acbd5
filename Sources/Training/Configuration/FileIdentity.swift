import Glibc

/// What makes a file the same by whatever path it is named.
package struct FileIdentity: Hashable {
  private let device: UInt64
  private let number: UInt64

  /// - Returns: `nil` for what is no regular file: a pipe has other bytes each time that it is read.
  package init?(path: String) {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    device = UInt64(status.st_dev)
    number = UInt64(status.st_ino)
  }
}
