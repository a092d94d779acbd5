import CZlib
import Reports
import Testing

@Suite struct PNGImageTests {
  private func number(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.reduce(0) { $0 << 8 | Int($1) }
  }

  /// The chunks of a file, with their sums checked.
  private func chunks(_ file: [UInt8]) -> [(type: String, data: [UInt8])] {
    var chunks: [(type: String, data: [UInt8])] = []
    var index = 8
    while index + 12 <= file.count {
      let length = number(file[index..<index + 4])
      let body = Array(file[index + 4..<index + 8 + length])
      let sum = number(file[index + 8 + length..<index + 12 + length])
      #expect(Int(crc32(0, body, uInt(body.count))) == sum)
      chunks.append((String(decoding: body.prefix(4), as: UTF8.self), Array(body.dropFirst(4))))
      index += 12 + length
    }
    #expect(index == file.count)
    return chunks
  }

  @Test(arguments: [1, 3])
  func samplesComeBack(channels: Int) throws {
    let samples = (0..<7 * 5 * channels).map { UInt8(truncatingIfNeeded: $0 * 37) }
    let file = try PNGImage(width: 7, height: 5, channels: channels, samples: samples).bytes()
    #expect(file.prefix(8) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    let chunks = chunks(file)
    #expect(chunks.map(\.type) == ["IHDR", "IDAT", "IEND"])
    #expect(chunks[0].data == [0, 0, 0, 7, 0, 0, 0, 5, 8, channels == 1 ? 0 : 2, 0, 0, 0])
    var plain = [UInt8](repeating: 0, count: 5 * (7 * channels + 1))
    var count = uLong(plain.count)
    #expect(uncompress(&plain, &count, chunks[1].data, uLong(chunks[1].data.count)) == Z_OK)
    var rows: [UInt8] = []
    for row in 0..<5 {
      rows.append(0)
      rows += samples[row * 7 * channels..<(row + 1) * 7 * channels]
    }
    #expect(plain == rows)
  }

  @Test(arguments: [
    // The vectors of RFC 4648.
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
    ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
  ])
  func bytesAsText(_ text: String, _ encoded: String) {
    #expect(Base64.text(Array(text.utf8)) == encoded)
  }
}
