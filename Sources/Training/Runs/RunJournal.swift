import Configuration
import Datasets
import Glibc

/// The file in which a run notes its epochs and its end, read from behind and only as far as needed: a listing
/// of thousands of runs looks at a few lines of each.
package struct RunJournal: Sendable {
  package let summary: RunSummary
  /// What is wrong with the file, where the rest can be told all the same.
  package let warnings: [Diagnostic]
  /// When it was last written to, in seconds since 1970.
  package let modified: Int

  package static let fileName = "metrics.jsonl"

  /// Lines longer than this are no events.
  private static let longestRead = 64 << 20

  /// Reads the journal of a run's folder.
  ///
  /// - Throws: `Failure` if there is none, or it cannot be read.
  package init(folder: String) throws {
    let path = folder + "/" + Self.fileName
    let tail = try FileTail(path: path)
    modified = tail.modified
    // The events of a cross-validation are those of its folds, one behind the other.
    if let summary = try RunSummary(crossValidation: folder) {
      (self.summary, warnings) = (summary, [])
      return
    }
    var reader = EventReader(path: path)
    var chunk = 4096
    repeat {
      try reader.read(tail.last(chunk), isWhole: chunk >= tail.count)
      chunk *= 4
    } while !reader.isDone && chunk / 4 < tail.count && chunk <= Self.longestRead
    summary = reader.summary
    warnings = reader.warnings
  }
}

/// Takes events from the last line of a file to the first, until it knows what the run has come to.
private struct EventReader {
  private let path: String
  private(set) var warnings: [Diagnostic] = []
  private var end: JSONValue?
  private var lastEpoch: JSONValue?
  private var bestEpoch: JSONValue?
  private var hasReadAll = false

  init(path: String) { self.path = path }

  var isDone: Bool {
    hasReadAll || lastEpoch != nil && (end != nil || bestEpoch != nil)
  }

  var summary: RunSummary {
    var summary = RunSummary(end ?? lastEpoch ?? .object([]))
    summary.epochs = lastEpoch?["epoch"]?.integer ?? 0
    if end == nil, let bestEpoch {
      // The model on disk is that of the best epoch.
      summary.bestEpoch = bestEpoch["epoch"]?.integer
      summary.figures = RunSummary.figures(of: bestEpoch)
    }
    return summary
  }

  /// Reads a longer end of the file than before, anew.
  ///
  /// - Parameter isWhole: whether these are all bytes of the file.
  mutating func read(_ bytes: [UInt8], isWhole: Bool) throws {
    self = EventReader(path: path)
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    // Of the first line, only a part may be there.
    if !isWhole { lines.removeFirst() }
    let isTorn = lines.last?.isEmpty == false
    for (number, line) in lines.reversed().enumerated() where !line.isEmpty {
      take(line, isTorn: number == 0 && isTorn)
      if isDone { return }
    }
    hasReadAll = isWhole
  }

  private mutating func take(_ line: ArraySlice<UInt8>, isTorn: Bool) {
    let parsed = JSONParser.parse(SourceText(name: path, bytes: Array(line)), category: .data)
    guard parsed.diagnostics.isEmpty, let event = parsed.value["event"]?.string else {
      return warn(
        isTorn ? "the last line of '\(path)' is torn off" : "a line of '\(path)' is no event")
    }
    switch event {
    // What a run that goes on after its end adds counts, and not the end.
    case "end" where end == nil && lastEpoch == nil: end = parsed.value
    case "epoch":
      if lastEpoch == nil { lastEpoch = parsed.value }
      if bestEpoch == nil, parsed.value["best"]?.boolean == true { bestEpoch = parsed.value }
    default: break
    }
  }

  private mutating func warn(_ message: String) {
    // One finding says that the file is damaged.
    guard warnings.isEmpty else { return }
    warnings.append(Diagnostic(.warning, .data, code: "damaged-metrics", message))
  }
}

/// The end of a file.
private final class FileTail {
  let count: Int
  let modified: Int
  private let descriptor: Int32
  private let path: String

  init(path: String) throws {
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.failure("open", path) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw Failure(
        Diagnostic(.error, .unreadable, code: "no-file", "'\(path)' is no regular file"))
    }
    count = Int(status.st_size)
    modified = Int(status.st_mtim.tv_sec)
  }

  deinit { close(descriptor) }

  /// The last so many bytes, or all.
  func last(_ wanted: Int) throws -> [UInt8] {
    let length = min(wanted, count)
    var bytes = [UInt8](repeating: 0, count: length)
    var done = 0
    while done < length {
      let read = bytes.withUnsafeMutableBytes { buffer in
        pread(
          descriptor, buffer.baseAddress.map { $0 + done }, length - done, count - length + done)
      }
      if read < 0, errno == EINTR { continue }
      guard read >= 0 else { throw Self.failure("read", path) }
      // Someone made the file shorter.
      if read == 0 { break }
      done += read
    }
    return Array(bytes.prefix(done))
  }

  private static func failure(_ verb: String, _ path: String) -> Failure {
    let reason = errno
    return Failure(
      Diagnostic(
        .error, .unreadable, code: reason == ENOENT ? "file-not-found" : "cannot-\(verb)",
        "cannot \(verb) '\(path)': \(String(cString: strerror(reason)))"))
  }
}
