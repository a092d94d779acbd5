import Configuration
import Datasets
import Testing

/// Numbers as people and spreadsheets write them; the values are those of pandas' `decimal` and `thousands`.
@Suite struct NumberNotationTests {
  private static let continental = NumberNotation(decimal: .comma, thousands: .point)
  private static let english = NumberNotation(decimal: .point, thousands: .comma)

  private func parse(_ text: String, _ notation: NumberNotation) -> DecimalOutcome {
    var text = text
    return text.withUTF8 { notation.parse(UnsafeRawBufferPointer($0)) }
  }

  @Test(arguments: [
    ("1,5", 1.5), ("-1.234,5", -1234.5), ("1.234.567", 1_234_567), ("1234567", 1_234_567),
    ("+0,001", 0.001), ("2,5e3", 2500), (",5", 0.5), ("12.34.567", 1_234_567),
  ])
  func commasAreDecimal(text: String, value: Double) {
    #expect(parse(text, Self.continental) == .number(value))
  }

  @Test(arguments: [
    ("41,068", 41068), ("1,234,567.25", 1_234_567.25), ("12,34,567", 1_234_567), ("999", 999),
    ("-1,000", -1000),
  ])
  func commasAreBetweenThousands(text: String, value: Double) {
    #expect(parse(text, Self.english) == .number(value))
  }

  @Test(arguments: [
    "1,23", "1234,567", ",123", "1,,234", "1,234,", "1,2345", "1.5,000", "", "-", "a", "1 234",
    "1,23,45", "1.2.3", String(repeating: "1", count: 65),
  ])
  func separatorsStandWhereTheyBelong(text: String) {
    #expect(parse(text, Self.english) == .notANumber)
  }

  @Test(arguments: [
    ("11%", 11), ("11 %", 11), ("-$5", -5), ("$-5.50", -5.5), ("+5%", 5), ("$1,000", 1000),
    ("5", 5), ("1,000 €", 1000),
  ])
  func signsAreLeftOut(text: String, value: Double) {
    let notation = NumberNotation(decimal: .point, thousands: .comma, signs: ["%", "$", "€"])
    #expect(parse(text, notation) == .number(value))
  }

  /// Of accounts: in parentheses, with a minus behind, with that of typesetters, and with a unit at either place.
  @Test(arguments: [
    ("(5)", -5), ("($1,234.50)", -1234.5), ("$(5)", -5), ("(5 %)", -5), ("( 5 )", -5),
    ("$ ( 5.0 )", -5), ("(5) %", -5),
    ("794.00-", -794), ("5- %", -5),
    ("5 %-", -5), ("\u{2212}5", -5), ("$\u{2212}5", -5), ("+5", 5), ("-5", -5), ("5", 5),
  ])
  func negativeNumbersOfAccounts(text: String, value: Double) {
    let notation = NumberNotation(
      decimal: .point, thousands: .comma, signs: ["$", "%", "()", "-", "\u{2212}"])
    #expect(parse(text, notation) == .number(value))
  }

  @Test(arguments: [
    "(5", "5)", "()", "(-5)", "-(5)", "-5-", "(5-)", "-", "((5))", "\u{2212}-5", "$",
  ])
  func aNumberIsNegativeOnce(text: String) {
    let notation = NumberNotation(
      decimal: .point, thousands: .comma, signs: ["$", "()", "-", "\u{2212}"])
    #expect(parse(text, notation) == .notANumber)
  }

  /// What makes numbers negative has to be allowed: `(5)` may be a name.
  @Test(arguments: ["(5)", "5-", "\u{2212}5"])
  func accountsNeedTheirSetting(text: String) {
    #expect(parse(text, Self.english) == .notANumber)
  }

  @Test(arguments: ["%", "$", "5£", "%5%5", "--5", "$-+5"])
  func signsAloneAreNoNumbers(text: String) {
    let notation = NumberNotation(decimal: .point, thousands: nil, signs: ["%", "$", "€"])
    #expect(parse(text, notation) == .notANumber)
  }

