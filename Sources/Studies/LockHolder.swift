import Glibc

/// The process that has a lock on an SQLite database, as far as the system tells.
///
/// Asking by `fcntl` would take a descriptor of the file, and closing that would give back the locks of this process.
struct LockHolder: CustomStringConvertible {
  let identifier: pid_t

  /// `123 (hptrain tune study.json)`
  var description: String { "\(identifier)\(Self.command(of: identifier))" }

  /// - Returns: nil where the system does not know, as for another machine.
  static func find(_ path: String) -> LockHolder? {
    let files = [path, path + "-shm"].compactMap { file -> ino_t? in
      var status = stat()
      return stat(file, &status) == 0 ? status.st_ino : nil
    }
    // `1: POSIX  ADVISORY  WRITE 123 08:01:4567 1073741824 1073741825`
    for line in contents("/proc/locks", limit: 1 << 20).split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count >= 8, words[1] == "POSIX", words[3] == "WRITE",
        let process = pid_t(words[4]), process > 0, process != getpid(),
        let file = words[5].split(separator: ":").last.flatMap({ ino_t($0) }), files.contains(file),
        hasOpen(process, path)
      else { continue }
      return LockHolder(identifier: process)
    }
    return nil
  }

  /// Numbers of files are those of one file system, and there are many.
  private static func hasOpen(_ process: pid_t, _ path: String) -> Bool {
    var wanted = stat()
    guard stat(path, &wanted) == 0, let folder = opendir("/proc/\(process)/fd") else {
      return false
    }
    defer { closedir(folder) }
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      var status = stat()
      if name.first != ".", stat("/proc/\(process)/fd/\(name)", &status) == 0,
        status.st_ino == wanted.st_ino, status.st_dev == wanted.st_dev
      {
        return true
      }
    }
    return false
  }

  static func command(of process: pid_t) -> String {
    let words = contents("/proc/\(process)/cmdline", limit: 200).split(separator: "\0")
    return words.isEmpty ? "" : " (\(words.joined(separator: " ")))"
  }

  static func contents(_ path: String, limit: Int) -> String {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return "" }
    defer { close(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while bytes.count < limit {
      let count = read(file, &buffer, min(buffer.count, limit - bytes.count))
      guard count > 0 else { break }
      bytes += buffer[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
