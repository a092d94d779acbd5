import Configuration
import Datasets
import Numerics
import TestSupport
import Testing
import Training

/// Categories as places in an order, shares, buckets and means of the target, and vectors that columns share.
@Suite struct CategoryEncodingTests {
  private func encode(_ lines: [String], _ columns: [String], _ encoding: TableEncoding) throws
    -> [[Float]]
  {
    let workspace = try Workspace()
    try workspace.write(
      "new.csv", ([columns.joined(separator: ",")] + lines).joined(separator: "\n") + "\n")
    var stream = CSVRowStream(try FileBytes(path: workspace.path("new.csv")))
    var row = CSVRow()
    _ = try stream.next(into: &row)
    var encoder = try RowEncoder(encoding, columns: columns, file: "new.csv")
    var rows: [[Float]] = []
    while try stream.next(into: &row) {
      var inputs = [Float](repeating: .nan, count: encoding.width)
      try inputs.withUnsafeMutableBufferPointer {
        try encoder.encode(row, into: try #require($0.baseAddress))
      }
      rows.append(inputs)
    }
    return rows
  }

  // MARK: - Ordinal

  private static let sizes = TableSample.csv("size,y", rows: 12) {
    "\(["S", "L", "M", "S"][$0 % 4]),\($0)"
  }

  private func sizes(_ settings: String, more: String = "", csv: String = sizes) throws
    -> TableSample
  {
    try TableSample(
      csv, data: #""columns": {"size": {"encoding": "ordinal"\#(settings)}}\#(more)"#)
  }

  @Test func placesAreNumbers() throws {
    let sample = try sizes(#", "order": ["S", "M", "L", "XL"]"#)
    #expect(try sample.rows.prefix(4) == [[0], [2], [1], [0]])
    #expect(try encode(["XL", "M"], ["size"], try sample.encoding) == [[3], [1]])
    #expect(throws: Failure.self) { try encode(["XXL"], ["size"], try sample.encoding) }
    // 0, 2, 1, 0 again and again: a mean of 3/4 and a variance of 11/16.
    let scaled = try sizes(
      #", "order": ["S", "M", "L", "XL"]"#, more: #", "scaling": "standard""#)
    let expected = (2 - 0.75) / (11.0 / 16).squareRoot()
    #expect(abs(Double(try scaled.rows[1][0]) - expected) < 1e-6)
    #expect(
      try sizes(
        #", "order": ["S", "M", "L"], "scaling": "min_max", "clip": 0.4"#
      ).rows.prefix(3) == [[0], [0.4], [0.4]])
  }

  /// A program writes 3 as 3.0 as soon as a value of the column is missing.
  @Test func wholeNumbersAreFoundWithOtherDecimals() throws {
    let csv = TableSample.csv("zone,y", rows: 60) { "\(["3", "12", "-4"][$0 % 3]),\($0)" }
    let sample = try TableSample(
      csv, data: #""columns": {"zone": "category"}, "validation": "later.csv""#,
      others: ["later.csv": "zone,y\n3.0,1\n12.00,2\n"])
    #expect(sample.findings.isEmpty)
    let encoding = try sample.encoding
    #expect(try encode(["3.0", "12.00", "-4.0", "3"], ["zone"], encoding) == [[1], [2], [0], [1]])
    for other in ["3.5", "03", "3.", "+3.0", "x"] {
      #expect(throws: Failure.self) { try encode([other], ["zone"], encoding) }
    }
    let decimals = try TableSample(
      TableSample.csv("zone,y", rows: 60) { "\(["3.0", "12.0"][$0 % 2]),\($0)" },
      data: """
        "columns": {"zone": {"type": "category", "encoding": "ordinal", "order": ["12", "3"]}}
        """)
    #expect(decimals.findings.isEmpty)
    #expect(try decimals.rows.prefix(2) == [[1], [0]])
  }

  /// Where training has both, a text is that of its letters.
  @Test func categoriesOfTheSameNumberAreToldApart() {
    let index = CategoryIndex(["1.0", "1", "2.0", "v2", "3"])
    #expect(["1", "1.0", "1.00", "2", "3.0", "v2.0"].map { index[$0] } == [1, 0, 0, 2, 4, nil])
    #expect(
      ["1", "1.0", "2.0", "v2", "3"].map { index.otherText(of: $0) } == [nil, nil, "2", nil, "3.0"])
  }

  /// What comes from a file of its own no split can mend.
  @Test func unseenClassesOfAFileAreForTheFile() throws {
    let sample = try TableSample(
      "x,y\n1,p\n2,q\n3,p\n4,q\n", data: #""validation": "later.csv""#,
      others: ["later.csv": "x,y\n1,p\n2,r\n"])
    let error = try #require(sample.diagnostics.first { $0.severity == .error })
    #expect(error.code == "unseen-category")
    #expect(
      error.help
        == "a class must occur in the training part: add rows of it to 'train', or leave them out of this file"
    )
  }

  @Test func whatIsNotInTheOrderIsSaid() throws {
    let sample = try sizes(#", "order": ["S", "M"]"#)
    #expect(sample.findings == ["unseen-category data.csv:3:1"])
    #expect(
      sample.diagnostics.first?.message.contains("'L' is not in the order of column 'size'") == true
    )
    let zeros = try sizes(#", "order": ["S", "M"], "unseen_categories": "zeros""#)
    #expect(try zeros.rows.prefix(3) == [[0], [0], [1]])
    let missing = try sizes("")
    #expect(
      missing.diagnostics.first?.help
        == #"write "order": […] beside it, with these from the first to the last, which their names do not tell: "L", "M", "S""#
    )
    #expect(
      try sizes(#", "order": ["S", "M", "S"]"#).diagnostics.map(\.code) == ["duplicate-category"])
    #expect(try sizes(#", "order": "day_first""#).plan == nil)
  }

  @Test(arguments: [
    #""size": {"order": ["S", "M", "L"]}"#, #""size": {"buckets": 8}"#, #""size": {"shared": "t"}"#,
    #""size": {"encoding": "ordinal", "order": ["S", "M", "L"], "minimum_count": 2}"#,
    #""size": {"encoding": "frequency", "unseen_categories": "zeros"}"#,
    #""size": {"encoding": "frequency", "dimensions": 2}"#,
    #""size": {"encoding": "hash", "buckets": 8, "minimum_count": 2}"#,
    #""size": {"encoding": "hash", "buckets": 8, "scaling": "standard"}"#,
    #""size": {"encoding": "target", "order": ["S", "M", "L"]}"#,
    #""size": {"encoding": "embedding", "shared": "t"}"#,
  ])
  func settingsWithoutEffectAreRefused(columns: String) throws {
    let sample = try TableSample(Self.sizes, data: "\"columns\": {\(columns)}")
    #expect(sample.plan == nil)
    #expect(sample.diagnostics.map(\.code) == ["contradiction"], "\(sample.diagnostics)")
    #expect(sample.diagnostics.first?.place?.line == 2)
  }

  // MARK: - Frequency

  @Test func sharesAreThoseOfTheTrainingRows() throws {
    let sample = try TableSample(
      Self.sizes, data: #""columns": {"size": {"encoding": "frequency"}}"#)
    #expect(try sample.rows.prefix(3) == [[0.5], [0.25], [0.25]])
    #expect(try encode(["S", "never"], ["size"], try sample.encoding) == [[0.5], [0]])
  }

  // MARK: - Hash

  @Test func textsFallIntoBuckets() throws {
    let sample = try TableSample(
      Self.sizes, data: #""columns": {"size": {"encoding": "hash", "buckets": 7}}"#)
    func bucket(_ text: String) -> Float { Float(StableHash.hash(text) % 7) }
    #expect(try sample.storedRows.prefix(3) == [[bucket("S")], [bucket("L")], [bucket("M")]])
    #expect(try sample.sound.network.inputShape == Shape(7))
    #expect(try encode(["never"], ["size"], try sample.encoding) == [[bucket("never")]])
    let many = try TableSample(
      Self.sizes, data: #""columns": {"size": {"encoding": "hash", "buckets": 100}}"#)
    #expect(try many.sound.network.inputShape == Shape(21))
    let without = try TableSample(Self.sizes, data: #""columns": {"size": {"encoding": "hash"}}"#)
    #expect(without.diagnostics.map(\.code) == ["missing-key"])
    #expect(without.diagnostics.first?.help?.contains("\"buckets\": 16") == true)
    let texts = TableSample.csv("size,y", rows: 99) { "t\($0 % 33),\($0 % 5)" }
    let more = try TableSample(texts, data: #""columns": {"size": {"encoding": "hash"}}"#)
    #expect(more.diagnostics.first?.help?.contains("\"buckets\": 64") == true)
  }

  // MARK: - Means of the target

  /// 60 shops of some rows each; the target has nothing to do with them, or all.
  private static func shops(noise: Bool) -> String {
    var random = SplitMix64(seed: 8)
    let values = random.floats(200, in: -1..<1)
    return TableSample.csv("shop,x,y", rows: 180) { row in
      let shop = row * 7 % 60
      let y = noise ? values[row] : Float(shop % 10)
      return "s\(shop),\(row % 5),\(y)"
    }
  }

  private static let means = #""columns": {"shop": {"encoding": "target"}}"#

  /// With means over all rows, each of which has a third of its own target in it, they would be alike by 0.6.
  @Test(arguments: 0..<4) func noRowIsToldItsOwnTarget(seed: Int) throws {
    let sample = try TableSample(
      Self.shops(noise: true), data: Self.means + #", "validation": {"fraction": 0.1}"#, seed: seed)
    let set = try #require(try sample.sound.data.makeSets()[.train])
    let targets = try #require(set.targets)
    func values(_ matrix: ExampleMatrix) -> [Double] {
      set.rows.map { Double(matrix.range(of: 0, examples: [$0])?.lowerBound ?? .nan) }
    }
    let (x, y) = (values(set.features), values(targets))
    #expect(abs(Self.correlation(x, y)) < 0.25)
  }

  private static func correlation(_ x: [Double], _ y: [Double]) -> Double {
    let (a, b) = (x.reduce(0, +) / Double(x.count), y.reduce(0, +) / Double(y.count))
    let products = zip(x, y).reduce(0) { $0 + ($1.0 - a) * ($1.1 - b) }
    let squares =
      (x.reduce(0) { $0 + ($1 - a) * ($1 - a) } * y.reduce(0) { $0 + ($1 - b) * ($1 - b) })
      .squareRoot()
    return squares > 0 ? products / squares : 0
  }

  /// A shop whose rows all have one target is told by it, also in rows to come.
  @Test func aMeanTellsWhatACategoryIsWorth() throws {
    let sample = try TableSample(
      Self.shops(noise: false), data: Self.means + #", "test": {"fraction": 0.2}"#,
      training: #""epochs": 1, "loss": "mse""#)
    let encoding = try sample.encoding
    let feature = try #require(encoding.features[0] as? CodedFeature)
    #expect(feature.inputs.map(\.name) == ["y"] && feature.categories.count == 60)
    let found = try encode(["s3,0", "s17,0", "never,0"], ["shop", "x"], encoding)
    #expect(abs(found[0][0] - 3) < 0.01 && abs(found[1][0] - 7) < 0.01)
    #expect((3..<6).contains(found[2][0]))
    // Rows of the test part have the means of all training rows.
    let set = try #require(try sample.sound.data.makeSets()[.test])
    let targets = try #require(set.targets)
    for row in set.rows {
      let input = try #require(set.features.range(of: 0, examples: [row])?.lowerBound)
      let target = try #require(targets.range(of: 0, examples: [row])?.lowerBound)
      #expect(abs(input - target) < 0.01)
    }
  }

  @Test(arguments: [(2, ["c1"]), (3, ["c0", "c1", "c2"])])
  func classesHaveANumberEach(classes: Int, names: [String]) throws {
    let csv = TableSample.csv("shop,x,y", rows: 120) {
      "s\($0 * 7 % 12),\($0 % 5),c\($0 * 7 % 12 % classes)"
    }
    let sample = try TableSample(csv, data: Self.means)
    let feature = try #require(try sample.encoding.features[0] as? CodedFeature)
    #expect(feature.inputs.map(\.name) == names)
    #expect(try sample.sound.network.inputShape == Shape(names.count + 1))
    let found = try encode(["s0,0", "s1,0"], ["shop", "x"], try sample.encoding)
    #expect(abs(found[0][0] - (classes == 2 ? 0 : 1)) < 0.01)
    #expect(abs(found[1][0] - (classes == 2 ? 1 : 0)) < 0.01)
  }

  /// Rows of a group are in one fold, so that a shop that is a group is told by the means of others only.
  @Test func noGroupIsToldItsOwnTargets() throws {
    let csv = Self.shops(noise: false).split(separator: "\n").enumerated().map { index, line in
      index == 0 ? "g,\(line)" : "g\(line.split(separator: ",")[0]),\(line)"
    }.joined(separator: "\n")
    func inputs(_ data: String) throws -> [Double] {
      let sample = try TableSample(csv, data: Self.means + data, training: #""loss": "mse""#)
      return try sample.rows.map { Double($0[0]) }
    }
    let apart = try inputs(#", "group": "g", "test": {"fraction": 0.1}"#)
    #expect(apart.allSatisfy { abs($0 - apart[0]) < 1e-4 })
    let together = try inputs(#", "ignore": ["g"], "test": {"fraction": 0.1}"#)
    #expect((together.max() ?? 0) - (together.min() ?? 0) > 5)
  }

  @Test func ofSeriesItWouldTellTheFuture() throws {
    let sample = try TableSample(
      Self.shops(noise: true), data: Self.means + #", "window": {"length": 3}"#)
    #expect(sample.diagnostics.contains { $0.message.contains("rows to come") })
  }

  // MARK: - Shared vectors

  private static let matches = TableSample.csv("home,guest,y", rows: 60) {
    "t\($0 % 7),t\(($0 + 3) % 9),\($0 % 5)"
  }

  @Test func columnsShareTheirVectors() throws {
    let sample = try TableSample(
      Self.matches,
      data: """
        "columns": {"home": {"encoding": "embedding", "shared": "team"},
                    "guest": {"encoding": "embedding", "shared": "team"}}
        """)
    let plan = try sample.sound
    let tables = plan.memory.parameters.filter { $0.name.hasPrefix("inputs.") }
    #expect(tables.map(\.name) == ["inputs.team"])
    #expect(tables.first?.shape == Shape(9, 5))
    // t8 plays at home never, and yet it has its place.
    #expect(try encode(["t8,t0"], ["home", "guest"], try sample.encoding) == [[8, 0]])
    let outcome = try TrainingLoop(
      plan, sets: plan.data.makeSets(), pool: ThreadPool(threads: 1)
    ).run(TrainingLoop.Observer())
    #expect(outcome.reason == .completed)
  }

  @Test func dimensionsMakeVectors() throws {
    let sample = try TableSample(Self.sizes, data: #""columns": {"size": {"dimensions": 2}}"#)
    let feature = try #require(try sample.encoding.features[0] as? CategoryFeature)
    #expect(feature.dimensions == 2 && feature.categories.count == 3)
  }

  @Test func sharedVectorsHaveOneSize() throws {
    let sample = try TableSample(
      Self.matches,
      data: """
        "columns": {"home": {"encoding": "embedding", "shared": "team", "dimensions": 3},
                    "guest": {"encoding": "embedding", "shared": "team"}}
        """)
    #expect(sample.diagnostics.allSatisfy { $0.message.contains("'dimensions' is not the same") })
    #expect(sample.diagnostics.count == 2)
  }

  // MARK: - Models

  /// What arrives later is encoded as in training, also where it is missing, and so says the text of the model.
  @Test func aRowIsWhatItWasInTraining() throws {
    let csv = TableSample.csv("size,shop,zip,y", rows: 60) { row in
      let size = row % 7 == 3 ? "NA" : ["S", "M", "L"][row * row % 3]
      return "\(size),\(row % 11 == 5 ? "" : "s\(row % 9)"),z\(row * 13 % 40),\(row % 6)"
    }
    let sample = try TableSample(
      csv,
      data: """
        "missing": "most_frequent", "scaling": "robust", "columns": {
          "size": {"encoding": "ordinal", "order": ["S", "M", "L"], "indicator": true},
          "shop": {"encoding": "frequency", "indicator": true},
          "zip": {"encoding": "hash", "buckets": 64, "dimensions": 4}}
        """)
    let encoding = try sample.encoding
    let codec = DataEncodings.catalog.codec
    let text = codec.write(encoding).compactText
    var reading = Reading(root: codec.form)
    let again = try #require(
      codec.read(JSONParser.parse(SourceText(name: "encoding", text)).value, &reading)
        as? TableEncoding)
    #expect(reading.diagnostics.isEmpty && codec.write(again).compactText == text)
    let lines = csv.split(separator: "\n").dropFirst().map { String($0) }
    #expect(try encode(lines, ["size", "shop", "zip", "y"], again) == sample.storedRows)
  }
}
