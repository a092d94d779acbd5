import Configuration
import TestSupport
import Testing
import Training

/// What is proposed for tables of kinds that people have.
@Suite struct TableProposalTests {
  private typealias Sample = ProposalSample

  private static func noise(_ row: Int, _ salt: Int = 0) -> String {
    "\(Double(Sample.noise(row, salt)) / 100)"
  }

  @Test func classesAreLearnedFromAllUsefulColumns() throws {
    let sample = try Sample(
      Sample.csv(
        rows: 150,
        [
          "size": { Self.noise($0) }, "colour": { ["red", "blue"][$0 % 2] },
          "species": { ["cat", "dog", "owl"][$0 % 3] },
        ]))
    #expect(sample.diagnostics.isEmpty)
    #expect(sample.data?["target"]?.string == "species")
    #expect(sample.data?["train"]?.string == "data.csv")
    #expect(sample.data?["validation"]?["stratify"]?.boolean == true)
    #expect(sample.data?["scaling"]?.string == "standard")
    #expect(sample.data?["unseen_categories"]?.string == "zeros")
    #expect(sample.training?["loss"]?.string == "cross_entropy")
    #expect(sample.noteCodes == ["target"])
    // What holds anyway is left out.
    #expect(sample.data?["header"] == nil)
    #expect(sample.training?["shuffle"] == nil)
  }

