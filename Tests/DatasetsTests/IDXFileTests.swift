import Configuration
import Datasets
import TestSupport
import Testing

struct IDXFileTests {
  private func file(_ bytes: [UInt8]) throws -> IDXFile {
    try IDXFile(FileBytes(name: "a.idx", copying: bytes))
  }

  @Test func keepsUnsignedBytes() throws {
    let bytes = IDXSamples.file(type: 0x08, dimensions: [2, 2], data: [0, 1, 254, 255])
    for stored in [bytes, GzipWriter.member(bytes)] {
      let file = try file(stored)
      #expect(file.withUnsignedBytes { Array($0) } == [0, 1, 254, 255])
      #expect(try file.floats() == [0, 1, 254, 255])
      #expect(file.integers() == [0, 1, 254, 255])
    }
  }

  @Test func readsSignedIntegers() throws {
    let bytes = try file(IDXSamples.file(type: 0x09, dimensions: [2], data: [0x80, 0x7F]))
    #expect(bytes.integers() == [-128, 127])
    #expect(try bytes.floats() == [-128, 127])
    #expect(bytes.withUnsignedBytes { $0.count } == nil)
    let words = [Int16.min, -2, .max].flatMap(IDXSamples.bigEndian)
    let shorts = try file(IDXSamples.file(type: 0x0B, dimensions: [3], data: words))
    #expect(shorts.integers() == [-32768, -2, 32767])
    #expect(try shorts.floats() == [-32768, -2, 32767])
    let longs = [Int32.min, -2, .max].flatMap(IDXSamples.bigEndian)
    let integers = try file(IDXSamples.file(type: 0x0C, dimensions: [3], data: longs))
    #expect(integers.integers() == [.min, -2, .max])
    #expect(try integers.floats() == [Float(Int32.min), -2, Float(Int32.max)])
  }

  @Test func readsFloats() throws {
    let singles = [Float(1.5), -0.25].flatMap { IDXSamples.bigEndian($0.bitPattern) }
    let single = try file(IDXSamples.file(type: 0x0D, dimensions: [2], data: singles))
    #expect(try single.floats() == [1.5, -0.25])
    #expect(single.integers() == nil)
    let doubles = [1.5, -0.1].flatMap { IDXSamples.bigEndian($0.bitPattern) }
    let double = try file(IDXSamples.file(type: 0x0E, dimensions: [2], data: doubles))
    #expect(try double.floats() == [1.5, -0.1])
    #expect(double.integers() == nil)
  }

  @Test func namesElementThatIsNotFinite() throws {
    let singles = [Float(1), .nan].flatMap { IDXSamples.bigEndian($0.bitPattern) }
    let single = try file(IDXSamples.file(type: 0x0D, dimensions: [2], data: singles))
    let found = diagnostics { _ = try single.floats() }
    #expect(found.map(\.code) == ["not-finite"])
    #expect(found.first?.message.contains("nan in example 2") == true)
    let double = try file(
      IDXSamples.file(
        type: 0x0E, dimensions: [1], data: IDXSamples.bigEndian((1e300).bitPattern)))
    #expect(diagnostics { _ = try double.floats() }.map(\.code) == ["not-finite"])
  }

  /// A place of an image is told as people count, from 1.
  @Test(
    arguments: [
      ([2, 3, 2], 9, "example 2, row 2, column 2"),
      ([3, 2, 1, 2], 5, "example 2, row 1, column 1, channel 2"),
      (
        [2, 1, 2, 1, 2], 3,
        "example 1, dimension 1: 1, dimension 2: 2, dimension 3: 1, dimension 4: 2"
      ),
    ] as [([UInt32], Int, String)])
  func namesThePlaceOfWhatIsNotFinite(dimensions: [UInt32], index: Int, place: String) throws {
    let count = Int(dimensions.reduce(1, *))
    let singles = (0..<count).flatMap {
      IDXSamples.bigEndian(($0 == index ? Float.infinity : 1).bitPattern)
    }
    let single = try file(IDXSamples.file(type: 0x0D, dimensions: dimensions, data: singles))
    let found = try #require(diagnostics { _ = try single.floats() }.first)
    #expect(found.message.hasSuffix("in \(place)"), "\(found.message)")
    #expect(found.message.contains("beyond 3.4e38"))
    #expect(found.help != nil)
  }

  @Test func namesWrongLength() {
    let whole = IDXSamples.file(
      type: 8, dimensions: [10, 100], data: [UInt8](repeating: 3, count: 1000))
    let short = Array(whole.dropLast(12))
    let long = whole + [1, 2]
    let truncated = "'a.idx' holds 1000 bytes, its header promises 1012"
    for stored in [short, GzipWriter.member(short)] {
      let found = diagnostics { _ = try file(stored) }
      #expect(found.map(\.code) == ["idx-truncated"])
      #expect(found.first?.message == truncated)
    }
    for stored in [long, GzipWriter.member(long)] {
      #expect(diagnostics { _ = try file(stored) }.map(\.code) == ["idx-trailing-bytes"])
    }
  }

  @Test func doesNotTrustThePromiseOfTheHeader() {
    let promise = IDXSamples.file(type: 8, dimensions: [1 << 31, 1 << 30], data: [1, 2, 3])
    for stored in [promise, GzipWriter.member(promise)] {
      #expect(diagnostics { _ = try file(stored) }.map(\.code) == ["idx-truncated"])
    }
  }

  @Test func namesDamagedGzip() {
    let bytes = IDXSamples.file(type: 8, dimensions: [4], data: [1, 2, 3, 4])
    var corrupt = GzipWriter.member(bytes)
    corrupt[corrupt.count - 8] ^= 1
    #expect(diagnostics { _ = try file(corrupt) }.map(\.code) == ["gzip-corrupt"])
    let truncated = Array(GzipWriter.member(bytes).dropLast(3))
    #expect(diagnostics { _ = try file(truncated) }.map(\.code) == ["gzip-truncated"])
  }
}
