import Datasets
import Testing

struct CSVDialectTests {
  @Test func standardIsCommaAndDoubleQuote() {
    #expect(CSVDialect.standard == CSVDialect(delimiter: UInt8(ascii: ",")))
  }

  @Test(arguments: Array(";\t| :".utf8))
  func acceptsDelimiter(_ delimiter: UInt8) {
    #expect(CSVDialect(delimiter: delimiter) != nil)
  }

  @Test(arguments: Array("\"\n\r\0.+-5eZ".utf8) + [0x80])
  func rejectsDelimiter(_ delimiter: UInt8) {
    #expect(CSVDialect(delimiter: delimiter) == nil)
  }

  @Test func rejectsBlankQuote() {
    #expect(CSVDialect(delimiter: UInt8(ascii: ","), quote: UInt8(ascii: " ")) == nil)
  }

  @Test func usesOtherBytes() throws {
    let dialect = try #require(
      CSVDialect(delimiter: UInt8(ascii: "\t"), quote: UInt8(ascii: "'")))
    #expect(try rows("a, b\t 'c\td' \t\"\n", dialect: dialect) == [["a, b", "c\td", "\""]])
  }
}
