import Configuration
import Datasets
import Glibc

/// How a file notices damage: the checksum of all its bytes, with zeros in the place of the digits, stands in
/// its metadata.
enum SafetensorsChecksum: CaseIterable {
  /// CRC-32 over all bytes, which other tools can compute: for models.
  case crc32
  /// `BlockChecksum` over the blocks of the header and then those of the data: for checkpoints.
  case fletcher

  static let key = "checksum"

  private var prefix: String {
    switch self {
    case .crc32: "crc32:"
    case .fletcher: "fletcher:"
    }
  }

  var digits: Int {
    switch self {
    case .crc32: 8
    case .fletcher: 16
    }
  }

  var emptyText: String { prefix + String(repeating: "0", count: digits) }

  /// Whether a text is a checksum of this kind.
  func matches(_ text: String) -> Bool {
    text.hasPrefix(prefix) && text.utf8.count == prefix.utf8.count + digits
  }

  /// Replaces the zeros in the beginning of a file.
  ///
  /// - Parameter start: as `SafetensorsHeader` writes it: quotes within a text are escaped, so that the member is
  ///   found nowhere else.
  func seal(_ start: inout [UInt8], with digits: String) {
    let member = Array("\"\(Self.key)\":\"\(emptyText)\"".utf8)
    start.withUnsafeMutableBytes { bytes in
      guard let first = bytes.baseAddress else { return }
      for index in 0...max(0, bytes.count - member.count)
      where memcmp(first + index, member, member.count) == 0 {
        let end = index + member.count - 1
        bytes[end - digits.utf8.count..<end].copyBytes(from: digits.utf8)
        return
      }
    }
  }

  /// What the file should say.
  ///
  /// - Parameter digits: where they stand in the file.
  func text(of bytes: UnsafeRawBufferPointer, digits: Range<Int>, dataStart: Int) -> String {
    let zeros = [UInt8](repeating: UInt8(ascii: "0"), count: digits.count)
    switch self {
    case .crc32:
      var sum = Checksum.crc32(UnsafeRawBufferPointer(rebasing: bytes[..<digits.lowerBound]))
      sum = zeros.withUnsafeBytes { Checksum.crc32($0, continuing: sum) }
      sum = Checksum.crc32(
        UnsafeRawBufferPointer(rebasing: bytes[digits.upperBound...]), continuing: sum)
      return prefix + Self.hexadecimal(sum)
    case .fletcher:
      var start = Array(bytes[..<dataStart])
      start.replaceSubrange(digits, with: zeros)
      var sum = BlockChecksum()
      start.withUnsafeBytes { sum.add($0) }
      sum.add(UnsafeRawBufferPointer(rebasing: bytes[dataStart...]))
      return prefix + sum.hexadecimal
    }
  }

  static func hexadecimal(_ sum: UInt32) -> String {
    let digits = String(sum, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}
