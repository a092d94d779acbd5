import Configuration
import Datasets

/// The safetensors format: 8 bytes of header length (little-endian), a JSON header, and the data.
///
/// Source: the format description of the safetensors project (huggingface/safetensors, README).
package struct Safetensors: Sendable {
  /// The types of elements, little-endian; this program writes those of 4 bytes.
  package enum ElementType: String, CaseIterable, Sendable {
    case float = "F32"
    case word = "U32"
    case double = "F64"
    case half = "F16"
    case brainFloat = "BF16"
    case int64 = "I64"
    case int32 = "I32"
    case int16 = "I16"
    case int8 = "I8"
    case unsigned64 = "U64"
    case unsigned16 = "U16"
    case unsigned8 = "U8"
    case boolean = "BOOL"

    var byteCount: Int {
      switch self {
      case .double, .int64, .unsigned64: 8
      case .float, .word, .int32: 4
      case .half, .brainFloat, .int16, .unsigned16: 2
      case .int8, .unsigned8, .boolean: 1
      }
    }

    /// Those whose values `Safetensors.values` gives in single precision.
    package static let floatingPoint: [ElementType] = [.float, .double, .half, .brainFloat]

    /// The names of those among some types whose values become single precision.
    package static func converted(among types: some Sequence<ElementType>) -> [String] {
      let types = Set(types)
      return floatingPoint.filter { $0 != .float && types.contains($0) }.map(\.rawValue)
    }

    package var isFloatingPoint: Bool { Self.floatingPoint.contains(self) }
  }

  package struct Tensor: Sendable {
    package let name: String
    package let type: ElementType
    package let shape: [Int]
    /// Where the values lie in the file.
    package let range: Range<Int>

    /// How many values it has.
    package var count: Int { range.count / type.byteCount }
  }

  package let file: FileBytes
  package let metadata: [String: String]
  package let tensors: [Tensor]

  /// What a file of tensors is called that other programs wrote.
  package static let weightsNoun = "file of weights"

  /// What a file is called from which a run goes on.
  package static let checkpointNoun = "checkpoint"

  /// The most that other readers of the format accept.
  static let longestHeader = 100_000_000

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
    let start = SafetensorsHeader(
      metadata: metadata.map { JSONMember($0.key, .string($0.value)) },
      tensors: tensors.map {
        .init(name: $0.name, type: .float, shape: $0.shape, byteCount: $0.values.count * 4)
      }, checksum: .crc32
    ).bytes
    return try withPieces(start, tensors.map { littleEndianBytes($0.values) }, body)
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
      let members = (JSONParser.parse(source).value.members ?? []).map { member in
        guard member.key == SafetensorsHeader.metadataKey else { return member }
        let metadata = (member.value.members ?? []).map { entry in
          switch entry.key {
          case key: JSONMember(key, .string(value))
          case SafetensorsChecksum.key:
            JSONMember(entry.key, .string(SafetensorsChecksum.crc32.emptyText))
          default: entry
          }
        }
        return JSONMember(member.key, .object(metadata))
      }
      return try Self.withPieces(
        SafetensorsHeader.bytes(of: members),
        [UnsafeRawBufferPointer(rebasing: bytes[(8 + length)...])], body)
    }
  }

  /// - Parameter start: the header, with zeros for the checksum.
  private static func withPieces<Result>(
    _ start: [UInt8], _ values: [UnsafeRawBufferPointer],
    _ body: ([UnsafeRawBufferPointer]) throws -> Result
  ) rethrows -> Result {
    var start = start
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
  /// - Parameter start: the length of the header and the header.
  private static func seal(_ start: inout [UInt8], followedBy rest: [UnsafeRawBufferPointer]) {
    let sum = rest.reduce(start.withUnsafeBytes { Checksum.crc32($0) }) {
      Checksum.crc32($1, continuing: $0)
    }
    SafetensorsChecksum.crc32.seal(&start, with: SafetensorsChecksum.hexadecimal(sum))
  }

  // MARK: - Reading

  /// Reads a file and checks every offset and, if it has one, the checksum.
  ///
  /// - Parameters:
  ///   - types: those of the elements that may occur.
  ///   - noun: what the file is to be.
  /// - Throws: `Failure` with the first thing that is wrong.
  package init(
    _ file: FileBytes, types: [ElementType] = [.float], noun: String = "model"
  ) throws {
    self.file = file
    let reader = SafetensorsReader(file: file, types: types, noun: noun)
    (metadata, tensors) = try file.withBytes { try reader.read($0) }
  }

  /// The bytes of a tensor.
  ///
  /// - Precondition: the target is as long.
  func copyBytes(of tensor: Tensor, to target: UnsafeMutableRawBufferPointer) {
    file.withBytes {
      target.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[tensor.range]))
    }
  }
}
