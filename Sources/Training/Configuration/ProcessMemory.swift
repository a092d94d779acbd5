import Glibc

/// The memory that this process holds.
package enum ProcessMemory {
  /// What it holds now, in bytes; 0 where the system does not say.
  package static var residentBytes: Int { bytes("VmRSS:") ?? 0 }

  /// The most that it held at once, in bytes.
  ///
  /// `getrusage` would count the program that started this one too: its figure survives `exec`.
  package static var peakBytes: Int {
    if let bytes = bytes("VmHWM:") { return bytes }
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss * 1024
  }

  /// A line of `/proc/self/status`, which counts in KiB.
  private static func bytes(_ name: String) -> Int? {
    guard let file = fopen("/proc/self/status", "r") else { return nil }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while fgets(&line, Int32(line.count), file) != nil {
      let text = String(
        decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      guard text.hasPrefix(name) else { continue }
      return text.split(whereSeparator: \.isWhitespace).dropFirst().first
        .flatMap { Int($0) }.map { $0 * 1024 }
    }
    return nil
  }
}
