import Datasets

/// Numbers of a file as a network takes them.
extension Safetensors {
  /// The values of a tensor in single precision: exactly those of two bytes, and rounded those of eight.
  ///
  /// - Precondition: `tensor.type.isFloatingPoint`.
  package func copyValues(of tensor: Tensor, to target: UnsafeMutablePointer<Float>) {
    precondition(tensor.type.isFloatingPoint)
    file.withBytes { bytes in
      let words = UnsafeRawBufferPointer(rebasing: bytes[tensor.range])
      let indices = 0..<tensor.count
      switch tensor.type {
      case .double:
        for index in indices { target[index] = Float(Double(bitPattern: words.word(index))) }
      case .half:
        for index in indices { target[index] = ShortFloat.value(half: words.word(index)) }
      case .brainFloat:
        for index in indices { target[index] = ShortFloat.value(brainFloat: words.word(index)) }
      default:
        for index in indices { target[index] = Float(bitPattern: words.word(index)) }
      }
    }
  }

  /// The same as an array.
  package func values(of tensor: Tensor) -> [Float] {
    [Float](unsafeUninitializedCapacity: tensor.count) { buffer, count in
      if let first = buffer.baseAddress { copyValues(of: tensor, to: first) }
      count = tensor.count
    }
  }

  /// Why a network cannot compute with the values of a tensor; `nil` if it can.
  ///
  /// - Parameters:
  ///   - values: those of the tensor.
  ///   - array: what they are to be in the network, as the model file calls it.
  package func fault(in values: [Float], of tensor: Tensor, for array: String) -> String? {
    if let index = values.firstIndex(where: { !$0.isFinite }) {
      let value = tensor.type == .double ? double(index, of: tensor) : .nan
      return value.isFinite
        ? "holds \(value), which is beyond the range of single precision"
        : "holds numbers that are not finite"
    }
    // As batch_normalization calls what it takes the root of.
    if array.hasSuffix(".running_variance"), let value = values.first(where: { $0 < 0 }) {
      return "holds \(value), and no variance is below 0"
    }
    return nil
  }

  private func double(_ index: Int, of tensor: Tensor) -> Double {
    file.withBytes {
      Double(bitPattern: UnsafeRawBufferPointer(rebasing: $0[tensor.range]).word(index))
    }
  }
}

extension UnsafeRawBufferPointer {
  fileprivate func word<Word: FixedWidthInteger & BitwiseCopyable>(_ index: Int) -> Word {
    let offset = index * MemoryLayout<Word>.size
    return Word(littleEndian: loadUnaligned(fromByteOffset: offset, as: Word.self))
  }
}

/// Floating-point numbers of two bytes, each of which single precision has.
private enum ShortFloat {
  /// The binary16 of IEEE 754: a sign, 5 bits of exponent, 10 of fraction.
  static func value(half word: UInt16) -> Float {
    let sign = UInt32(word & 0x8000) << 16
    let exponent = UInt32(word >> 10) & 0x1F
    let fraction = UInt32(word & 0x3FF)
    switch exponent {
    case 0:
      let magnitude = Float(fraction) * 0x1p-24
      return sign == 0 ? magnitude : -magnitude
    case 0x1F: return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
    // The exponents are counted from 15 and from 127.
    default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
  }

  /// The upper half of a number of single precision.
  static func value(brainFloat word: UInt16) -> Float { Float(bitPattern: UInt32(word) << 16) }
}
