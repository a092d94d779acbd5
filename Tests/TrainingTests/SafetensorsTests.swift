import Configuration
import Datasets
import TestSupport
import Testing
import Training

/// The headers of safetensors files that cannot be.
@Suite struct SafetensorsTests {
  private static func file(_ header: String, data: Int = 0) -> [UInt8] {
    withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) } + Array(header.utf8)
      + [UInt8](repeating: 0, count: data)
  }

  private static func tensor(
    type: String = "F32", shape: String = "[2]", offsets: String = "[0, 8]", data: Int = 8
  ) -> [UInt8] {
    file(
      #"{"t": {"dtype": "\#(type)", "shape": \#(shape), "data_offsets": \#(offsets)}}"#, data: data)
  }

  struct Fault: Sendable, CustomTestStringConvertible {
    let bytes: [UInt8]
    let code: String
    let message: String
    var testDescription: String { message }
  }

  static let faults = [
    Fault(bytes: [1], code: "model-truncated", message: "it holds only 1 byte"),
    Fault(
      bytes: [1, 0, 0, 0, 0, 0, 0, 0, 0], code: "model-header",
      message: "its header would be 1 byte long"),
    Fault(
      bytes: [UInt8](repeating: 0xFF, count: 16), code: "model-header",
      message: "its header would be 18446744073709551615 bytes long"),
    Fault(
      bytes: [9, 0, 0, 0, 0, 0, 0, 0, 0x7B], code: "model-truncated",
      message: "its header promises 17 bytes, the file holds 9"),
    Fault(bytes: file("{x}"), code: "model-header", message: "its header is broken: "),
    Fault(
      bytes: file("[1]"), code: "model-header", message: "its header is an array, not an object"),
    Fault(
      bytes: file(#"{"__metadata__": 3}"#), code: "model-header",
      message: "its metadata is no object"),
    Fault(
      bytes: file(#"{"__metadata__": {"a": 3}}"#), code: "model-header",
      message: "its metadata 'a' is no string"),
    Fault(
      bytes: file(#"{"t": {"dtype": "F32", "shape": []}}"#), code: "model-header",
      message: "the tensor 't' lacks type, shape or offsets"),
    Fault(
      bytes: tensor(offsets: "[0, 4, 8]"), code: "model-header",
      message: "the tensor 't' lacks type, shape or offsets"),
    Fault(
      bytes: tensor(type: "F8"), code: "model-type",
      message: "the tensor 't' is of type F8, not F32 or U32"),
    Fault(
      bytes: tensor(type: "F64"), code: "model-type",
      message: "the tensor 't' is of type F64, not F32 or U32"),
    Fault(
      bytes: tensor(shape: "[-2]"), code: "model-header",
      message: "the tensor 't' has an invalid shape"),
    Fault(
      bytes: tensor(shape: "[1.5]"), code: "model-header",
      message: "the tensor 't' has an invalid shape"),
    Fault(
      bytes: tensor(shape: "[4294967296, 4294967296]"), code: "model-header",
      message: "the tensor 't' is impossibly large"),
    Fault(
      bytes: tensor(data: 7), code: "model-truncated",
      message: "its tensor 't' reaches beyond the end of the file"),
    Fault(
      bytes: tensor(offsets: "[-8, 0]"), code: "model-truncated",
      message: "its tensor 't' has offsets that contradict its shape"),
    Fault(
      bytes: tensor(offsets: "[8, 0]"), code: "model-truncated",
      message: "its tensor 't' has offsets that contradict its shape"),
    Fault(
      bytes: tensor(offsets: "[0, 4]"), code: "model-truncated",
      message: "its tensor 't' has offsets that contradict its shape"),
    Fault(
      bytes: tensor(offsets: "[4, 12]", data: 12), code: "model-header",
      message: "its tensors overlap or leave gaps"),
    Fault(bytes: tensor(data: 11), code: "model-header", message: "3 bytes follow its last tensor"),
    Fault(bytes: tensor(data: 9), code: "model-header", message: "1 byte follows its last tensor"),
    Fault(
      bytes: file(#"{"__metadata__": {"checksum": "md5:00"}}"#), code: "model-checksum",
      message: "its checksum is malformed"),
    // With an escape the digits are not where they are looked for.
    Fault(
      bytes: file(#"{"__metadata__": {"checksum": "crc32:0000000\u0030"}}"#),
      code: "model-checksum",
      message: "its checksum is malformed"),
    Fault(
      bytes: file(#"{"__metadata__": {"checksum": "crc32:00000000"}}"#), code: "model-checksum",
      message: "its contents do not match its checksum"),
    Fault(
      bytes: file(#"{"__metadata__": {"checksum": "fletcher:0000000000000000"}}"#),
      code: "model-checksum", message: "its contents do not match its checksum"),
  ]

  @Test(arguments: faults) func isRefused(_ fault: Fault) throws {
    do {
      _ = try Safetensors(FileBytes(name: "t", copying: fault.bytes), types: [.float, .word])
      Issue.record("it was taken")
    } catch let failure as Failure {
      #expect(failure.diagnostics.map(\.code) == [fault.code])
      let found = failure.diagnostics.first?.message ?? ""
      #expect(found.hasPrefix("'t' is no valid model: \(fault.message)"), "\(found)")
    }
  }

  /// What each type of elements takes.
  @Test func sizesAreThoseOfTheTypes() throws {
    for (sizes, names) in [
      (8, ["F64", "I64", "U64"]), (4, ["F32", "U32", "I32"]), (2, ["F16", "BF16", "I16", "U16"]),
      (1, ["I8", "U8", "BOOL"]),
    ] {
      for name in names {
        let bytes = Self.tensor(
          type: name, shape: "[3]", offsets: "[0, \(3 * sizes)]", data: 3 * sizes)
        let file = try Safetensors(
          FileBytes(name: "t", copying: bytes), types: Safetensors.ElementType.allCases)
        #expect(file.tensors.first?.range.count == 3 * sizes)
        #expect(file.tensors.first?.type.rawValue == name)
      }
    }
  }

  @Test func metadataMayBeMissing() throws {
    let file = try Safetensors(FileBytes(name: "t", copying: Self.tensor()))
    #expect(file.metadata.isEmpty)
    #expect(file.tensors.map(\.shape) == [[2]])
  }
}
