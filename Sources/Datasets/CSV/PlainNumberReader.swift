/// Reads a number that stands plainly between delimiters, which is the innermost loop of reading
/// a large file.
struct PlainNumberReader {
  /// What was found after the number.
  enum Stop {
    case delimiter
    case lineBreak
    /// It is no plain number, and nothing was read.
    case other
  }

  private let scanner: CSVFieldScanner
  private let missing: MissingTokens
  private let someNumbersAreMissing: Bool
  private let end: UnsafeRawPointer
  private let powers = powersOfTen

  /// How many bytes the shortest way of reading may look at: quotes, a sign, eight digits, a point, eight
  /// digits and a line break, and beyond it as a word.
  private static let lookahead = 32

  init(scanner: CSVFieldScanner, missing: MissingTokens, end: UnsafeRawPointer) {
    self.scanner = scanner
    self.missing = missing
    self.end = end
    someNumbersAreMissing = missing.includesNumbers
  }

  /// Reads the field at `position`, and moves `position` past what ends it.
  @inline(__always)
  func read(at position: inout UnsafeRawPointer, into value: inout Double) -> Stop {
    guard end - position >= Self.lookahead else { return .other }
    var start = position
    if scanner.isBlank(byte(start)) {
      repeat { start += 1 } while end - start >= Self.lookahead && scanner.isBlank(byte(start))
      guard end - start >= Self.lookahead else { return .other }
    }
    var next = start
    if readShort(at: &next, into: &value) {
      let stop = finish(at: next, value: value, position: &position)
      if stop != .other { return stop }
    }
    return readOther(from: start, at: &position, into: &value)
  }

  /// Reads a number in quotes, or one of many digits. A function of its own, so that short numbers do not wait for it.
  @inline(never)
  private func readOther(
    from start: UnsafeRawPointer, at position: inout UnsafeRawPointer, into value: inout Double
  ) -> Stop {
    let isQuoted = byte(start) == scanner.quote
    let first = isQuoted ? start + 1 : start
    var next = first
    if isQuoted, readShort(at: &next, into: &value), skipQuote(at: &next) {
      let stop = finish(at: next, value: value, position: &position)
      if stop != .other { return stop }
    }
    next = first
    guard readLong(at: &next, into: &value), !isQuoted || skipQuote(at: &next) else {
      return .other
    }
    return finish(at: next, value: value, position: &position)
  }

  /// Whether the quote is there that ends a quoted field; the next byte can be read then.
  @inline(__always)
  private func skipQuote(at next: inout UnsafeRawPointer) -> Bool {
    guard byte(next) == scanner.quote, end - next >= 3 else { return false }
    next += 1
    return true
  }

  @inline(__always)
  private func finish(
    at next: UnsafeRawPointer, value: Double, position: inout UnsafeRawPointer
  ) -> Stop {
    if someNumbersAreMissing, missing.mayInclude(value) { return .other }
    let terminator = byte(next)
    if terminator == scanner.delimiter {
      position = next + 1
      return .delimiter
    }
    if terminator == ASCII.lineFeed {
      position = next + 1
      return .lineBreak
    }
    guard terminator == ASCII.carriageReturn, byte(next + 1) == ASCII.lineFeed else {
      return .other
    }
    position = next + 2
    return .lineBreak
  }

  /// Reads up to eight digits, and a point and up to seven more, up to what ends the field.
  @inline(__always)
  private func readShort(at next: inout UnsafeRawPointer, into value: inout Double) -> Bool {
    let isNegative = byte(next) == ASCII.minus
    next += isNegative ? 1 : 0
    let whole = DigitWord(at: next)
    let wholeCount = whole.digitCount
    guard wholeCount > 0 else { return false }
    next += wholeCount
    let magnitude: Double
    if byte(next) == ASCII.dot {
      let fraction = DigitWord(at: next + 1)
      let count = fraction.digitCount
      guard UInt(bitPattern: count &- 1) < 7 else { return false }
      next += count + 1
      // Fifteen digits at most are exact, and so is the power of ten: one operation rounds once.
      let power = powers[UInt(bitPattern: count)]
      let wholeValue = Double(Int64(bitPattern: whole.value(ofFirst: wholeCount)))
      let fractionValue = Double(Int64(bitPattern: fraction.value(ofFirst: count)))
      magnitude = (wholeValue * power + fractionValue) / power
    } else {
      magnitude = Double(Int64(bitPattern: whole.value(ofFirst: wholeCount)))
    }
    value = isNegative ? -magnitude : magnitude
    return true
  }

  /// Reads any number of up to nineteen digits.
  private func readLong(at next: inout UnsafeRawPointer, into value: inout Double) -> Bool {
    var scan = DecimalScan()
    // The last byte is left to the general way, so that the byte after the number can be read.
    guard let stop = scan.read(from: next, to: end), end - stop >= 2 else { return false }
    guard let read = scan.exactlyRoundedValue else { return false }
    value = read
    next = stop
    return true
  }

  @inline(__always)
  private func byte(_ position: UnsafeRawPointer) -> UInt8 {
    position.load(as: UInt8.self)
  }
}
