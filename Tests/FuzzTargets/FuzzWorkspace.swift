import Foundation
import TestSupport

/// A folder for the files of inputs, one behind the other; it goes when the process ends.
enum FuzzWorkspace {
  static let shared: Workspace = {
    do {
      let workspace = try Workspace()
      paths = workspace.path
      atexit { try? FileManager.default.removeItem(atPath: FuzzWorkspace.paths) }
      return workspace
    } catch {
      fatalError("there is no folder for files: \(error)")
    }
  }()

  nonisolated(unsafe) private static var paths = ""
}
