/// Eight bytes of text of which the first few are digits, looked at all at once.
///
/// The arithmetic on digits within a word is that of Johnny Lee and Daniel Lemire.
struct DigitWord {
  /// The bytes with 0x30 flipped, which makes a digit its value; the first byte is the lowest.
  private let bytes: UInt64

  /// Reads the eight bytes at `position`, all of which must be readable.
  @inline(__always)
  init(at position: UnsafeRawPointer) {
    let word = position.loadUnaligned(as: UInt64.self)
    bytes = UInt64(littleEndian: word) ^ 0x3030_3030_3030_3030
  }

  /// How many of the first bytes are digits, 0 through 8.
  @inline(__always)
  var digitCount: Int {
    // Adding 0x76 carries into the top bit from 10 on. A carry out of a byte only reaches bytes
    // after one that is no digit.
    let noDigits = ((bytes &+ 0x7676_7676_7676_7676) | bytes) & 0x8080_8080_8080_8080
    return noDigits.trailingZeroBitCount >> 3
  }

  /// The number that the first `count` bytes are, which must be digits; `count` is 1 through 8.
  @inline(__always)
  func value(ofFirst count: Int) -> UInt64 {
    // Zeros move in before the digits.
    var digits = bytes &<< UInt64(truncatingIfNeeded: 64 &- 8 &* count)
    digits = digits &* 10 &+ (digits &>> 8)
    let first = (digits & 0x0000_00FF_0000_00FF) &* 0x000F_4240_0000_0064
    let second = ((digits &>> 16) & 0x0000_00FF_0000_00FF) &* 0x0000_2710_0000_0001
    return (first &+ second) &>> 32
  }
}
