import Configuration
import Datasets

/// The safetensors format: 8 bytes of header length (little-endian), a JSON header, and the data.
///
/// Source: the format description of the safetensors project (huggingface/safetensors, README).
package struct Safetensors: Sendable {
  package struct Tensor: Sendable {
    package let name: String
    package let shape: [Int]
    /// Where the values lie in the file, as little-endian 32-bit floating-point numbers.
    package let range: Range<Int>
  }

  package let file: FileBytes
  package let metadata: [String: String]
  package let tensors: [Tensor]

  /// The most that other readers of the format accept.
  private static let longestHeader = 100_000_000
  static let checksumKey = "checksum"
  private static let checksumPrefix = "crc32:"
  private static let emptyChecksum = checksumPrefix + "00000000"

  // MARK: - Writing

  /// The pieces of a file, one behind the other: the header, and the values where they lie. A checksum over
  /// all of them is added to the metadata.
  ///
  /// - Parameters:
  ///   - tensors: name, shape and values of each.
  ///   - body: given the pieces, which are valid as long as it runs.
  package static func withPieces<Result>(
    metadata: [(key: String, value: String)],
    tensors: [(name: String, shape: [Int], values: UnsafeBufferPointer<Float>)],
    _ body: ([UnsafeRawBufferPointer]) throws -> Result
  ) rethrows -> Result {
    var members = metadata.map { JSONMember($0.key, .string($0.value)) }
    members.append(JSONMember(checksumKey, .string(emptyChecksum)))
    var header = [JSONMember("__metadata__", .object(members))]
    var offset = 0
    for tensor in tensors {
      let end = offset + tensor.values.count * 4
      header.append(
        JSONMember(
          tensor.name,
          .object([
            "dtype": .string("F32"), "shape": .array(tensor.shape.map { .integer($0) }),
            "data_offsets": .array([.integer(offset), .integer(end)]),
          ])))
      offset = end
    }
    return try withPieces(
      header: .object(header), values: tensors.map { littleEndianBytes($0.values) }, body)
  }

  /// The pieces of the same file with other metadata under a key that it has; the checksum is made anew.
  ///
  /// - Parameter body: given the pieces, which are valid as long as it runs.
  /// - Precondition: the file has metadata.
  package func withPieces<Result>(
    replacing key: String, by value: String, _ body: ([UnsafeRawBufferPointer]) throws -> Result
  ) rethrows -> Result {
    try file.withBytes { bytes in
      let length = Int(UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self)))
      let source = SourceText(name: file.name, bytes: Array(bytes[8..<8 + length]))
      let members = JSONParser.parse(source).value.members ?? []
      let header = members.map { member in
        guard member.key == "__metadata__" else { return member }
        let metadata = (member.value.members ?? []).map { entry in
          switch entry.key {
          case key: JSONMember(key, .string(value))
          case Self.checksumKey: JSONMember(Self.checksumKey, .string(Self.emptyChecksum))
          default: entry
          }
        }
        return JSONMember(member.key, .object(metadata))
      }
      return try Self.withPieces(
        header: .object(header), values: [UnsafeRawBufferPointer(rebasing: bytes[(8 + length)...])],
        body)
    }
  }

  private static func withPieces<Result>(
    header: JSONValue, values: [UnsafeRawBufferPointer],
    _ body: ([UnsafeRawBufferPointer]) throws -> Result
  ) rethrows -> Result {
    var text = Array(header.compactText.utf8)
    // The data starts at a multiple of eight bytes.
    while text.count % 8 != 0 { text.append(UInt8(ascii: " ")) }
    var start = withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) } + text
    seal(&start, followedBy: values)
    return try start.withUnsafeBytes { try body([$0] + values) }
  }

  /// The format is little-endian, as every processor is that this program is built for.
  private static func littleEndianBytes(
    _ values: UnsafeBufferPointer<Float>
  ) -> UnsafeRawBufferPointer {
    precondition(UInt32(1).littleEndian == 1)
    return UnsafeRawBufferPointer(values)
  }

  /// Replaces the zeros of the checksum by the checksum of the file with zeros there.
  ///
  /// - Parameter bytes: the length of the header and the header.
  private static func seal(_ bytes: inout [UInt8], followedBy rest: [UnsafeRawBufferPointer]) {
    let source = SourceText(name: "header", bytes: Array(bytes[8...]))
    let header = JSONParser.parse(source).value
    guard let range = header["__metadata__"]?[checksumKey]?.location?.range else { return }
    let sum = rest.reduce(bytes.withUnsafeBytes { Checksum.crc32($0) }) {
      Checksum.crc32($1, continuing: $0)
    }
    let start = 8 + range.lowerBound + 1 + checksumPrefix.utf8.count
    bytes.replaceSubrange(start..<start + 8, with: hexadecimal(sum).utf8)
  }

  private static func hexadecimal(_ sum: UInt32) -> String {
    let digits = String(sum, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }

  // MARK: - Reading

  /// Reads a file and checks every offset and, if it has one, the checksum.
  ///
  /// - Throws: `Failure` with the first thing that is wrong.
  package init(_ file: FileBytes) throws {
    self.file = file
    let reader = SafetensorsReader(file: file)
    (metadata, tensors) = try file.withBytes { try reader.read($0) }
  }

  /// The values of a tensor.
  package func copyValues(of tensor: Tensor, to target: UnsafeMutablePointer<Float>) {
    file.withBytes { bytes in
      for index in 0..<tensor.range.count / 4 {
        let pattern = bytes.loadUnaligned(
          fromByteOffset: tensor.range.lowerBound + 4 * index, as: UInt32.self)
        target[index] = Float(bitPattern: UInt32(littleEndian: pattern))
      }
    }
  }

  private struct SafetensorsReader {
    let file: FileBytes

    func fail(_ code: String, _ message: String, help: String? = nil) -> Failure {
      Failure(
        Diagnostic(
          .error, .data, code: code, "'\(file.name)' is no valid model: \(message)", help: help))
    }

    func read(_ bytes: UnsafeRawBufferPointer) throws -> ([String: String], [Tensor]) {
      guard bytes.count >= 8 else {
        throw fail("model-truncated", "it holds only \(Spelling.count(bytes.count, "byte"))")
      }
      let length = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
      guard length >= 2, length <= UInt64(Safetensors.longestHeader) else {
        throw fail(
          "model-header", "its header would be \(length) bytes long",
          help: "a model is a .safetensors file that 'hptrain train' wrote")
      }
      let dataStart = 8 + Int(length)
      guard dataStart <= bytes.count else {
        throw fail(
          "model-truncated",
          "its header promises \(dataStart) bytes, the file holds \(bytes.count)")
      }
      let header = UnsafeRawBufferPointer(rebasing: bytes[8..<dataStart])
      let source = SourceText(name: file.name, bytes: Array(header))
      let parsed = JSONParser.parse(source, category: .data)
      if let first = parsed.diagnostics.first {
        throw fail("model-header", "its header is broken: \(first.message)")
      }
      guard let members = parsed.value.members else {
        throw fail("model-header", "its header is \(parsed.value.summary), not an object")
      }
      let metadata = try readMetadata(parsed.value["__metadata__"])
      let tensors = try members.filter { $0.key != "__metadata__" }.map {
        try readTensor($0, dataStart: dataStart, fileSize: bytes.count)
      }
      try checkCoverage(tensors, dataStart: dataStart, fileSize: bytes.count)
      try checkSum(bytes, parsed.value)
      return (metadata, tensors)
    }

    private func readMetadata(_ value: JSONValue?) throws -> [String: String] {
      guard let value else { return [:] }
      guard let members = value.members else {
        throw fail("model-header", "its metadata is no object")
      }
      var metadata: [String: String] = [:]
      for member in members {
        guard let text = member.value.string else {
          throw fail("model-header", "its metadata '\(member.key)' is no string")
        }
        metadata[member.key] = text
      }
      return metadata
    }

    private func readTensor(
      _ member: JSONMember, dataStart: Int, fileSize: Int
    ) throws -> Tensor {
      let value = member.value
      guard let type = value["dtype"]?.string, let shape = value["shape"]?.items,
        let offsets = value["data_offsets"]?.items?.compactMap(\.integer), offsets.count == 2
      else { throw fail("model-header", "the tensor '\(member.key)' lacks type, shape or offsets") }
      guard type == "F32" else {
        throw fail("model-type", "the tensor '\(member.key)' is of type \(type), not F32")
      }
      let extents = shape.compactMap(\.integer)
      guard extents.count == shape.count, extents.allSatisfy({ $0 >= 0 }) else {
        throw fail("model-header", "the tensor '\(member.key)' has an invalid shape")
      }
      var count = 4
      for extent in extents {
        let (product, overflows) = count.multipliedReportingOverflow(by: extent)
        guard !overflows else {
          throw fail("model-header", "the tensor '\(member.key)' is impossibly large")
        }
        count = product
      }
      let (start, end) = (offsets[0], offsets[1])
      guard start >= 0, start <= end, end - start == count, end <= fileSize - dataStart else {
        let message =
          end > fileSize - dataStart
          ? "its tensor '\(member.key)' reaches beyond the end of the file"
          : "its tensor '\(member.key)' has offsets that contradict its shape"
        throw fail("model-truncated", message)
      }
      return Tensor(
        name: member.key, shape: extents, range: dataStart + start..<dataStart + end)
    }

    /// The tensors have to fill the data without gaps and overlaps.
    private func checkCoverage(_ tensors: [Tensor], dataStart: Int, fileSize: Int) throws {
      var end = dataStart
      for tensor in tensors.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
        guard tensor.range.lowerBound == end else {
          throw fail("model-header", "its tensors overlap or leave gaps")
        }
        end = tensor.range.upperBound
      }
      guard end == fileSize else {
        throw fail("model-header", "\(fileSize - end) bytes follow its last tensor")
      }
    }

    private func checkSum(_ bytes: UnsafeRawBufferPointer, _ header: JSONValue) throws {
      guard let value = header["__metadata__"]?[Safetensors.checksumKey], let text = value.string,
        let range = value.location?.range
      else { return }
      // For those who edit a model with other tools.
      if text == "none" { return }
      guard text.hasPrefix(Safetensors.checksumPrefix), range.count == text.utf8.count + 2,
        text.utf8.count == Safetensors.emptyChecksum.utf8.count
      else { throw fail("model-checksum", "its checksum is malformed") }
      let start = 8 + range.lowerBound + 1 + Safetensors.checksumPrefix.utf8.count
      var sum = Checksum.crc32(UnsafeRawBufferPointer(rebasing: bytes[..<start]))
      sum = Array("00000000".utf8).withUnsafeBytes { Checksum.crc32($0, continuing: sum) }
      sum = Checksum.crc32(UnsafeRawBufferPointer(rebasing: bytes[(start + 8)...]), continuing: sum)
      guard text == Safetensors.checksumPrefix + Safetensors.hexadecimal(sum) else {
        throw fail(
          "model-checksum", "its contents do not match its checksum, so it was damaged or changed",
          help: "who changed it on purpose sets 'checksum' in its metadata to \"none\"")
      }
    }
  }
}
