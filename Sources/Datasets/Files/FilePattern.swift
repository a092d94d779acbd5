import Configuration
import Glibc

/// Files by a name in which `*` stands for any characters, `?` for one, and `[a-c]` for one of some.
package enum FilePattern {
  package static func isPattern(_ path: String) -> Bool {
    path.utf8.contains { [UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "[")].contains($0) }
  }

  /// The files that a path means: itself if it is no pattern or there is a file of that very name, else those
  /// that fit, in the order of their names. Hidden files fit no pattern.
  ///
  /// - Parameter folder: where relative paths start; those that come out start there too.
  package static func files(_ path: String, in folder: String) -> [String] {
    let resolved = DataContext.resolve(path, in: folder)
    guard isPattern(path), access(resolved, F_OK) != 0 else { return [path] }
    var found = glob_t()
    defer { globfree(&found) }
    guard glob(escaped(String(resolved.dropLast(path.count))) + path, GLOB_NOSORT, nil, &found) == 0
    else { return [] }
    let prefix = resolved.utf8.count - path.utf8.count
    return (0..<Int(found.gl_pathc)).compactMap { index in
      found.gl_pathv[index].map {
        String(decoding: String(cString: $0).utf8.dropFirst(prefix), as: UTF8.self)
      }
    }.sorted()
  }

  /// A folder is named as it is, whatever it is called.
  private static func escaped(_ folder: String) -> String {
    folder.reduce(into: "") { text, character in
      if "*?[\\".contains(character) { text.append("\\") }
      text.append(character)
    }
  }
}
