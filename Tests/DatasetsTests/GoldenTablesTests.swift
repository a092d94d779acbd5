import Configuration
import Datasets
import TestSupport
import Testing

/// What pandas reads in the fields of tables.
@Suite struct GoldenTablesTests {
  @Test func partsOfDates() throws {
    let cases = try #require(try Golden.read("tables").require("dates").items)
    #expect(cases.count == 10)
    for sample in cases {
      let text = try #require(sample["text"]?.string)
      guard case .moment(let moment)? = TimeStamp.parse(text)?.value else {
        Issue.record("\(text) is no time")
        continue
      }
      for part in DatePart.allCases where part != .elapsed {
        let value = try sample.require(part.rawValue).double
        #expect(part.value(of: moment, origin: 0) == value, "\(part.rawValue) of \(text)")
      }
    }
  }

  @Test func numbersInOtherNotations() throws {
    let cases = try #require(try Golden.read("tables").require("numbers").items)
    #expect(cases.count == 3)
    for sample in cases {
      let decimal = try #require(DecimalMark(rawValue: sample.require("decimal").string ?? ""))
      let notation = NumberNotation(
        decimal: decimal,
        thousands: ThousandsSeparator(rawValue: try sample.require("thousands").string ?? ""))
      let texts = try sample.require("texts").items?.compactMap(\.string) ?? []
      let values = texts.map { text -> Double in
        var text = text
        return text.withUTF8 {
          guard case .number(let value) = notation.parse(UnsafeRawBufferPointer($0)) else {
            return .nan
          }
          return value
        }
      }
      #expect(values == (try sample.require("values").numbers()))
    }
  }

  @Test(arguments: [Scaling.robust, .quantile, .log]) func scalings(scaling: Scaling) throws {
    let cases = try #require(try Golden.read("tables").require("scalings").items)
    #expect(cases.count == 3)
    for sample in cases {
      let numbers = try sample.require("numbers").numbers()
      let feature = NumberFeature(name: "x", fitting: scaling, to: numbers)
      let expected = try sample.require(scaling.rawValue).numbers()
      for (number, value) in zip(try sample.require("later").numbers(), expected) {
        let found = Double(feature.encode(number))
        #expect(
          abs(found - value) <= 1e-5 * max(1, abs(value)), "\(number): \(found), not \(value)")
      }
    }
  }

  @Test func piecewiseLinearInputs() throws {
    var seen = 0
    for sample in try #require(try Golden.read("tables").require("scalings").items) {
      let numbers = try sample.require("numbers").numbers()
      let later = try sample.require("later").numbers()
      for encoding in try #require(sample["piecewise_linear"]?.items) {
        let bins = try #require(encoding["bins"]?.integer)
        let feature = try #require(
          PiecewiseLinearFeature(name: "x", bins: bins, fitting: numbers))
        let edges = try encoding.require("edges").numbers()
        #expect(feature.edges.count == edges.count)
        for (found, value) in zip(feature.edges, edges) { #expect(abs(found - value) < 1e-9) }
        let expected = try encoding.require("inputs").numbers()
        var inputs = [Float](repeating: .nan, count: feature.width)
        for (row, number) in later.enumerated() {
          inputs.withUnsafeMutableBufferPointer {
            _ = $0.baseAddress.map { feature.encode(number, into: $0) }
          }
          for (bin, found) in inputs.enumerated() {
            let value = expected[row * feature.width + bin]
            #expect(
              abs(Double(found) - value) <= 1e-6 * max(1, abs(value)),
              "bin \(bin) of \(number): \(found), not \(value)")
            seen += 1
          }
        }
      }
    }
    #expect(seen > 1000)
  }

  @Test func meansOfCategories() throws {
    let cases = try #require(try Golden.read("tables").require("encodings").require("means").items)
    #expect(cases.count == 4)
    for sample in cases {
      let expected = try sample.require("means").numbers()
      var sums = expected.map { _ in SmoothedMeans.Sums() }
      let categories = try sample.require("categories").numbers()
      for (category, target) in zip(categories, try sample.require("targets").numbers()) {
        sums[Int(category)].add(target)
      }
      let found = SmoothedMeans(sums)
      for (mean, value) in zip(found.means, expected) { #expect(abs(mean - value) < 1e-9) }
      let unseen = try #require(try sample.require("unseen").double)
      #expect(abs(found.ofUnseen - unseen) < 1e-9)
    }
  }

  @Test func hashesAreThoseOfTheStandard() throws {
    let cases = try #require(try Golden.read("tables").require("encodings").require("hashes").items)
    #expect(cases.count == 6)
    for sample in cases {
      let text = try #require(sample["text"]?.string)
      #expect(String(StableHash.hash(text)) == sample["hash"]?.string)
    }
  }
}