  @Test func whatIdentifiesRowsIsLeftOut() throws {
    let sample = try Sample(
      Sample.csv(
        rows: 60,
        [
          "PassengerId": { "\($0 + 1)" }, "name": { "person \($0)" }, "x": { Self.noise($0) },
          "ticket": { $0 % 3 == 0 ? "A\($0)" : "\(Sample.noise($0) * 7)" },
          "user_id": { "\(Sample.noise($0) * 1000 + $0)" }, "cabin": { "C\($0 % 20)" },
          "y": { $0 % 2 == 0 ? "yes" : "no" },
        ]))
    #expect(sample.diagnostics.isEmpty)
    #expect(
      sample.data?["ignore"]?.texts == ["PassengerId", "name", "ticket", "user_id", "cabin"])
    #expect(
      sample.noteCodes == [
        "target", "row-number", "identifier", "identifier", "identifier", "many-categories",
      ])
    #expect(sample.training?["loss"]?.string == "binary_cross_entropy")
  }

  /// An identifier of which some rows have the same, as of patients who came twice.
  @Test(arguments: [("sample_id", true), ("size", false)])
  func identifiersMayRecur(name: String, isLeftOut: Bool) throws {
    let number = { (row: Int) in "\(10_000 + row % 180 * 7919 % 1801)" }
    let sample = try Sample(
      Sample.csv(
        rows: 200,
        ["a": { "\(Sample.noise($0))" }, name: number, "y": { "\(Sample.noise($0, 2) % 2)" }]))
    #expect(sample.diagnostics.isEmpty)
    #expect(sample.data?["ignore"]?.texts == (isLeftOut ? [name] : nil))
    #expect(sample.noteCodes.contains("identifier") == isLeftOut)
  }

  /// As the cylinders of cars, one of which has a rotary engine.
  @Test(arguments: ["cylinders", "x"]) func aWordBesideFewIntegersMakesNames(target: String) throws
  {
    func table(_ word: String) -> String {
      Sample.csv(
        rows: 90,
        [
          "cylinders": { $0 == 40 ? word : "\([4, 6, 8][$0 % 3])" },
          "x": { $0 % 7 == 0 ? "1.5" : Self.noise($0) },
        ])
    }
    let sample = try Sample(table("rotary")) { $0.target = target }
    #expect(sample.data?["columns"]?["cylinders"]?["type"]?.string == "category")
    #expect(sample.noteCodes.contains("mixed-column"))
    let typo = try Sample(table("6x")) { $0.target = target }
    #expect(typo.data?["columns"]?["cylinders"]?["type"] == nil)
    let tokens = target == "x" ? "number_tokens" : "tokens"
    #expect(typo.data?["missing"]?[tokens]?.texts.contains("6x") == true)
    #expect(typo.noteCodes.contains("missing-words"))
  }

  enum Index: String {
    case shuffled, recurring

    func text(_ row: Int) -> String {
      switch self {
      case .shuffled: "\(997 - row * 37 % 199)"
      case .recurring: "0.\(row % 7)"
      }
    }
  }

  /// As of a frame that was shuffled.
  @Test(arguments: [(",0,1,2", Index.shuffled), (",5,7,9", .shuffled), (",0,1,2", .recurring)])
  func columnsBehindAnyIndexAreCalledByNumbers(header: String, index: Index) throws {
    let rows = (0..<50).map {
      "\(index.text($0)),\(Self.noise($0)),\(Self.noise($0, 1)),\($0 % 2)\n"
    }.joined()
    let sample = try Sample(header + "\n" + rows)
    #expect(sample.data?["header"] == nil)
    #expect(sample.fact("target")?.contains("2 classes: 0 (25), 1 (25)") == true)
  }

  /// Another column would lose them.
  @Test func aWordThatIsANameElsewhereIsAClass() throws {
    let sample = try Sample(
      Sample.csv(
        rows: 90,
        [
          "x": { Self.noise($0) }, "status": { ["paid", "open", "unknown"][$0 % 3] },
          "y": { $0 == 31 || $0 == 62 ? "unknown" : "\($0 % 2)" },
        ]))
    #expect(sample.diagnostics.isEmpty)
    #expect(sample.data?["missing"] == nil)
    #expect(sample.training?["loss"]?.string == "cross_entropy")
    #expect(sample.fact("target")?.contains("3 classes: 0 (44), 1 (44), unknown (2)") == true)
  }

  @Test func columnsBehindAnIndexAreCalledByNumbers() throws {
    let rows = (0..<40).map { "\($0),\(Self.noise($0)),\(Self.noise($0, 1))\n" }.joined()
    #expect(try Sample(",1.5,2.5\n" + rows).data?["header"] == nil)
    #expect(try Sample(",1.5,2.5\n,2,3\n" + rows).data?["header"]?.boolean == false)
  }

  /// "none" is a missing value among numbers only.
  @Test func noneIsAClass() throws {
    let sample = try Sample(
      Sample.csv(
        rows: 60, ["x": { Self.noise($0) }, "y": { ["all", "some", "none"][$0 % 3] }]))
    #expect(sample.diagnostics.isEmpty)
    #expect(sample.training?["loss"]?.string == "cross_entropy")
    #expect(sample.fact("target")?.contains("3 classes: all (20), none (20), some (20)") == true)
  }

  /// A typing error and a word for nothing among the numbers of classes are no classes of their own.
  @Test(arguments: ["l", "none"]) func wordsAmongNumbersOfClassesAreMissing(word: String) throws {
    let sample = try Sample(
      Sample.csv(
        rows: 80, ["x": { Self.noise($0) }, "y": { $0 == 30 ? word : "\($0 % 2)" }]))
    #expect(sample.diagnostics.isEmpty)
    #expect(sample.data?["missing"]?["tokens"]?.texts.contains(word) == true)
    #expect(sample.training?["loss"]?.string == "binary_cross_entropy")
    #expect(sample.fact("target")?.contains("2 classes: 1 (40), 0 (39)") == true)
  }

  @Test func aHeaderlessTableMayBeginWithoutAValue() throws {
    let rows = (0..<40).map { "0.\($0),\(Self.noise($0)),\(Self.noise($0, 1))\n" }.joined()
    #expect(try Sample(",1.5,2.5\n" + rows).data?["header"]?.boolean == false)
  }

  @Test func columnsOfOneValueInTheRowsThatTrainAreLeftOut() throws {
    let sample = try Sample(
      Sample.csv(
        rows: 60,
        [
          "x": { Self.noise($0) }, "mood": { $0 < 30 ? "" : Self.noise($0, 1) },
          "y": { $0 < 30 ? Self.noise($0, 2) : "" },
        ]))
    #expect(sample.diagnostics.isEmpty)
    #expect(sample.data?["ignore"]?.texts == ["mood"])
    #expect(sample.noteCodes == ["target", "no-information"])
  }

  @Test func columnsWithoutInformationAreLeftOut() throws {
    let sample = try Sample(
      Sample.csv(
        rows: 40,
        [
          "empty": { _ in "" }, "constant": { _ in "3" }, "x": { Self.noise($0) },
          "day": { "2023-0\($0 % 9 + 1)-11" }, "price": { "$\($0 % 7)" },
          "y": { Self.noise($0, 1) },
        ]))
    #expect(sample.diagnostics.isEmpty)
    #expect(sample.data?["ignore"]?.texts == ["empty", "constant"])
    #expect(sample.training?["loss"]?.string == "mse")
  }

  @Test func aColumnThatIsAllThereIsStays() throws {
    let sample = try Sample(Sample.csv(rows: 40, ["x": { "\($0)" }, "y": { "\(2 * $0 + 1)" }]))
    #expect(sample.diagnostics.isEmpty)
    #expect(sample.data?["ignore"] == nil)
    #expect(sample.noteCodes.contains("row-number"))
  }

  @Test func missingValuesAreFilledIn() throws {
    let sample = try Sample(
      Sample.csv(
        rows: 60,
        [
          "age": { $0 % 5 == 0 ? "" : Self.noise($0) },
          "level": { $0 % 6 == 0 ? "unknown" : Self.noise($0, 2) },
          "port": { $0 % 3 == 0 ? "N/A" : ["a", "b"][$0 % 2] },
          "y": { $0 % 10 == 9 ? "" : Self.noise($0, 1) },
        ]))
    #expect(sample.diagnostics.isEmpty)
    #expect(sample.data?["missing"]?["strategy"]?.string == "median")
    // A word that a category column may hold is none for missing values there.
    #expect(sample.data?["missing"]?["tokens"] == nil)
    #expect(sample.data?["missing"]?["number_tokens"]?.texts == ["-", "unknown"])
    let columns = sample.data?["columns"]
    #expect(columns?["port"]?["missing"]?["value"]?.string == "missing")
    #expect(columns?["y"]?["missing"]?["strategy"]?.string == "drop_row")
    #expect(sample.fact("missing")?.contains("age (12)") == true)
  }

  @Test(arguments: [
    (2, 60, "binary_cross_entropy"), (5, 60, "cross_entropy"), (5, 40, "mse"), (15, 300, "mse"),
  ])
  func fewIntegersAreClassesIfEachHasEnoughRows(values: Int, rows: Int, loss: String) throws {
    let sample = try Sample(
      Sample.csv(rows: rows, ["x": { Self.noise($0) }, "y": { "\($0 % values)" }]))
    #expect(sample.diagnostics.isEmpty)
    #expect(sample.training?["loss"]?.string == loss)
    #expect(sample.fact("target")?.contains("different") == true)
  }

  @Test func categoriesAloneHaveNoWaves() throws {
    let sample = try Sample(
      Sample.csv(
        rows: 60, ["x": { ["a", "b", "c"][$0 % 3] }, "y": { ["no", "yes"][$0 / 2 % 2] }]))
    #expect(sample.diagnostics.isEmpty)
    #expect(sample.layers == ["ensemble", "dense", "dropout", "dense", "dropout", "dense"])
  }

  @Test(arguments: [(60, 0.15, nil), (950, 0.15, nil), (1500, 0.1, nil), (120_000, 0.05, 0.05)])
  func heldOutSharesShrinkWithTheRows(rows: Int, validation: Double, test: Double?) throws {
    let sample = try Sample(
      Sample.csv(rows: rows, ["x": { Self.noise($0) }, "y": { ["no", "yes"][$0 / 2 % 2] }]))
    #expect(sample.data?["validation"]?["fraction"]?.double == validation)
    #expect(sample.data?["test"]?["fraction"]?.double == test)
  }

  @Test func theTaskCanBeSaid() throws {
    let sample = try Sample(
      Sample.csv(rows: 60, ["x": { Self.noise($0) }, "y": { "\($0 % 3)" }])
    ) { $0.task = .regression }
    #expect(sample.diagnostics.isEmpty)
    #expect(sample.training?["loss"]?.string == "mse")
  }

  @Test func imbalanceIsSaidAndNotWeighted() throws {
    func sample(every rare: Int) throws -> ProposalSample {
      try Sample(
        Sample.csv(rows: 1200, ["x": { Self.noise($0) }, "y": { $0 % rare == 0 ? "bad" : "fine" }]))
    }
    let strong = try sample(every: 40)
    #expect(strong.diagnostics.isEmpty)
    #expect(strong.training?["loss"]?.string == "binary_cross_entropy")
    #expect(strong.noteCodes.contains("imbalance"))
    let weak = try sample(every: 6)
    #expect(weak.training?["loss"]?.string == "binary_cross_entropy")
    #expect(weak.noteCodes.contains("imbalance"))
  }

  @Test(arguments: [1, 2]) func aClassOfOneRowIsNamed(count: Int) throws {
    for rows in [41, 50, 420] {
      let sample = try Sample(
        Sample.csv(
          rows: rows, ["x": { Self.noise($0) }, "kind": { $0 < count ? "c" : ["a", "b"][$0 % 2] }]))
      // That the only example stays in the training part, check says as well.
      #expect(sample.diagnostics.map(\.code) == (count == 1 ? ["rare-class"] : []))
      #expect(sample.noteCodes.contains("rare-class"))
    }
  }

  @Test func codesWithLeadingZerosAreCategories() throws {
    let sample = try Sample(
      Sample.csv(
        rows: 80,
        ["postcode": { ["01234", "1234", "94103"][$0 % 3] }, "price": { Self.noise($0) }]))
    #expect(sample.diagnostics.isEmpty)
    #expect(sample.data?["columns"]?["postcode"]?["type"]?.string == "category")
  }

  @Test func notationIsFoundOut() throws {
    let rows = (0..<60).map { "\(Self.noise($0));\(Self.noise($0, 1));\(["a", "b"][$0 % 2])\n" }
    let plain = try Sample("data.data", rows.joined())
    #expect(plain.diagnostics.isEmpty)
    // What the first row tells need not be said.
    #expect(plain.data?["delimiter"] == nil)
    #expect(plain.data?["header"]?.boolean == false)
    let named = (0..<40).map { "c\($0),\($0 * 7 % 40),\($0 * 3)" }.joined(separator: "\n")
    let years = try Sample("country,2019,2020\n\(named)\n")
    #expect(years.data?["header"] == nil && years.data?["target"]?.string == "2020")
    let numbers = try Sample("c50,2019,2021.5\n\(named)\n")
    #expect(numbers.data?["header"]?.boolean == false)
    let all = (0..<40).map { "c\($0),\(1900 + $0),\(1902 + $0)" }.joined(separator: "\n")
    #expect(try Sample(all + "\n").data?["header"]?.boolean == false)
    #expect(plain.data?["target"]?.string == "c2")
    let tabs = try Sample(
      "data.tsv", "x\ty\n" + (0..<40).map { "\(Self.noise($0))\t\($0)\n" }.joined())
    #expect(tabs.diagnostics.isEmpty)
    #expect(tabs.data?["delimiter"] == nil)
    #expect(tabs.data?["header"] == nil)
    let mixed = try Sample(
      "a,b;d;y\n"
        + (0..<40).map {
          "\(Self.noise($0));\(Self.noise($0, 1));\(Self.noise($0, 2))\n"
        }.joined())
    #expect(mixed.data?["delimiter"]?.string == ";")
  }

  @Test(arguments: [2, 9, 19, 20, 33, 60, 400, 2500]) func anyNumberOfRowsWillDo(rows: Int) throws {
    for values in [2, 0] {
      let sample = try Sample(
        Sample.csv(
          rows: rows,
          ["x": { Self.noise($0) }, "y": { values == 2 ? "abc\($0 % 2)" : "\(Double($0) + 0.5)" }]))
      #expect(sample.diagnostics.isEmpty, "\(rows) rows: \(sample.diagnostics)")
    }
  }

  // MARK: - What cannot be learned

  @Test func targetsThatAreNoneAreRefused() throws {
    let table = Sample.csv(
      rows: 40,
      [
        "name": { "person \($0)" }, "x": { Self.noise($0) }, "same": { _ in "a" },
        "y": { ["a", "b"][$0 % 2] },
      ])
    #expect(try Sample.failure(table) { $0.target = "name" }.code == "unusable-target")
    #expect(try Sample.failure(table) { $0.target = "same" }.code == "one-class")
    let unknown = try Sample.failure(table) { $0.target = "nane" }
    #expect(unknown.code == "unknown-column")
    #expect(unknown.category == .usage)
    #expect(unknown.help == "did you mean \"name\"?")
    // By itself the table is learned from all the same.
    #expect(try Sample(table).data?["ignore"]?.texts == ["name", "same"])
  }

  @Test func lastColumnsThatAreNoTargetsArePassedOver() throws {
    let sample = try Sample(
      Sample.csv(
        rows: 40,
        [
          "x": { Self.noise($0) }, "size": { Self.noise($0, 1) }, "comment": { "said \($0)" },
          "row_id": { "\($0)" },
        ]))
    #expect(sample.data?["target"]?.string == "size")
  }

  /// The index of a table that pandas wrote, shuffled or not, whatever reading and writing again called it.
  @Test(arguments: ["", "Unnamed: 0", "Unnamed: 0.1"])
  func anIndexIsLeftOut(name: String) throws {
    for isShuffled in [false, true] {
      let sample = try Sample(
        Sample.csv(
          rows: 60,
          [
            name: { "\(isShuffled ? $0 * 37 % 60 : $0)" }, "a": { "\(Sample.noise($0))" },
            "b": { "\(Sample.noise($0, 1))" }, "y": { "\(Sample.noise($0, 2))" },
          ]))
      #expect(sample.data?["ignore"]?.texts == [name.isEmpty ? "c0" : name])
      #expect(sample.noteCodes.contains("row-number"))
      #expect(sample.diagnostics.isEmpty)
    }
  }

  @Test(arguments: [
    ("", "empty-file"), ("a,b,y\n", "too-few-rows"), ("a,b,y\n1,2,3\n", "too-few-rows"),
    ("a,y\n1,x\n2,x\n3,x\n", "one-class"), ("a,a,y\n1,2,3\n2,3,4\n", "duplicate-column"),
    ("c1,,y\n1,2,3\n2,3,4\n", "empty-column-name"), ("a,y\n1,2\n1,2,3\n2,3\n3,5\n", "ragged-row"),
    ("a,y\n7,x\n7,z\n7,x\n", "no-features"), ("p,q\n1,5;2,5\n", "too-few-rows"),
  ])
  func badTablesAreToldApart(text: String, code: String) throws {
    let finding = try Sample.failure(text)
    #expect(finding.code == code)
    #expect(finding.category == .data)
  }

  @Test(arguments: [
    (["12,5", "3,25"], #"{"decimal":","}"#, 3.25...12.5),
    (["1250", "3,500,000"], #"{"thousands":","}"#, 1250...3_500_000),
    (["1.250,75", "3"], #"{"decimal":",","thousands":"."}"#, 3...1250.75),
    (["12%", "-7 %"], #"{"signs":"%"}"#, -7...12),
    (["€12", "€1,000.50"], #"{"thousands":",","signs":"€"}"#, 12...1000.5),
    (["($1,250.50)", "3"], #"{"thousands":",","signs":["$","()"]}"#, -1250.5...3),
    (["794.5-", "3"], #"{"signs":"-"}"#, -794.5...3),
  ])
  func numbersInOtherNotationsAreRead(
    fields: [String], setting: String, range: ClosedRange<Double>
  ) throws {
    let sample = try Sample(
      "x;y\n" + (0..<60).map { "\($0 * 7 % 60);\(fields[$0 % 2])\n" }.joined()
    ) { $0.task = .regression }
    let written = ["decimal", "thousands", "signs"].compactMap { key in
      sample.data?[key].map { JSONMember(key, $0) }
    }
    #expect(JSONValue.object(written).compactText.filter { $0 != " " } == setting)
    #expect(sample.noteCodes.contains("number-notation"))
    #expect(sample.diagnostics.isEmpty)
    #expect(
      sample.fact("target")?.hasPrefix(
        "y, a number from \(JSONNumber(range.lowerBound).text) to \(JSONNumber(range.upperBound).text)"
      )
        == true)
  }

  @Test func unitsAreLeftOut() throws {
    let sample = try Sample(
      "power,price\n" + (0..<60).map { "\($0 * 7 % 60).5 bhp,\($0)\n" }.joined())
    #expect(sample.data?["signs"]?.string == "bhp")
    #expect(sample.diagnostics.isEmpty)
  }

  @Test func datesInOtherNotationsAreNoTarget() throws {
    let finding = try Sample.failure(
      "x;y\n"
        + (0..<30).map { "\(Self.noise($0));\(["31.12.23", "1.2.24"][$0 % 2])\n" }.joined())
    #expect(finding.code == "unusable-target")
    #expect(finding.help?.contains("year-month-day") == true)
  }

  @Test func otherFilesAreNamed() throws {
    for (start, word) in [
      (Array("PK\u{3}\u{4}".utf8), "ZIP"), ([0x89] + Array("PNG\r\n".utf8), "PNG"),
      (Array("PAR1".utf8), "Parquet"), (Array("[{\"a\": 1}]".utf8), "JSON"),
    ] {
      let finding = try Sample.failure("file", start + [UInt8](repeating: 0x20, count: 100))
      #expect(finding.code == "unknown-format")
      #expect(finding.message.contains(word))
    }
    #expect(try Sample.failure("file", [UInt8](0...255)).code == "unknown-format")
    #expect(try Sample.failure("file", [0xFF, 0xFE, 0x61, 0]).code == "utf-16")
  }

  /// Whatever the bytes, there is a proposal or a finding.
  @Test func mutatedTablesNeverTrap() throws {
    let text = Sample.csv(
      rows: 25,
      [
        "id": { "\($0)" }, "day": { "2024-01-\($0 + 10)" }, "x": { "\"\(Self.noise($0))\"" },
        "p": { "\($0)%" }, "y": { ["a", "b"][$0 % 2] },
      ])
    var mutator = Mutator(
      seed: 11, corpus: [Array(text.utf8)], meaningful: Array(",;\"\n\r\t%-.\0".utf8))
    for _ in 0..<min(200, Mutator.count) {
      do {
        _ = try Sample("data.csv", mutator.next())
      } catch is Failure {}
    }
  }
}
