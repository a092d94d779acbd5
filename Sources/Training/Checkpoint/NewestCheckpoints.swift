import Configuration
import Glibc

/// The checkpoints that a run keeps. The folder is read once, since reading it for each takes as long as writing a small one.
final class NewestCheckpoints: Sendable {
  private let folder: CheckpointFolder
  private let count: Int
  /// The last ones first; `nil` before the folder was read.
  private let iterations = Locked<[Int]?>(nil)

  /// - Parameter count: how many to keep.
  init(in folder: CheckpointFolder, count: Int) {
    self.folder = folder
    self.count = count
  }

  /// Takes notice of a new one; one that is no longer kept becomes the spare file.
  func add(_ iteration: Int) {
    iterations.withLock { iterations in
      guard let known = iterations ?? (try? folder.iterations()) else { return }
      let all = [iteration] + known.filter { $0 != iteration }
      for old in all.dropFirst(count) { rename(folder.path(ofIteration: old), folder.spare) }
      iterations = Array(all.prefix(count))
    }
  }
}
