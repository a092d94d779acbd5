import Datasets
import TestSupport
import Testing

struct DecimalParserTests {
  private func parse(_ text: String) -> DecimalOutcome {
    Array(text.utf8).withUnsafeBytes { DecimalParser.parse($0) }
  }

  @Test(arguments: [
    "0", "1", "+1", "-1", "5.", ".5", "-.5", "1e5", "1E-5", "1e+5", "00012", "0.000", "12345678",
    "123456789012", "12345678.12345678", "9007199254740993", "1e22", "1e23", "1e-400", "5e-324",
    "2.2250738585072014e-308", "1.7976931348623157e308", "0.1234567890123456789",
    "179769313486231580793728971405301e276", "0e999", "0.00000000000000000000000000000000012345",
    "8.5e-27", "18446744073709551615e-27", "18446744073709551615",
  ])
  func readsNumber(_ text: String) throws {
    let expected = try #require(Double(text))
    #expect(parse(text) == .number(expected))
  }

  @Test func keepsSignOfZero() {
    guard case .number(let value) = parse("-0.0") else {
      Issue.record("not a number")
      return
    }
    #expect(value.sign == .minus && value == 0)
  }

  @Test(arguments: [
    "", "-", "+", ".", "-.", "e5", "1e", "1e+", "1.2.3", "0x10", "1_000", "1,5", "--1", "1 ", " 1",
    "abc", "nano", "in", "infinite", "1d5", "٣", "1e5x", "\0", "+-1",
  ])
  func rejects(_ text: String) {
    #expect(parse(text) == .notANumber)
  }

  @Test(arguments: [
    "nan", "NaN", "-nan", "inf", "+Inf", "-INF", "infinity", "-Infinity", "1e999", "-1e309",
    "123456789012345678901234567890e300",
  ])
  func tellsNotFinite(_ text: String) {
    #expect(parse(text) == .notFinite)
  }

  @Test func agreesWithStandardLibrary() {
    var generator = SplitMix64(seed: 11)
    for _ in 0..<200_000 {
      let text = randomDecimal(using: &generator)
      guard let expected = Double(text) else {
        Issue.record("\(text) should be a number")
        continue
      }
      let wanted = expected.isFinite ? DecimalOutcome.number(expected) : .notFinite
      let found = parse(text)
      if found != wanted { Issue.record("\(text): \(found) instead of \(wanted)") }
    }
  }

  @Test func readsBackWhatDoublesPrint() {
    var generator = SplitMix64(seed: 12)
    for _ in 0..<200_000 {
      let value = Double(bitPattern: generator.next())
      guard value.isFinite else { continue }
      let found = parse("\(value)")
      if found != .number(value) { Issue.record("\(value): \(found)") }
    }
  }

  private func randomDecimal(using generator: inout SplitMix64) -> String {
    func digits(_ count: Int) -> String {
      String((0..<count).map { _ in Character("\(Int.random(in: 0...9, using: &generator))") })
    }
    var text = ["", "-", "+"].randomElement(using: &generator) ?? ""
    text += digits(Int.random(in: 1...Int.random(in: 1...22, using: &generator), using: &generator))
    if Bool.random(using: &generator) {
      text += "."
      text += digits(
        Int.random(in: 0...Int.random(in: 0...22, using: &generator), using: &generator))
    }
    if Int.random(in: 0..<3, using: &generator) == 0 {
      text += "e\(Int.random(in: -330...310, using: &generator))"
    }
    return text
  }
}
