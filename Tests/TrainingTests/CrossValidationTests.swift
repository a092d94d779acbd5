import Configuration
import Datasets
import TestSupport
import Testing
import Training

/// How data is divided into folds, and what each fold knows.
@Suite struct CrossValidationTests {
  private func plan(
    csv: String, data: String, layers: String = #"{"type": "dense"}"#, folds: Int,
    in workspace: Workspace
  ) throws -> CrossValidationPlan {
    try workspace.write("data.csv", csv)
    let loaded = try LoadedConfig.parse(
      SourceText(
        name: "config.json",
        """
        {
          "seed": 3, "data": {"train": "data.csv", \(data)},
          "model": {"layers": [\(layers)]}, "training": {"epochs": 2, "batch_size": 8}
        }
        """), baseDirectory: workspace.path)
    let (plan, diagnostics) = CrossValidationPlan.check(loaded, folds: folds)
    guard let plan else { throw Failure(diagnostics) }
    return plan
  }

  private func sets(_ plan: RunPlan) throws -> [Part: ExampleSet] { try plan.data.makeSets() }

  /// The scale of each fold is the mean and the deviation of its own training rows, and of no others.
  @Test func scalersSeeTrainingRowsOnly() throws {
    let values = (0..<40).map { Double(($0 * 37) % 41) + ($0 == 17 ? 5000 : 0) }
    let csv = "x,y\n" + values.enumerated().map { "\($1),\($0 % 9)\n" }.joined()
    let workspace = try Workspace()
    let plan = try plan(
      csv: csv, data: #""target": "y", "scaling": "standard", "test": {"fraction": 0.25}"#,
      folds: 4, in: workspace)
    var validated: [Int32] = []
    var tests: Set<[Int32]> = []
    for fold in plan.folds {
      let sets = try sets(fold)
      let train = try #require(sets[.train]).rows.map { values[Int($0)] }
      let mean = train.reduce(0, +) / Double(train.count)
      let variance = train.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(train.count)
      let encoding = try #require(fold.data.encoding as? TableEncoding)
      let scale = try #require(encoding.features.first as? NumberFeature).scale
      #expect(abs(scale.offset - mean) < 1e-9)
      #expect(abs(scale.divisor - variance.squareRoot()) < 1e-9)
      let (validation, test) = (
        try #require(sets[.validation]).rows, try #require(sets[.test]).rows
      )
      #expect(Set(validation).isDisjoint(with: sets[.train]?.rows ?? []))
      #expect(Set(test).isDisjoint(with: (sets[.train]?.rows ?? []) + validation))
      validated += validation
      tests.insert(test)
    }
    #expect(tests.count == 1)
    #expect((validated + (tests.first ?? [])).sorted() == (0..<40).map { Int32($0) })

    // The test part is that of a run without folds.
    let loaded = try LoadedConfig.parse(
      SourceText(
        name: "config.json",
        """
        {"seed": 3, "data": {"train": "data.csv", "target": "y", "test": {"fraction": 0.25},
          "validation": {"fraction": 0.1}}, "model": {"layers": [{"type": "dense"}]}}
        """), baseDirectory: workspace.path)
    let single = try #require(RunPlan.check(loaded).plan)
    #expect(try sets(single)[.test]?.rows == tests.first)
  }