  @Test(arguments: [
    (" ", "1 234 567,5"), ("\u{A0}", "1\u{A0}234\u{A0}567,5"),
    ("\u{202F}", "1\u{202F}234\u{202F}567,5"),
    ("'", "1'234'567,5"), ("\u{2019}", "1\u{2019}234\u{2019}567,5"), ("_", "1_234_567,5"),
  ])
  func separatorsOfOtherCountries(separator: String, text: String) {
    let notation = NumberNotation(
      decimal: .comma, thousands: ThousandsSeparator(rawValue: separator))
    #expect(parse(text, notation) == .number(1_234_567.5))
  }

  @Test(arguments: [
    (["41,068", "987"], UInt8(ascii: ","), #""thousands": ",""#),
    (["3,421", "11,26"], UInt8(ascii: ","), #""decimal": ",""#),
    (["3,421", "5,473"], UInt8(ascii: ";"), #""decimal": ",""#),
    (["1.234,5", "7,25"], UInt8(ascii: ";"), #""decimal": ",", "thousands": ".""#),
    (["11%", "7%"], UInt8(ascii: ","), #""signs": ["%"]"#),
    (["$1,200", "-$3"], UInt8(ascii: ","), #""thousands": ",", "signs": ["$"]"#),
    (["($1,200)", "$3"], UInt8(ascii: ","), #""thousands": ",", "signs": ["$","()"]"#),
    (["794.0-", "3.5"], UInt8(ascii: ","), #""signs": ["-"]"#),
    (["\u{2212}5", "3"], UInt8(ascii: ","), "\"signs\": [\"\u{2212}\"]"),
    (["1\u{2019}200.5", "7"], UInt8(ascii: ","), "\"thousands\": \"\u{2019}\""),
    (["8 604 308", "1 200"], UInt8(ascii: ","), #""thousands": " ""#),
    (["8\u{202F}604.5", "1\u{202F}200"], UInt8(ascii: ","), "\"thousands\": \"\u{202F}\""),
    (["23 mm", "17 mm", "9 mm"], UInt8(ascii: ","), #""signs": ["mm"]"#),
    (["23.4 kmpl", "17 kmpl", "9.5 kmpl"], UInt8(ascii: ","), #""signs": ["kmpl"]"#),
    (["180cm", "165cm", "1,72cm"], UInt8(ascii: ";"), #""decimal": ",", "signs": ["cm"]"#),
    (["1 200,50", "7"], UInt8(ascii: ";"), #""decimal": ",", "thousands": " ""#),
  ])
  func notationsAreGuessed(labels: [String], delimiter: UInt8, setting: String) {
    #expect(NotationGuess(labels, delimiter: delimiter)?.setting == setting)
  }

  /// Units that differ, names with numbers, and too few of a kind.
  @Test(arguments: [
    ["5 kg", "3 lb", "7 kg"], ["12A", "13A", "14A"], ["3 doors", "5 doors"], ["5k", "7k", "9k"],
    ["5.3 M", "1 M", "2 M"],
    ["3 million", "4 million", "5 million"], ["12 May", "13 May", "14 May"],
    ["5 pm", "6 pm", "7 pm"],
    ["20-30 years", "30-40 years", "40-50 years"],
  ])
  func otherNumbersShareNoUnit(labels: [String]) {
    #expect(NotationGuess(labels, delimiter: UInt8(ascii: ",")) == nil)
  }

  @Test(arguments: [["a", "b"], ["1", "2"], ["2024-01-01"], ["12:30"], ["1.2.3"], ["a%"], []])
  func otherTextsAreNoNumbers(labels: [String]) {
    #expect(NotationGuess(labels, delimiter: UInt8(ascii: ",")) == nil)
  }

  /// Three decimals are thousands elsewhere; another column tells.
  @Test func oneColumnTellsOfAnother() {
    let guess = NotationGuess(
      columns: [["3,421", "5,473"], ["11,26", "17,42"]], delimiter: UInt8(ascii: ","))
    #expect(guess?.setting == #""decimal": ",""#)
  }
}
