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

  /// Makes the folder unless it is there.
  func make() throws {
    guard mkdir(path, 0o755) != 0 else { return try OutputFile.synchronizeFolder(of: path) }
    if errno != EEXIST { throw OutputFile.failure(.writeFailed, "create", path) }
  }

  /// The iterations that have a checkpoint, the last ones first.
  var iterations: [Int] {
    names.compactMap { name in
      let iteration = Int(name.dropLast(Self.ending.count))
      // Files that somebody put there have names of their own.
      return iteration.flatMap { path(ofIteration: $0) == "\(path)/\(name)" ? $0 : nil }
    }.sorted(by: >)
  }

  /// Where a checkpoint that is no longer kept waits to be written over by the next one.
  var spare: String { "\(path)/spare\(OutputFile.temporaryEnding)" }

  /// Keeps the newest checkpoints; one of the others becomes the spare file.
  func keepNewest(_ count: Int) {
    for iteration in iterations.dropFirst(count) { rename(path(ofIteration: iteration), spare) }
  }

  /// Removes checkpoints behind an iteration, which a run that goes on there makes anew.
  func removeAll(after iteration: Int) {
    for later in iterations where later > iteration { unlink(path(ofIteration: later)) }
  }

  /// Removes what a process that was killed had not finished.
  func removeUnfinished() {
    for name in names where name.hasSuffix(OutputFile.temporaryEnding) { unlink("\(path)/\(name)") }
  }

  private var names: [String] { FolderListing.names(in: path) }
}

/// The names of the files in a folder; none if it cannot be read.
package enum FolderListing {
  package static func names(in path: String) -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      names.append(
        withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        })
    }
    return names
  }
}
