import Glibc

/// What the environment says of the characters that a terminal shows.
enum TerminalCharset {
  /// Whether they are those of UTF-8: the first variable that is set decides (POSIX, Environment Variables,
  /// section 8.2).
  static func isUTF8(_ variable: (String) -> String?) -> Bool {
    let name = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(variable).first { !$0.isEmpty }
    let encoding = name?.lowercased().filter { $0 != "-" }
    return encoding?.contains("utf8") ?? false
  }

  static var isUTF8: Bool {
    isUTF8 { name in getenv(name).map { String(cString: $0) } }
  }
}
