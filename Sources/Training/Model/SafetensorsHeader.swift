import Configuration

/// The beginning of a safetensors file: 8 bytes of length, and the JSON that names its tensors, which follow
/// each other without gaps.
struct SafetensorsHeader {
  struct Entry {
    let name: String
    let type: Safetensors.ElementType
    let shape: [Int]
    let byteCount: Int
  }

  let metadata: [JSONMember]
  let tensors: [Entry]
  let checksum: SafetensorsChecksum
  /// The data starts at a multiple of so many bytes, at least eight.
  var alignment = 8

  /// With zeros for the checksum.
  var bytes: [UInt8] {
    let metadata =
      metadata + [JSONMember(SafetensorsChecksum.key, .string(checksum.emptyText))]
    var header = [JSONMember(Self.metadataKey, .object(metadata))]
    var offset = 0
    for tensor in tensors {
      let end = offset + tensor.byteCount
      header.append(
        JSONMember(
          tensor.name,
          .object([
            "dtype": .string(tensor.type.rawValue),
            "shape": .array(tensor.shape.map { .integer($0) }),
            "data_offsets": .array([.integer(offset), .integer(end)]),
          ])))
      offset = end
    }
    return Self.bytes(of: header, alignment: alignment)
  }

  /// Whether a file begins as a safetensors file does: the length of its header as a number of eight bytes,
  /// and the header. No text has the zeros of such a number.
  static func begins(_ bytes: some Collection<UInt8>) -> Bool {
    let start = Array(bytes.prefix(9))
    guard start.count == 9, start[8] == UInt8(ascii: "{") else { return false }
    return start[4..<8].allSatisfy { $0 == 0 }
  }

  /// What a file that begins so says of its format; `nil` if it says nothing.
  static func format(of bytes: UnsafeRawBufferPointer) -> String? {
    guard begins(bytes) else { return nil }
    let length = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
    guard length <= UInt64(min(Safetensors.longestHeader, bytes.count - 8)) else { return nil }
    let text = Array(bytes[8..<8 + Int(length)])
    return JSONParser.parse(SourceText(name: "header", bytes: text), category: .data)
      .value[metadataKey]?["format"]?.string
  }

  static let metadataKey = "__metadata__"

  /// The length of a header and its text.
  static func bytes(of members: [JSONMember], alignment: Int = 8) -> [UInt8] {
    var text = Array(JSONValue.object(members).compactText.utf8)
    while (text.count + 8) % alignment != 0 { text.append(UInt8(ascii: " ")) }
    return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) } + text
  }
}
