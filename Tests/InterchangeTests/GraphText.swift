import Interchange

extension ONNXGraphProto {
  /// A line for each node: the operator, of its inputs the shapes of those that are arrays, and its attributes. A dot stands for
  /// what another node has computed, nothing for what is left out.
  var lines: [String] { node.map(line) }

  private func line(_ node: ONNXNodeProto) -> String {
    let inputs = node.input.map { input in
      if input.isEmpty { return "" }
      guard let array = initializer.first(where: { $0.name == input }) else { return "." }
      // Shapes, axes and other short lists say more by their numbers.
      if array.dataType == 7, array.dims.count == 1 { return "\(array.integers)" }
      return array.dims.isEmpty ? "number" : array.dims.map(String.init).joined(separator: "×")
    }
    let attributes = node.attribute.map { " \($0.name)=\($0.text)" }
    return "\(node.opType)(\(inputs.joined(separator: ", ")))\(attributes.joined())"
  }

  /// An array by the end of its name.
  func array(_ name: String) -> ONNXTensorProto? {
    initializer.first { $0.name == name || $0.name.hasSuffix("/" + name) }
  }
}

extension ONNXAttributeProto {
  fileprivate var text: String {
    switch type {
    case .float: "\(f)"
    case .int: "\(i)"
    case .string: String(decoding: s, as: UTF8.self)
    case .floats: "\(floats)"
    case .ints: "\(ints)"
    case .strings: "\(strings.map { String(decoding: $0, as: UTF8.self) })"
    default: "?"
    }
  }
}

extension ONNXTensorProto {
  var floats: [Float] {
    rawData.withUnsafeBytes { bytes in
      (0..<bytes.count / 4).map {
        Float(
          bitPattern: UInt32(
            littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)))
      }
    }
  }

  var doubles: [Double] { integers.map { Double(bitPattern: UInt64(bitPattern: $0)) } }

  var integers: [Int64] {
    rawData.withUnsafeBytes { bytes in
      (0..<bytes.count / 8).map {
        Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * $0, as: Int64.self))
      }
    }
  }
}
