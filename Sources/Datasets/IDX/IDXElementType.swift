/// What the elements of an IDX file are; the raw value is the third byte of the file.
package enum IDXElementType: UInt8, Sendable, CaseIterable {
  case unsignedByte = 0x08
  case signedByte = 0x09
  case int16 = 0x0B
  case int32 = 0x0C
  case float32 = 0x0D
  case float64 = 0x0E

  /// How many bytes one element takes.
  package var size: Int {
    switch self {
    case .unsignedByte, .signedByte: 1
    case .int16: 2
    case .int32, .float32: 4
    case .float64: 8
    }
  }

  package var isInteger: Bool {
    switch self {
    case .unsignedByte, .signedByte, .int16, .int32: true
    case .float32, .float64: false
    }
  }
}
