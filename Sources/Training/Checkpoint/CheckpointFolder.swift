import Configuration
import Glibc

/// The checkpoints of a run, each named by its iteration.
struct CheckpointFolder: Sendable {
  let path: String

  private static let ending = ".safetensors"
  private static let digits = 12

  func path(ofIteration iteration: Int) -> String {
    let digits = String(iteration)
    let zeros = String(repeating: "0", count: max(0, Self.digits - digits.count))
    return "\(path)/\(zeros)\(digits)\(Self.ending)"
  }

  var exists: Bool { access(path, F_OK) == 0 }

  /// Makes the folder unless it is there, and opens it.
  func make() throws -> OpenFolder {
    if mkdir(path, 0o755) == 0 {
      try OutputFile.synchronizeFolder(of: path)
    } else if errno != EEXIST {
      throw OutputFile.failure(.writeFailed, "create", path)
    }
    return try OpenFolder(path)
  }

  /// The iterations that have a checkpoint, the last ones first.
  ///
  /// - Throws: `Failure` if the folder is there and cannot be read: a run whose checkpoints are not seen would begin
  ///   again and lose them.
  func iterations() throws -> [Int] {
    try FolderListing.read(path).compactMap { name in
      let iteration = Int(name.dropLast(Self.ending.count))
      // Files that somebody put there have names of their own.
      return iteration.flatMap { path(ofIteration: $0) == "\(path)/\(name)" ? $0 : nil }
    }.sorted(by: >)
  }

  /// The name of a checkpoint while it is written, and of one that is no longer kept until the next one is written over it.
  var spare: String { "\(path)/spare\(OutputFile.temporaryEnding)" }

  /// Removes checkpoints behind an iteration, which a run that goes on there makes anew.
  func removeAll(after iteration: Int) throws {
    for later in try iterations() where later > iteration { unlink(path(ofIteration: later)) }
  }

  /// Removes what a process that was killed had not finished.
  func removeUnfinished() {
    for name in FolderListing.names(in: path) where name.hasSuffix(OutputFile.temporaryEnding) {
      unlink("\(path)/\(name)")
    }
  }
}

/// The names of the files in a folder.
package enum FolderListing {
  /// None if the folder is not there.
  ///
  /// - Throws: `Failure` if it cannot be read.
  static func read(_ path: String) throws -> [String] {
    guard let folder = opendir(path) else {
      if errno == ENOENT { return [] }
      throw unreadable(path)
    }
    defer { closedir(folder) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = readdir(folder) else {
        if errno != 0 { throw unreadable(path) }
        return names
      }
      names.append(
        withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        })
    }
  }

  /// None if the folder cannot be read.
  package static func names(in path: String) -> [String] { (try? read(path)) ?? [] }

  private static func unreadable(_ path: String) -> Failure {
    Failure(
      Diagnostic(
        .error, .unreadable, code: "cannot-read",
        "cannot read the folder '\(path)': \(String(cString: strerror(errno)))"))
  }
}
