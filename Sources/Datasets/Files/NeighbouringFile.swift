import Configuration
import Glibc

/// The file that a path was probably meant to name.
enum NeighbouringFile {
  /// In larger folders nobody looks for a misspelt name.
  private static let mostFiles = 10_000

  /// The name nearest to that of a file which does not exist, among those in its folder.
  static func nearest(to path: String) -> String? {
    let slash = path.lastIndex(of: "/")
    let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
    guard !name.isEmpty, let stream = opendir(slash.map { String(path[...$0]) } ?? ".") else {
      return nil
    }
    defer { closedir(stream) }
    var names: [String] = []
    while names.count < mostFiles, let entry = readdir(stream) {
      guard Int32(entry.pointee.d_type) != Int32(DT_DIR) else { continue }
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    // The order of a folder is anything.
    return Spelling.nearest(to: name, among: names.sorted())
  }
}
