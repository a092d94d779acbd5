import Foundation
import TestSupport

/// A folder for the files of inputs, one behind the other; it goes when the process ends.
enum FuzzWorkspace {
  static var shared: Workspace { get throws { try made.get() } }

  private static let made = Result {
    let workspace = try Workspace()
    paths = workspace.path
    atexit { try? FileManager.default.removeItem(atPath: FuzzWorkspace.paths) }
    return workspace
  }

  nonisolated(unsafe) private static var paths = ""
}
