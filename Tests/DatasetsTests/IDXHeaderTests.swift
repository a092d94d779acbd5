import Configuration
import Datasets
import TestSupport
import Testing

struct IDXHeaderTests {
  private func header(_ bytes: [UInt8]) throws -> IDXHeader {
    try bytes.withUnsafeBytes { try IDXHeader(of: $0, file: "a.idx") }
  }

  @Test(arguments: IDXElementType.allCases)
  func readsEveryType(_ type: IDXElementType) throws {
    let header = try header(
      IDXSamples.file(type: type.rawValue, dimensions: [60_000, 28, 28], data: []))
    #expect(header.elementType == type)
    #expect(header.dimensions == [60_000, 28, 28])
    #expect(header.elementCount == 47_040_000)
    #expect(header.fileSize == 16 + 47_040_000 * type.size)
  }

  @Test func doesNotReadTheData() throws {
    let folder = try TemporaryFolder()
    let start = IDXSamples.file(type: 8, dimensions: [1000, 1000], data: [1, 2, 3])
    var member = GzipWriter.member(start + [UInt8](repeating: 7, count: 100_000))
    member.removeLast(20)
    let plain = try IDXHeader(path: folder.write("plain", start))
    let inflated = try IDXHeader(path: folder.write("inside.gz", member))
    #expect(plain.dimensions == [1000, 1000])
    #expect(inflated == plain)
  }

  struct Fault: Sendable {
    let bytes: [UInt8]
    let code: String
    let words: String
  }

  @Test(arguments: [
    Fault(bytes: [], code: "empty-file", words: "is empty"),
    Fault(
      bytes: Array("a,b\n1,2\n".utf8), code: "not-idx", words: "61 2C 62 0A; it looks like a text"),
    Fault(bytes: [0x89, 0x50, 0x4E, 0x47, 0x0D], code: "not-idx", words: "a PNG image"),
    Fault(bytes: [0x1F, 0x8B, 0x08, 0x00], code: "not-idx", words: "a gzip file inside"),
    Fault(bytes: Array("<html>".utf8), code: "not-idx", words: "looks like a web page"),
    Fault(bytes: [7, 0xC3, 1], code: "not-idx", words: "starts with the bytes 07 C3 01"),
    Fault(bytes: [0, 0, 0x0A, 1], code: "not-idx", words: "00 00 0A 01"),
    Fault(bytes: [0, 0], code: "not-idx", words: "00 00"),
    Fault(bytes: [0, 0, 8, 0], code: "idx-dimensions", words: "0 dimensions"),
    Fault(bytes: [0, 0, 8, 9], code: "idx-dimensions", words: "1 through 8"),
    Fault(bytes: [0, 0, 8, 1, 0, 0], code: "idx-truncated", words: "within its header, after 6"),
    Fault(
      bytes: IDXSamples.file(type: 8, dimensions: [2, 0], data: []), code: "idx-zero-dimension",
      words: "dimension 2 is 0"),
    Fault(
      bytes: IDXSamples.file(type: 8, dimensions: [.max, .max, 2], data: []),
      code: "idx-too-large", words: "4294967295 x 4294967295 x 2"),
    Fault(
      bytes: IDXSamples.file(type: 0x0E, dimensions: [1 << 31, 1 << 30], data: []),
      code: "idx-too-large", words: "more than memory"),
  ])
  func rejects(_ fault: Fault) {
    let found = diagnostics { _ = try header(fault.bytes) }
    #expect(found.map(\.code) == [fault.code])
    #expect(found.first?.category == .data)
    #expect(found.first?.message.contains(fault.words) == true, "\(found)")
  }

  @Test func namesMissingFile() {
    #expect(diagnostics { _ = try IDXHeader(path: "/none") }.map(\.code) == ["file-not-found"])
  }
}
