import Configuration

extension IDXElementType {
  /// As a model file calls it.
  var name: String {
    switch self {
    case .unsignedByte: "uint8"
    case .signedByte: "int8"
    case .int16: "int16"
    case .int32: "int32"
    case .float32: "float32"
    case .float64: "float64"
    }
  }

  /// What people call numbers of the type.
  package var numbers: String {
    switch self {
    case .unsignedByte: "bytes"
    case .signedByte: "signed bytes"
    case .int16: "integers of 16 bits"
    case .int32: "integers of 32 bits"
    case .float32, .float64: "real numbers"
    }
  }

  /// The largest number of an integer type; `nil` for real numbers.
  var largestInteger: Double? {
    switch self {
    case .unsignedByte: 255
    case .signedByte: 127
    case .int16: 32_767
    case .int32: 2_147_483_647
    case .float32, .float64: nil
    }
  }

  /// Whether the same number stands for the same in files of both types.
  ///
  /// Integers of any width count the same things, as may real numbers; but where the largest number of the type is the
  /// unit, it is another one in each. Bytes are shades from 0 to 255, and real numbers beside them those from 0 to 1.
  ///
  /// - Parameter isUnit: whether numbers are divided by the largest one of their type.
  func means(sameAs other: IDXElementType, isUnit: Bool) -> Bool {
    guard !isUnit else { return self == other }
    return !(self == .unsignedByte && !other.isInteger || other == .unsignedByte && !isInteger)
  }
}

extension IDXElementType {
  /// `bytes, which are divided by 255`
  func scaledNumbers(isUnit: Bool) -> String {
    guard isUnit, let largest = largestInteger else { return numbers }
    return "\(numbers), which are divided by \(Spelling.grouped(Int(largest)))"
  }
}

extension Codec where Value == IDXElementType {
  /// The type of the elements of a file by its name.
  static var elementType: Codec { choice(of: IDXElementType.allCases) { $0.name } }
}