  /// No window of training has a target in or behind the rows that validate it, for any series.
  @Test(arguments: [2, 5]) func nothingIsLearnedFromTheFuture(folds: Int) throws {
    // Two series of other lengths, interleaved; the value says the row.
    var csv = "shop,value\n"
    for row in 0..<90 { csv += "\(row % 3 == 0 ? "a" : "b"),\(row)\n" }
    let workspace = try Workspace()
    let plan = try plan(
      csv: csv,
      data: #"""
        "target": "value", "test": {"fraction": 0.1},
        "window": {"length": 3, "horizon": 2, "group": "shop"}
        """#,
      layers: #"{"type": "flatten"}, {"type": "dense"}"#, folds: folds, in: workspace)
    #expect(plan.division == .forwardChaining)
    let known = try #require(plan.answers)
    func rows(_ set: ExampleSet?, _ group: String) -> [Int] {
      (set?.rows ?? []).flatMap { known.answers($0) }.filter { $0.group == group }.map(\.row)
    }
    for group in ["a", "b"] {
      let count = group == "a" ? 30 : 60
      let rest = count - Int((0.1 * Double(count)).rounded())
      let own = (0..<90).filter { ($0 % 3 == 0) == (group == "a") }
      let size = rest / (folds + 1)
      var validated: [Int] = []
      for (number, fold) in plan.folds.enumerated() {
        let sets = try sets(fold)
        let first = rest - (folds - number) * size
        #expect(Set(rows(sets[.train], group)) == Set(own[3..<first]))
        #expect(Set(rows(sets[.validation], group)) == Set(own[first..<first + size]))
        #expect(Set(rows(sets[.test], group)) == Set(own[rest...]))
        validated += Set(rows(sets[.validation], group))
      }
      #expect(Set(validated).count == validated.count)
    }
  }

  /// The scaler of a fold of a series knows the rows before the block only.
  @Test func scalersOfSeriesSeeThePastOnly() throws {
    let csv = "value\n" + (0..<40).map { "\($0 * $0)\n" }.joined()
    let workspace = try Workspace()
    let plan = try plan(
      csv: csv, data: #""target": "value", "scaling": "min_max", "window": {"length": 3}"#,
      layers: #"{"type": "flatten"}, {"type": "dense"}"#, folds: 3, in: workspace)
    let largest = plan.folds.compactMap { fold -> Double? in
      let encoding = fold.data.encoding as? TableEncoding
      return (encoding?.features.first as? NumberFeature)?.scale.divisor
    }
    #expect(largest == [81, 361, 841])
  }

  @Test func textsAreBlocks() throws {
    let workspace = try Workspace()
    let text = String(repeating: "abcdefghij", count: 20)
    try workspace.write("text.txt", text)
    let loaded = try LoadedConfig.parse(
      SourceText(
        name: "config.json",
        """
        {"data": {"format": "text", "train": "text.txt", "sequence_length": 4, "stride": 1},
         "model": {"layers": [{"type": "embedding", "dimensions": 4}, {"type": "dense"}]}}
        """), baseDirectory: workspace.path)
    let plan = try #require(CrossValidationPlan.check(loaded, folds: 3).plan)
    #expect(plan.answers == nil)
    for (number, fold) in plan.folds.enumerated() {
      let sets = try sets(fold)
      let cut = 50 * (number + 1)
      // The last token of an example has its target in the part too.
      #expect(sets[.train]?.rows == (0..<cut - 4).map { Int32($0) })
      #expect(sets[.validation]?.rows == (cut..<cut + 46).map { Int32($0) })
    }
  }

  @Test func arraysAreStratified() throws {
    let loaded = try LoadedConfig.parse(
      SourceText(
        name: "config.json",
        """
        {"data": {"format": "idx", "train": {
          "features": "\(Checkout.path("datasets/digits-images-idx3-ubyte.gz"))",
          "labels": "\(Checkout.path("datasets/digits-labels-idx1-ubyte.gz"))"},
          "scaling": "standard"},
         "model": {"layers": [{"type": "flatten"}, {"type": "dense"}]}}
        """))
    let plan = try #require(CrossValidationPlan.check(loaded, folds: 5).plan)
    #expect(plan.division == .stratified)
    let known = try #require(plan.answers)
    let labels = try plan.folds.map { fold in
      try #require(sets(fold)[.validation]).rows.map { known.answers($0)[0].targets[0] }
    }
    #expect(labels.joined().count == 1797)
    for digit in 0..<10 {
      let counts = labels.map { $0.count { $0 == String(digit) } }
      #expect((counts.max() ?? 0) - (counts.min() ?? 0) <= 1)
    }
    let offsets = plan.folds.compactMap { ($0.data.encoding as? ArrayEncoding)?.offsets.first }
    #expect(Set(offsets).count == 5)
  }

  /// Rows that a strategy drops are in no fold, and what fills others in is that of each fold.
  @Test func missingValuesAreFilledInByEachFold() throws {
    var csv = "x,z,y\n"
    for row in 0..<30 {
      csv += "\(row % 5 == 0 ? "" : String(row * row)),\(row % 10 == 3 ? "" : "1"),\(row)\n"
    }
    let workspace = try Workspace()
    let plan = try plan(
      csv: csv,
      data: #"""
        "target": "y",
        "columns": {"x": {"missing": "mean"}, "z": {"missing": "drop_row"}}
        """#,
      folds: 3, in: workspace)
    var validated: [Int32] = []
    for fold in plan.folds {
      let sets = try sets(fold)
      let train = try #require(sets[.train]).rows.map { Int($0) }
      let present = train.filter { $0 % 5 != 0 }.map { Double($0 * $0) }
      let encoding = try #require(fold.data.encoding as? TableEncoding)
      let filled = try #require((encoding.features[0] as? NumberFeature)?.missingValue)
      #expect(abs(filled - present.reduce(0, +) / Double(present.count)) < 1e-9)
      validated += sets[.validation]?.rows ?? []
    }
    #expect(validated.sorted() == (0..<30).filter { $0 % 10 != 3 })
  }

  @Test func rareClassesAreNamed() throws {
    func csv(_ kinds: [String]) -> String {
      "x,kind\n" + kinds.enumerated().map { "\($0),\($1)\n" }.joined()
    }
    func findings(_ kinds: [String], folds: Int) throws -> [Diagnostic] {
      let workspace = try Workspace()
      do {
        let plan = try plan(
          csv: csv(kinds), data: #""target": "kind""#, folds: folds, in: workspace)
        #expect(plan.folds.count == folds)
        return []
      } catch let failure as Failure {
        return failure.diagnostics
      }
    }
    let common = Array(repeating: "a", count: 9) + Array(repeating: "b", count: 8)
    let single = try findings(common + ["c"], folds: 3)
    #expect(single.map(\.code) == ["rare-class"])
    #expect(single.first?.message.contains("\"c\"") == true)
    #expect(try findings(common + ["c", "c"], folds: 3) == [])
    #expect(try findings(common, folds: 10).map(\.code) == ["folds"])
    #expect(try findings(common, folds: 18).map(\.category) == [.usage])
    #expect(try findings(common, folds: 9) == [])
  }

  @Test func aRareClassIsAWarning() throws {
    let workspace = try Workspace()
    try workspace.write(
      "data.csv", "x,kind\n" + (0..<20).map { "\($0),\($0 < 2 ? "rare" : "b")\n" }.joined())
    let loaded = try LoadedConfig.parse(
      SourceText(
        name: "config.json",
        """
        {"data": {"train": "data.csv", "target": "kind", "validation": {"fraction": 0.2}},
         "model": {"layers": [{"type": "dense"}]}}
        """), baseDirectory: workspace.path)
    let (plan, diagnostics) = CrossValidationPlan.check(loaded, folds: 4)
    #expect(plan != nil)
    #expect(diagnostics.map(\.code).contains("rare-class"))
    #expect(diagnostics.first { $0.code == "rare-class" }?.message.contains("\"rare\"") == true)
    #expect(diagnostics.first { $0.code == "replaced" }?.severity == .note)
  }

  /// What is wrong with a test part of its own is no matter of a fold.
  @Test func aTestFileThatLacksValuesIsSaidOnce() throws {
    let workspace = try Workspace()
    try workspace.write("t.csv", "x,y\n1,2\n,3\n")
    let csv = "x,y\n" + (0..<20).map { "\($0 * 7 % 20),\($0 % 9)\n" }.joined()
    let failure = #expect(throws: Failure.self) {
      _ = try plan(
        csv: csv, data: #""target": "y", "test": "t.csv""#, folds: 4, in: workspace)
    }
    let finding = try #require(failure?.diagnostics.first)
    #expect(failure?.diagnostics.count == 1)
    #expect(
      finding.code == "missing-value" && finding.message.hasPrefix("column 'x' has 1 missing"))
    #expect(finding.place?.line == 3)
  }

  /// A category that one fold has not seen is told with the number of that fold.
  @Test func findingsNameTheirFold() throws {
    let workspace = try Workspace()
    let csv = "city,y\n" + (0..<12).map { "\($0 == 5 ? "oslo" : "rome"),\($0)\n" }.joined()
    #expect {
      try plan(csv: csv, data: #""target": "y""#, folds: 3, in: workspace)
    } throws: { error in
      let findings = (error as? Failure)?.diagnostics ?? []
      return findings.map(\.code) == ["unseen-category"]
        && findings.allSatisfy { $0.message.hasPrefix("fold ") && $0.place?.line == 7 }
    }
  }

  @Test func summariesAreOfTheSample() {
    let summary = FigureSummary(name: "rmse", values: [2, 4, 4, 4, 5, 5, 7, 9])
    #expect(summary.mean == 5)
    #expect(abs(summary.deviation - (32.0 / 7).squareRoot()) < 1e-15)
    let partial = FigureSummary(name: "roc_auc", values: [.nan, 1, 3])
    #expect(partial.mean == 2)
    #expect(abs(partial.deviation - 2.0.squareRoot()) < 1e-15)
    #expect(partial.folds == 2)
    #expect(FigureSummary(name: "r2", values: [1]).deviation.isNaN)
    #expect(FigureSummary(name: "r2", values: [.nan]).mean.isNaN)
  }
}
