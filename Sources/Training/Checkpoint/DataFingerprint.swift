import Configuration
import Datasets
import Glibc

/// What is remembered of the files of a run, to notice whether they are still those that it began with: their
/// sizes, and a checksum of blocks spread over each.
struct DataFingerprint: Equatable {
  struct File: Equatable {
    /// As the configuration in the folder of the run names it.
    let path: String
    let bytes: Int
    /// CRC-32 of the blocks.
    let sample: UInt32
  }

  private static let blocks = 64
  private static let blockBytes = 4096

  let files: [File]

  /// Looks at files; what is no regular file, as a pipe, cannot be looked at twice and is left out.
  ///
  /// - Parameter files: each by the name that it is remembered by and the path where it is.
  /// - Throws: `Failure` if one cannot be read.
  init(_ files: [(name: String, path: String)]) throws {
    self.files = try files.compactMap { file in
      var status = stat()
      if stat(file.path, &status) == 0, status.st_mode & S_IFMT != S_IFREG { return nil }
      let (bytes, sum) = try FileSample.checksum(
        of: file.path, blocks: Self.blocks, blockBytes: Self.blockBytes)
      return File(path: file.name, bytes: bytes, sample: sum)
    }
  }

  init?(_ json: JSONValue?) {
    guard let items = json?.items else { return nil }
    var files: [File] = []
    for item in items {
      guard let path = item["path"]?.string, let bytes = item["bytes"]?.integer,
        let sample = item["sample"]?.integer.flatMap({ UInt32(exactly: $0) })
      else { return nil }
      files.append(File(path: path, bytes: bytes, sample: sample))
    }
    self.files = files
  }

  var json: JSONValue {
    .array(
      files.map {
        .object([
          "path": .string($0.path), "bytes": .integer($0.bytes), "sample": .integer(Int($0.sample)),
        ])
      })
  }

  /// What is no longer as it was, file by file.
  ///
  /// - Parameters:
  ///   - now: the same files, looked at again.
  ///   - moved: what files are called now that had another name before.
  ///   - folder: that of the run or the configuration, at which their paths start.
  ///   - owner: what began with the files: `run` or `study`.
  ///   - advice: what else can be done than to bring a file back.
  func changes(
    to now: DataFingerprint, moved: [MovedFile] = [], in folder: String, since owner: String,
    advice: String
  ) -> [Diagnostic] {
    files.flatMap { before -> [Diagnostic] in
      // One file may be several parts, of which some have it under its old name.
      let names = [before.path] + moved.filter { $0.old == before.path }.map(\.new)
      return names.compactMap { name -> Diagnostic? in
        guard let after = now.files.first(where: { $0.path == name }),
          let change = Self.change(from: before, to: after)
        else { return nil }
        return name == before.path
          ? Self.finding(
            name, in: folder, "has changed since the \(owner) began: \(change)",
            help: "bring the file back, or \(advice)")
          : Self.finding(
            name, in: folder, "is not what the \(owner) began with: \(change)",
            help: "name the file that the \(owner) began with, or \(advice)")
      }
    }
  }

  /// In which way the contents differ; `nil` if they do not.
  private static func change(from before: File, to after: File) -> String? {
    guard after.bytes != before.bytes || after.sample != before.sample else { return nil }
    return after.bytes == before.bytes
      ? "other bytes among its \(Spelling.grouped(after.bytes))"
      : "\(Spelling.count(before.bytes, "byte")) then, \(Spelling.grouped(after.bytes)) now"
  }

  private static func finding(
    _ path: String, in folder: String, _ message: String, help: String
  ) -> Diagnostic {
    Diagnostic(
      .error, .data, code: "data-changed",
      "'\(PathArithmetic.shown(DataContext.resolve(path, in: folder)))' \(message)", help: help)
  }
}
