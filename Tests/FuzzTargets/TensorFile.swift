import Configuration
import Datasets
import Training

/// Makes safetensors files of texts, so that what is looked for is behind their checks of lengths and sums.
enum TensorFile {
  /// More data than any of the networks has.
  private static let mostData = 1 << 16

  /// - Parameters:
  ///   - metadata: names and texts; empty ones are left out.
  ///   - tensors: the JSON object of the tensors.
  ///   - checksum: with zeros in the place of its digits.
  /// - Returns: `nil` if the tensors are no object, or reach too far.
  static func bytes(
    metadata: [(String, String)], tensors: String, checksum: String
  ) -> [UInt8]? {
    let parsed = JSONParser.parse(SourceText(name: "tensors", tensors))
    guard parsed.diagnostics.isEmpty, let members = parsed.value.members else { return nil }
    let ends = members.compactMap { $0.value["data_offsets"]?.items?.last?.integer }
    let size = max(0, ends.max() ?? 0)
    guard size <= mostData else { return nil }
    let texts = metadata.filter { !$0.1.isEmpty } + [("checksum", checksum)]
    let header = JSONValue.object(
      [JSONMember("__metadata__", .object(texts.map { JSONMember($0.0, .string($0.1)) }))]
        + members.filter { $0.key != "__metadata__" })
    var text = Array(header.compactText.utf8)
    while text.count % 8 != 0 { text.append(UInt8(ascii: " ")) }
    let length = withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) }
    // Small numbers that differ.
    let data = (0..<(size + 3) / 4).flatMap { index in
      withUnsafeBytes(of: (Float(index % 13) * 0.1 - 0.6).bitPattern.littleEndian) { Array($0) }
    }.prefix(size)
    return length + text + data
  }

  /// The metadata that has one of the names, and the JSON of the tensors.
  static func pieces(
    of bytes: [UInt8], _ names: [String], types: [Safetensors.ElementType], noun: String = "model"
  ) throws -> [UInt8] {
    let file = try Safetensors(FileBytes(name: "seed", copying: bytes), types: types, noun: noun)
    let start = file.tensors.map(\.range.lowerBound).min() ?? 0
    let tensors = file.tensors.map { tensor in
      JSONMember(
        tensor.name,
        .object([
          "dtype": .string(tensor.type.rawValue),
          "shape": .array(tensor.shape.map { .integer($0) }),
          "data_offsets": .array([
            .integer(tensor.range.lowerBound - start), .integer(tensor.range.upperBound - start),
          ]),
        ]))
    }
    return Pieces.joined(
      names.map { file.metadata[$0] ?? "" } + [JSONValue.object(tensors).compactText])
  }
}
