/// The bytes that the readers compare with.
enum ASCII {
  static let null: UInt8 = 0x00
  static let tab: UInt8 = 0x09
  static let lineFeed: UInt8 = 0x0A
  static let carriageReturn: UInt8 = 0x0D
  static let space: UInt8 = 0x20
  static let quote: UInt8 = 0x22
  static let plus: UInt8 = 0x2B
  static let comma: UInt8 = 0x2C
  static let minus: UInt8 = 0x2D
  static let opening = UInt8(ascii: "(")
  static let closing = UInt8(ascii: ")")
  static let dot: UInt8 = 0x2E
  static let zero: UInt8 = 0x30
  static let nine: UInt8 = 0x39
  static let lowercaseE: UInt8 = 0x65

  /// Set in every lowercase letter and in no uppercase one.
  static let lowercaseBit: UInt8 = 0x20

  static func isDigit(_ byte: UInt8) -> Bool { (zero...nine).contains(byte) }

  /// Whether `byte` is an English letter or a digit.
  static func isAlphanumeric(_ byte: UInt8) -> Bool {
    let folded = byte | lowercaseBit
    return (zero...nine).contains(byte)
      || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(folded)
  }
}
