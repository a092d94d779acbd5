import Configuration
import Datasets

/// Reads the header of a file and checks what it says against the file.
struct SafetensorsReader {
  let file: FileBytes
  let types: [Safetensors.ElementType]
  let noun: String

  func fail(_ code: String, _ message: String, help: String? = nil) -> Failure {
    Failure(
      Diagnostic(
        .error, .data, code: code, "'\(file.name)' is no valid \(noun): \(message)", help: help))
  }

  func read(_ bytes: UnsafeRawBufferPointer) throws -> ([String: String], [Safetensors.Tensor]) {
    guard bytes.count >= 8 else {
      throw fail("model-truncated", "it holds only \(Spelling.count(bytes.count, "byte"))")
    }
    if let other = Self.otherFormat(bytes) {
      throw fail("model-format", "it is \(other)", help: wanted)
    }
    let length = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
    guard length >= 2, length <= UInt64(Safetensors.longestHeader) else {
      throw fail(
        "model-header", "its header would be \(length) \(length == 1 ? "byte" : "bytes") long",
        help: wanted)
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
    if noun != Safetensors.checkpointNoun, metadata["format"] == Checkpoint.formatName {
      throw Failure(MisplacedCheckpoint.finding(of: file.name))
    }
    let tensors = try members.filter { $0.key != "__metadata__" }.map {
      try readTensor($0, dataStart: dataStart, fileSize: bytes.count)
    }
    try checkCoverage(tensors, dataStart: dataStart, fileSize: bytes.count)
    try checkSum(bytes, parsed.value, dataStart: dataStart)
    return (metadata, tensors)
  }

  /// What to give instead of a file of another kind.
  private var wanted: String {
    let isOfOthers = noun == Safetensors.weightsNoun
    return isOfOthers
      ? "save the state dict with: safetensors.torch.save_file(model.state_dict(), \"weights.safetensors\")"
      : "a model is a .safetensors file that 'hptrain train' wrote"
  }

  /// What a file is that PyTorch or another program wrote in its own format; `nil` for what may be a header.
  private static func otherFormat(_ bytes: UnsafeRawBufferPointer) -> String? {
    // Behind the length of a header its first brace follows.
    guard bytes.count > 8, bytes[8] != UInt8(ascii: "{") else { return nil }
    if bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) {
      return "a ZIP archive, as torch.save writes"
    }
    if bytes[0] == 0x80, (2...5).contains(bytes[1]) { return "a pickle of Python" }
    return nil
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
  ) throws -> Safetensors.Tensor {
    let value = member.value
    guard let type = value["dtype"]?.string, let shape = value["shape"]?.items,
      let offsets = value["data_offsets"]?.items?.compactMap(\.integer), offsets.count == 2
    else { throw fail("model-header", "the tensor '\(member.key)' lacks type, shape or offsets") }
    guard let elements = Safetensors.ElementType(rawValue: type), types.contains(elements) else {
      let wanted = Spelling.list(types.map(\.rawValue), "or")
      throw fail("model-type", "the tensor '\(member.key)' is of type \(type), not \(wanted)")
    }
    let extents = shape.compactMap(\.integer)
    guard extents.count == shape.count, extents.allSatisfy({ $0 >= 0 }) else {
      throw fail("model-header", "the tensor '\(member.key)' has an invalid shape")
    }
    var count = elements.byteCount
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
    return Safetensors.Tensor(
      name: member.key, type: elements, shape: extents,
      range: dataStart + start..<dataStart + end)
  }

  /// The tensors have to fill the data without gaps and overlaps.
  private func checkCoverage(_ tensors: [Safetensors.Tensor], dataStart: Int, fileSize: Int) throws
  {
    var end = dataStart
    for tensor in tensors.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
      guard tensor.range.lowerBound == end else {
        throw fail("model-header", "its tensors overlap or leave gaps")
      }
      end = tensor.range.upperBound
    }
    let rest = fileSize - end
    guard rest == 0 else {
      throw fail(
        "model-header",
        "\(Spelling.count(rest, "byte")) \(rest == 1 ? "follows" : "follow") its last tensor")
    }
  }

  /// Compares the checksum with that of the file with zeros in its place.
  private func checkSum(
    _ bytes: UnsafeRawBufferPointer, _ header: JSONValue, dataStart: Int
  ) throws {
    guard let value = header["__metadata__"]?[SafetensorsChecksum.key], let text = value.string,
      let range = value.location?.range
    else { return }
    // For those who edit a model with other tools.
    if text == "none" { return }
    guard let checksum = SafetensorsChecksum.allCases.first(where: { $0.matches(text) }),
      range.count == text.utf8.count + 2
    else { throw fail("model-checksum", "its checksum is malformed") }
    let digits = range.upperBound + 7 - checksum.digits..<range.upperBound + 7
    guard text == checksum.text(of: bytes, digits: digits, dataStart: dataStart) else {
      throw fail(
        "model-checksum", "its contents do not match its checksum, so it was damaged or changed",
        help: "who changed it on purpose sets 'checksum' in its metadata to \"none\"")
    }
  }
}
