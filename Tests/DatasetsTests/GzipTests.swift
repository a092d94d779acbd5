import Configuration
import Datasets
import TestSupport
import Testing

struct GzipTests {
  private let text = (0..<5000).flatMap { Array("row \($0)\n".utf8) }

  private func inflate(_ bytes: [UInt8]) throws -> [UInt8] {
    try FileBytes(name: "a.gz", copying: bytes, compression: .inflate).withBytes { Array($0) }
  }

  @Test func inflatesOneMember() throws {
    #expect(try inflate(GzipWriter.member(text)) == text)
  }

  @Test func inflatesEmptyMember() throws {
    #expect(try inflate(GzipWriter.member([])).isEmpty)
  }

  @Test func inflatesSeveralMembers() throws {
    let members = GzipWriter.member(text) + GzipWriter.member([]) + GzipWriter.member([7])
    #expect(try inflate(members) == text + [7])
  }

  @Test func namesEveryTruncation() {
    let member = GzipWriter.member(Array("a few bytes, and a few more".utf8))
    for length in 2..<member.count {
      let found = diagnostics { _ = try inflate(Array(member.prefix(length))) }
      #expect(found.map(\.code) == ["gzip-truncated"], "\(length) bytes")
      #expect(found.first?.category == .data)
    }
  }

  @Test func namesWrongChecksum() {
    var member = GzipWriter.member(text)
    member[member.count - 8] ^= 1
    let found = diagnostics { _ = try inflate(member) }
    #expect(found.map(\.code) == ["gzip-corrupt"])
    #expect(found.first?.message.contains("incorrect data check") == true)
  }

  @Test func namesTrailingBytes() {
    let member = GzipWriter.member(text)
    let found = diagnostics { _ = try inflate(member + Array("more".utf8)) }
    #expect(found.map(\.code) == ["gzip-trailing-bytes"])
    #expect(found.first?.message.contains("from byte \(member.count) on") == true)
  }

  @Test func stopsInflatingWithoutEnd() {
    let bomb = GzipWriter.member([UInt8](repeating: 0, count: 100 << 20))
    #expect(Gzip.largestInflatedSize(compressedSize: bomb.count) < 100 << 20)
    let found = diagnostics { _ = try inflate(bomb) }
    #expect(found.map(\.code) == ["gzip-too-large"])
    #expect(found.first?.help?.contains("gunzip it by hand") == true)
  }
}
