import Configuration
import Datasets
import Testing
import Training

/// A row that arrives later is encoded as the same row was in training.
@Suite struct RowEncodingTests {
  private static let data = """
    "scaling": "quantile", "unseen_categories": "zeros", "missing": "median",
    "columns": {
      "day": {"type": "datetime", "indicator": true, "order": "day_first"},
      "at": {"type": "datetime", "encoding": "one_hot", "parts": ["hour", "year"]},
      "paid": {"decimal": ",", "thousands": ".", "signs": "€", "scaling": "robust", "clip": 1},
      "share": {"signs": "%", "scaling": "log"}, "n": {"indicator": true},
      "m": {"encoding": "piecewise_linear", "bins": 5, "indicator": true, "clip": 0.875},
      "kind": {"indicator": true}
    }
    """

  private static let csv = TableSample.csv("day;at;paid;share;n;m;kind;y", rows: 50) { row in
    let day = row % 9 == 4 ? "" : "\(row % 28 + 1).\(row % 12 + 1).2024"
    let at = "20\(10 + row % 7)-01-01 \(10 + row % 9):00"
    let paid = row % 11 == 3 ? "-" : "\(row % 3 + 1).\(100 + row * 13),\(row % 10) €"
    let kind = row % 8 == 0 ? "NA" : "k\(row % 3)"
    return
      "\(day);\(at);\(paid);\(row * 7 % 101) %;\(row % 6 == 0 ? "n/a" : "\(row)");"
      + "\(row % 7 == 2 ? "null" : "\(row * row % 37)");\(kind);\(row)"
  }

  /// A column that the model uses is no other one under a wrong name.
  @Test(arguments: [
    (["sepal_width", "y"], "its columns are: sepal_width, y"),
    (["sepal_width", "petal_with"], #""petal_width" may be "petal_with" there"#),
  ])
  func columnsOfTheModelAreNotSuggested(columns: [String], help: String) throws {
    let csv = TableSample.csv("sepal_width,petal_width,y", rows: 12) { row in
      "\(row * 5 % 7),\(row * 3 % 5),\(row)"
    }
    let encoding = try TableSample(csv).encoding
    let failure = try #require(throws: Failure.self) {
      try RowEncoder(encoding, columns: columns, file: "later.csv")
    }
    #expect(failure.diagnostics.map(\.help) == [help])
  }

  @Test func aRowIsWhatItWasInTraining() throws {
    let sample = try TableSample(Self.csv, data: Self.data)
    let encoding = try sample.encoding
    let expected = try sample.storedRows
    let path = sample.workspace.path("data.csv")
    let contents = try FileBytes(path: path)
    var stream = CSVRowStream(contents, dialect: encoding.dialect(of: contents))
    var row = CSVRow()
    #expect(try stream.next(into: &row))
    let columns = try encoding.columns(firstRow: row).names
    var encoder = try RowEncoder(encoding, columns: columns, file: path)
    var inputs = [Float](repeating: .nan, count: encoding.width)
    var count = 0
    while try stream.next(into: &row) {
      try inputs.withUnsafeMutableBufferPointer { buffer in
        try encoder.encode(row, into: try #require(buffer.baseAddress))
      }
      #expect(inputs == expected[count], "row \(count)")
      count += 1
    }
    #expect(count == 50)
    #expect(encoder.filledIn.map(\.column) == ["day", "paid", "n", "m", "kind"])
  }

  /// The encoding of a model file is read as it was written.
  @Test func theEncodingSurvivesItsText() throws {
    let encoding = try TableSample(Self.csv, data: Self.data).encoding
    let codec = DataEncodings.catalog.codec
    let text = codec.write(encoding).compactText
    let parsed = JSONParser.parse(SourceText(name: "encoding", text)).value
    var reading = Reading(root: codec.form)
    let again = try #require(codec.read(parsed, &reading))
    #expect(reading.diagnostics.isEmpty)
    #expect(codec.write(again).compactText == text)
  }

  /// The group of a series may be an input, too, and is missing once.
  @Test func columnsThatAreMissingAreNamedOnce() {
    var encoding = TableEncoding()
    encoding.features = [NumberFeature(name: "shop", missingValue: nil, scale: .identity)]
    var window = WindowEncoding()
    window.group = "shop"
    encoding.window = window
    do {
      _ = try RowEncoder(encoding, columns: ["day", "sold"], file: "later.csv")
      Issue.record("nothing was thrown")
    } catch let failure as Failure {
      #expect(failure.diagnostics.map(\.message) == [#"'later.csv' lacks the column "shop""#])
    } catch {
      Issue.record("\(error)")
    }
  }
}
