import Configuration
import Datasets

/// Recognizes what a file holds by its first bytes; its name decides only what those leave open.
struct DataProbe {
  enum Kind {
    case table(FileBytes, TableLayout)
    case arrays
    case text(FileBytes)
  }

  let kind: Kind

  /// - Throws: `Failure` if the file cannot be read, is empty, or is of no kind that can be learned from.
  init(_ request: ProposalRequest) throws {
    let path = request.data
    guard path != "-" else {
      throw Failure(
        Diagnostic(
          .error, .usage, code: "standard-input",
          "a configuration names its data, so the data must be in a file",
          help: "write standard input to a file first"))
    }
    if let finding = Self.findingAboutFolder(path) { throw Failure(finding) }
    let stored = try FileBytes(path: path, compression: .keep)
    guard !stored.bytes.isEmpty else {
      throw Failure(Diagnostic(.error, .data, code: "empty-file", "'\(path)' is empty"))
    }
    let isIDX = (try? IDXHeader(path: path)) != nil
    if request.format == .idx || request.labels != nil || isIDX && request.format == nil {
      kind = .arrays
      return
    }
    let contents = try FileBytes(path: path)
    try Self.checkIsText(contents, isSaid: request.format == .text)
    switch request.format {
    case .text: kind = .text(contents)
    case .csv, .idx: kind = .table(contents, try TableLayout(contents, mustBe: true))
    case nil:
      let isNamedTable = Self.tableEndings.contains(Self.ending(of: path))
      let isAskedForTable = request.target != nil || request.time != nil || request.isSeries == true
      if isNamedTable || isAskedForTable {
        kind = .table(contents, try TableLayout(contents, mustBe: true))
      } else if let layout = try? TableLayout(contents, mustBe: false) {
        kind = .table(contents, layout)
      } else {
        kind = .text(contents)
      }
    }
  }

  private static let tableEndings = ["csv", "tsv", "tab"]

  /// The ending of a file's name in small letters, without that of gzip.
  private static func ending(of path: String) -> String {
    let parts = path.lowercased().split(separator: "/").last?.split(separator: ".") ?? []
    return String((parts.last == "gz" ? parts.dropLast() : parts[...]).last ?? "")
  }

  // MARK: - Other kinds of files

  private static let helpForImages =
    "images are read from IDX files; the section IDX of Documentation/Data.md writes one of a folder of images"

  /// What to say of a folder of images, or of folders of them; `nil` of anything else.
  private static func findingAboutFolder(_ path: String) -> Diagnostic? {
    func names(_ folder: String) -> ArraySlice<String> {
      FolderListing.names(in: folder).filter { !$0.hasPrefix(".") }.prefix(100)
    }
    let files = names(path).flatMap { [$0] + names("\(path)/\($0)") }
    let images = files.count { imageEndings.contains(ending(of: $0)) }
    guard images * 2 > files.count else { return nil }
    return Diagnostic(
      .error, .unreadable, code: "is-a-folder", "'\(path)' is a folder of images",
      help: helpForImages)
  }

  private static let imageEndings = ["png", "jpg", "jpeg", "gif", "bmp", "webp"]

  /// How files of other programs start, with what to do about them.
  private static let others: [(magic: [UInt8], kind: String, help: String)] = [
    (
      Array("PK\u{3}\u{4}".utf8), "a ZIP archive, as .xlsx files are",
      "save the sheet as CSV, or unzip"
    ),
    ([0xD0, 0xCF, 0x11, 0xE0], "an old Excel file", "save the sheet as CSV"),
    (Array("PAR1".utf8), "a Parquet file", "export it as CSV"),
    ([0x93] + Array("NUMPY".utf8), "a NumPy array", "export it as CSV or IDX"),
    (
      Array("SQLite format 3".utf8), "an SQLite database",
      "export a table with: sqlite3 -csv -header"
    ),
    ([0x89] + Array("HDF".utf8), "an HDF5 file", "export it as CSV or IDX"),
    ([0x89] + Array("PNG".utf8), "a PNG image", helpForImages),
    ([0xFF, 0xD8, 0xFF], "a JPEG image", helpForImages),
    (Array("%PDF".utf8), "a PDF document", "extract its text first"),
    (Array("BZh".utf8), "a bzip2 file", "decompress it first"),
    ([0xFD] + Array("7zXZ".utf8), "an xz file", "decompress it first"),
    ([0x28, 0xB5, 0x2F, 0xFD], "a Zstandard file", "decompress it first"),
  ]

  /// - Parameter isSaid: whether the user calls it a text, whatever it is made of.
  private static func checkIsText(_ contents: FileBytes, isSaid: Bool) throws(Failure) {
    let finding: Diagnostic? = contents.withBytes { bytes in
      let start = bytes.prefix(1 << 16)
      guard !start.isEmpty else {
        return Diagnostic(.error, .data, code: "empty-file", "'\(contents.name)' is empty")
      }
      if let other = others.first(where: { start.starts(with: $0.magic) }) {
        return Diagnostic(
          .error, .data, code: "unknown-format", "'\(contents.name)' is \(other.kind)",
          help: other.help)
      }
      let dense = start.lazy.filter { !($0 <= 0x20) }.prefix(2)
      let isJSON = ["[{", "{\""].contains { dense.elementsEqual($0.utf8) }
      if isJSON, !isSaid {
        return Diagnostic(
          .error, .data, code: "unknown-format", "'\(contents.name)' holds JSON",
          help: "write its records as CSV; --format text learns its characters")
      }
      if start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF]) {
        return Diagnostic(
          .error, .data, code: "utf-16", "'\(contents.name)' is a text in UTF-16",
          help: "convert it to UTF-8, as with: iconv -f UTF-16 -t UTF-8")
      }
      // Texts hold tabs, line breaks and form feeds, and hardly another control character.
      let controls = start.count { $0 < 0x20 && !(9...13).contains($0) }
      guard start.contains(0) || controls * 20 > start.count else { return nil }
      return Diagnostic(
        .error, .data, code: "unknown-format",
        "'\(contents.name)' is neither a text nor an IDX file",
        help: "data is CSV, IDX (the format of MNIST) or text in UTF-8, plain or in gzip")
    }
    if let finding { throw Failure(finding) }
  }
}
