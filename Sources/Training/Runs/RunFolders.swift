import Configuration
import Glibc

/// Finds runs below a folder: the folders that have a journal.
package enum RunFolders {
  /// Deeper folders than runs are in.
  private static let deepest = 32

  /// The folders of all runs below a folder, and that itself if it is one, by name with numbers by their
  /// value: `iris-2` before `iris-10`. Links to folders are not followed, except to the first.
  ///
  /// - Parameter unreadable: given each folder below that cannot be read.
  /// - Throws: `Failure` if the folder itself cannot be read.
  package static func find(
    below folder: String, unreadable: (Diagnostic) -> Void = { _ in }
  ) throws -> [String] {
    var found: [String] = []
    func visit(_ folder: String, depth: Int) throws {
      let (folders, isRun) = try contents(of: folder)
      if isRun { found.append(folder) }
      guard depth < deepest else { return }
      for name in folders {
        do {
          try visit(folder.hasSuffix("/") ? folder + name : folder + "/" + name, depth: depth + 1)
        } catch let failure as Failure {
          failure.diagnostics.map(\.asWarning).forEach(unreadable)
        }
      }
    }
    try visit(folder, depth: 0)
    return found.map { (name: $0, key: NaturalOrder.key($0)) }
      .sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.name)
  }

  private static func contents(of folder: String) throws -> (folders: [String], isRun: Bool) {
    guard let stream = opendir(folder) else {
      let reason = errno
      throw Failure(
        Diagnostic(
          .error, .unreadable, code: reason == ENOENT ? "file-not-found" : "cannot-open",
          "cannot open the folder '\(folder)': \(String(cString: strerror(reason)))"))
    }
    defer { closedir(stream) }
    var folders: [String] = []
    var isRun = false
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name == "." || name == ".." { continue }
      if name == RunJournal.fileName { isRun = true }
      switch Int32(entry.pointee.d_type) {
      case Int32(DT_DIR): folders.append(name)
      case Int32(DT_UNKNOWN):
        // Not every file system tells.
        var status = stat()
        if lstat(folder + "/" + name, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
          folders.append(name)
        }
      default: break
      }
    }
    return (folders, isRun)
  }
}

/// An order of names in which numbers count by their value.
package enum NaturalOrder {
  /// Something to compare in place of a name.
  package static func key(_ name: String) -> [UInt8] {
    var key: [UInt8] = []
    var digits: [UInt8] = []
    func flush() {
      guard !digits.isEmpty else { return }
      // A number with more digits is larger; zeros in front do not count.
      let significant = digits.drop { $0 == UInt8(ascii: "0") }
      key += [UInt8(ascii: "0"), UInt8(min(255, significant.count))] + significant
      digits.removeAll()
    }
    for byte in name.utf8 {
      if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
        digits.append(byte)
      } else {
        flush()
        // A folder stands before names that go on where it ends.
        key.append(byte == UInt8(ascii: "/") ? 0 : byte)
      }
    }
    flush()
    return key
  }

  package static func precedes(_ a: String, _ b: String) -> Bool {
    key(a).lexicographicallyPrecedes(key(b))
  }
}
