import Configuration

/// Words what is wrong with IDX files.
enum IDXReport {
  static func notIDX(_ bytes: UnsafeRawBufferPointer, file: String) -> Failure {
    let first = bytes.prefix(4).map(hexadecimal).joined(separator: " ")
    let looks = likeness(of: bytes).map { "; it looks like \($0)" } ?? ""
    return error(
      "not-idx", "\(Spelling.file(file)) is no IDX file: it starts with the bytes \(first)\(looks)",
      help: "an IDX file starts with 00 00, the type of its elements (08, 09, 0B, 0C, 0D or 0E) "
        + "and the number of its dimensions")
  }

  static func dimensionCount(_ count: Int, file: String) -> Failure {
    error(
      "idx-dimensions",
      "\(Spelling.file(file)) has \(count) dimensions; there may be 1 through \(IDXHeader.maximumDimensions)"
    )
  }

  static func shortHeader(_ count: Int, file: String) -> Failure {
    error(
      "idx-truncated",
      "\(Spelling.file(file)) ends within its header, after \(Spelling.count(count, "byte"))")
  }

  static func zeroDimension(_ index: Int, file: String) -> Failure {
    error("idx-zero-dimension", "\(Spelling.file(file)) is empty: its dimension \(index + 1) is 0")
  }

  static func tooLarge(_ dimensions: [Int], file: String) -> Failure {
    let product = dimensions.map(String.init).joined(separator: " x ")
    return error(
      "idx-too-large", "\(Spelling.file(file)) promises more than memory can hold: \(product)")
  }

  static func truncated(_ count: Int, of header: IDXHeader, file: String) -> Failure {
    error(
      "idx-truncated",
      "\(Spelling.file(file)) holds \(count) bytes, its header promises \(header.fileSize)",
      help: "copy or download it again")
  }

  /// - Parameter count: how many bytes the file holds, or nil if the rest was not looked at.
  static func trailingBytes(_ count: Int?, of header: IDXHeader, file: String) -> Failure {
    let promised = header.fileSize
    let message =
      count.map { "holds \($0) bytes, its header promises \(promised)" }
      ?? "holds more than the \(promised) bytes that its header promises"
    return error(
      "idx-trailing-bytes", "\(Spelling.file(file)) \(message)", help: "copy or download it again")
  }

  /// - Parameter index: of the element among all, from 0.
  static func notFinite(
    _ value: Float, index: Int, of header: IDXHeader, file: String
  ) -> Failure {
    let what = value.isNaN ? "nan" : "a number beyond 3.4e38, which single precision does not hold,"
    return error(
      "not-finite",
      "\(Spelling.file(file)) holds \(what) in \(place(of: index, in: header.dimensions))",
      help: "write a number in its place, or leave the example out of the files")
  }

  /// `example 3, row 2, column 1`, all from 1.
  private static func place(of index: Int, in dimensions: [Int]) -> String {
    var rest = index
    let indices = dimensions.reversed().map { extent in
      defer { rest /= extent }
      return rest % extent + 1
    }.reversed()
    let names: [String] =
      switch dimensions.count {
      case 1: ["example"]
      case 2: ["example", "number"]
      case 3: ["example", "row", "column"]
      case 4: ["example", "row", "column", "channel"]
      default: ["example"] + (1..<dimensions.count).map { "dimension \($0):" }
      }
    return zip(names, indices).map { "\($0) \(Spelling.grouped($1))" }.joined(separator: ", ")
  }

  private static func error(_ code: String, _ message: String, help: String? = nil) -> Failure {
    Failure(Diagnostic(.error, .data, code: code, message, help: help))
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return digits.count == 1 ? "0" + digits : digits
  }

  private static let signatures: [(bytes: [UInt8], name: String)] = [
    ([0x1F, 0x8B], "a gzip file inside a gzip file"),
    ([0x89, 0x50, 0x4E, 0x47], "a PNG image"),
    ([0xFF, 0xD8, 0xFF], "a JPEG image"),
    ([0x50, 0x4B, 0x03, 0x04], "a zip archive"),
    ([0xFD, 0x37, 0x7A, 0x58], "an xz file"),
    ([0x28, 0xB5, 0x2F, 0xFD], "a zstd file"),
    ([0x93, 0x4E, 0x55, 0x4D], "a NumPy array"),
    ([0x89, 0x48, 0x44, 0x46], "an HDF5 file"),
  ]

  private static func likeness(of bytes: UnsafeRawBufferPointer) -> String? {
    if let known = signatures.first(where: { bytes.starts(with: $0.bytes) }) { return known.name }
    let isText = bytes.prefix(256).allSatisfy { byte in
      0x20...0x7E ~= byte || byte == ASCII.tab || byte == ASCII.lineFeed
        || byte == ASCII.carriageReturn
    }
    guard isText else { return nil }
    return bytes.first == UInt8(ascii: "<") ? "a web page" : "a text, perhaps CSV"
  }
}
