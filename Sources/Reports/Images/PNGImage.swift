import CZlib

/// Pictures of bytes as PNG (ISO/IEC 15948): grey or in colours, eight bits a sample.
package struct PNGImage {
  package enum Failure: Error {
    /// zlib did not compress.
    case compression
  }

  package let width: Int
  package let height: Int
  /// 1 for grey, 3 for red, green and blue.
  package let channels: Int
  /// Shape `height × width × channels`.
  package let samples: [UInt8]

  package init(width: Int, height: Int, channels: Int, samples: [UInt8]) {
    self.width = width
    self.height = height
    self.channels = channels
    self.samples = samples
  }

  /// The file.
  package func bytes() throws(Failure) -> [UInt8] {
    precondition(samples.count == width * height * channels && (channels == 1 || channels == 3))
    var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    // Depth, colours, and the only methods of compression, filtering and no interlacing.
    let header =
      Self.number(width) + Self.number(height) + [8, channels == 1 ? 0 : 2, 0, 0, 0]
    file += Self.chunk("IHDR", header)
    file += Self.chunk("IDAT", try compressedRows())
    return file + Self.chunk("IEND", [])
  }

  /// A row begins with the number of its filter, 0 for none.
  private func compressedRows() throws(Failure) -> [UInt8] {
    let row = width * channels
    var plain: [UInt8] = []
    plain.reserveCapacity(height * (row + 1))
    for index in 0..<height {
      plain.append(0)
      plain += samples[index * row..<(index + 1) * row]
    }
    var count = compressBound(uLong(plain.count))
    var compressed = [UInt8](repeating: 0, count: Int(count))
    guard compress2(&compressed, &count, plain, uLong(plain.count), 9) == Z_OK else {
      throw .compression
    }
    return Array(compressed.prefix(Int(count)))
  }

  private static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
    let body = Array(type.utf8) + data
    return number(data.count) + body + number(Int(crc32(0, body, uInt(body.count))))
  }

  /// Four bytes, the highest first.
  private static func number(_ value: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }

  /// The picture as an address that holds it (RFC 2397).
  func address() throws(Failure) -> String {
    "data:image/png;base64," + Base64.text(try bytes())
  }
}

/// Bytes as text (RFC 4648).
package enum Base64 {
  private static let digits = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  package static func text(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    var index = 0
    while index < bytes.count {
      let group = bytes[index..<min(index + 3, bytes.count)]
      let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
      for digit in 0..<4 {
        text.append(
          digit <= group.count ? digits[bits >> (18 - 6 * digit) & 63] : UInt8(ascii: "="))
      }
      index += 3
    }
    return String(decoding: text, as: UTF8.self)
  }
}
