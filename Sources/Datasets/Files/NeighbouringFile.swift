import Configuration
import Glibc

/// The file that a path was probably meant to name.
enum NeighbouringFile {
  /// In larger folders nobody looks for a misspelt name.
  private static let mostFiles = 10_000

  /// The path of the file whose name is nearest to that of one which does not exist, among those in its folder.
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
    // What follows the first dot says what a file is, and makes short names no more alike.
    let stem = name.prefix { $0 != "." }
    let ending = name.dropFirst(stem.count)
    // Shorter ones are all near each other.
    guard stem.count > 3 else { return nil }
    let stems = names.filter { $0.hasSuffix(ending) }.map { String($0.dropLast(ending.count)) }
    // The order of a folder is anything.
    return Spelling.nearest(to: String(stem), among: stems.sorted()).map {
      (slash.map { path[...$0] } ?? "") + $0 + ending
    }
  }
}
