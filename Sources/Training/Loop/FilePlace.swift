import Configuration
import Glibc

/// What a path leads to, behind all links.
package enum FilePlace: Equatable, Sendable {
  /// A file of that name, whether it is there or not.
  case file(String)
  /// An open file of this process: `/dev/stdout`, or what a shell makes of `>(command)` and `<(command)`.
  case descriptor(Int32)
  /// A device or a FIFO, which can be written to but not replaced, and read but not twice.
  case stream

  /// As many as Linux follows.
  private static let mostLinks = 40

  /// - Throws: `Failure` if links lead round in a circle.
  package init(_ path: String) throws(Failure) {
    var end = path
    for _ in 0...Self.mostLinks {
      if let number = Self.number(of: end) {
        self = .descriptor(number)
        return
      }
      guard let next = Self.target(of: end) else {
        self = Self.isStream(end) ? .stream : .file(end)
        return
      }
      end = next
    }
    errno = ELOOP
    throw OutputFile.failure(.cannotCreate, "create", path)
  }

  /// The standard output of the process.
  package static let standardOutput = FilePlace.descriptor(1)

  /// Whether it is a name, for what is there or will be.
  package var isName: Bool { if case .file = self { true } else { false } }

  /// Whether a file of that name is there.
  package var isTaken: Bool {
    guard case .file(let path) = self else { return false }
    return access(path, F_OK) == 0
  }

  /// Of the names that the system has for open files.
  private static func number(of path: String) -> Int32? {
    let folders = ["/dev/fd/", "/proc/self/fd/", "/proc/\(getpid())/fd/"]
    guard let folder = folders.first(where: { path.hasPrefix($0) }) else { return nil }
    return Int32(path.dropFirst(folder.count)).flatMap { $0 >= 0 ? $0 : nil }
  }

  /// What a link names; `nil` of anything else.
  private static func target(of path: String) -> String? {
    var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
    let length = readlink(path, &bytes, Int(PATH_MAX))
    guard length > 0 else { return nil }
    let target = String(
      decoding: bytes.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    if target.hasPrefix("/") { return target }
    let folder = OutputFile.folder(of: path)
    return folder.hasSuffix("/") ? folder + target : "\(folder)/\(target)"
  }

  private static func isStream(_ path: String) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0 else { return false }
    return ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT)
  }
}
