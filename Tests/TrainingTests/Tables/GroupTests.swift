import Configuration
import Datasets
import Testing
import Training

/// Rows that are divided as groups, and classes that cannot be divided.
@Suite struct GroupTests {
  /// 12 patients of 1 to 12 rows: row i is of the patient that is x.
  private static let csv: String = {
    let patients = (1...12).flatMap { Array(repeating: $0, count: $0) }
    return TableSample.csv("patient,x,y", rows: patients.count) {
      "p\(patients[$0]),\(patients[$0]),\($0 * 7 % 5)"
    }
  }()

  private func patients(_ plan: RunPlan, _ part: Part) throws -> [Float] {
    let set = try #require(try plan.data.makeSets()[part])
    return set.rows.compactMap { set.features.range(of: 0, examples: [$0])?.lowerBound }
  }

  @Test(arguments: 0..<8) func noGroupIsInTwoParts(seed: Int) throws {
    let sample = try TableSample(
      Self.csv,
      data: #""group": "patient", "validation": {"fraction": 0.2}, "test": {"fraction": 0.3}"#,
      seed: seed)
    let plan = try sample.sound
    #expect(try sample.inputs == ["x"])
    let parts = try [Part.train, .validation, .test].map { try patients(plan, $0) }
    for (first, second) in [(0, 1), (0, 2), (1, 2)] {
      #expect(Set(parts[first]).isDisjoint(with: parts[second]))
    }
    #expect(parts.map(\.count).reduce(0, +) == 78)
    // Within half of the largest group.
    #expect(
      abs(Double(parts[1].count) - 0.2 * 78) <= 6 && abs(Double(parts[2].count) - 0.3 * 78) <= 6)
  }

  @Test func noGroupIsInTwoFolds() throws {
    let sample = try TableSample(Self.csv, data: #""group": "patient""#)
    let path = sample.workspace.path("config.json")
    let (found, diagnostics) = CrossValidationPlan.check(path: path, folds: 4)
    let plan = try #require(found, "\(diagnostics.map(\.message))")
    #expect(plan.division == .grouped)
    let folds = try plan.folds.map { try patients($0, .validation) }
    #expect(folds.map { Set($0).count }.reduce(0, +) == 12)
    #expect(folds.allSatisfy { (18...21).contains($0.count) })
    #expect(CrossValidationPlan.check(path: path, folds: 13).plan == nil)
  }

  /// A program that joins files may write 7 in some rows and 7.0 in others; 07 is another text.
  @Test(arguments: 0..<4) func aGroupMayBeWrittenWithDecimals(seed: Int) throws {
    let csv = TableSample.csv("patient,x,y", rows: 60) {
      "\($0 % 6)\($0 < 30 ? "" : ".0"),\($0 % 6),\($0 * 7 % 5)"
    }
    let sample = try TableSample(
      csv, data: #""group": "patient", "test": {"fraction": 0.3}"#, seed: seed)
    let plan = try sample.sound
    let parts = try [Part.train, .test].map { Set(try patients(plan, $0)) }
    #expect(parts[0].isDisjoint(with: parts[1]))
    #expect(parts[0].count + parts[1].count == 6)

    let coded = TableSample.csv("patient,x,y", rows: 30) {
      "\(["1", "01", "1.0"][$0 % 3]),\($0 % 7),\($0 * 7 % 5)"
    }
    let texts = try TableSample(coded, data: #""group": "patient""#)
    let path = texts.workspace.path("config.json")
    #expect(CrossValidationPlan.check(path: path, folds: 2).plan != nil)
    #expect(CrossValidationPlan.check(path: path, folds: 3).plan == nil)
  }

  @Test(arguments: [
    (#""group": "patint", "test": {"fraction": 0.2}"#, "unknown-column"),
    (#""group": "y", "test": {"fraction": 0.2}"#, "contradiction"),
    (
      #""group": "patient", "test": {"fraction": 0.2, "stratify": true}, "task": "classification""#,
      "contradiction"
    ),
    (#""group": "patient", "window": {"length": 2}"#, "contradiction"),
    (
      #""group": "patient", "test": {"fraction": 0.2}, "columns": {"patient": "category"}"#,
      "contradiction"
    ),
  ])
  func mistakesAreFound(data: String, code: String) throws {
    let sample = try TableSample(Self.csv, data: data)
    #expect(sample.plan == nil)
    #expect(sample.diagnostics.filter { $0.severity == .error }.map(\.code) == [code])
  }

  @Test func aGroupThatDividesNothingIsSaid() throws {
    let sample = try TableSample(Self.csv, data: #""group": "patient""#)
    #expect(sample.findings.contains { $0.hasPrefix("inert config.json:2:") })
  }

  @Test func everyRowHasAGroup() throws {
    let sample = try TableSample(
      "g,x,y\na,1,2\n,2,3\nb,3,4\n", data: #""group": "g", "test": {"fraction": 0.5}"#)
    #expect(sample.findings == ["missing-value data.csv:3:1"])
  }

  /// Smaller fractions do not help where a group is all there is.
  @Test(arguments: [
    (1, "all rows are of one group, which is not divided"),
    (2, "there are 2 groups, which the other parts take as wholes"),
  ])
  func groupsThatAreTooFewAreSaid(count: Int, message: String) throws {
    let csv = TableSample.csv("g,x,y", rows: 40) { "g\($0 % count),\($0 % 9),\($0 * 7 % 5)" }
    let sample = try TableSample(
      csv, data: #""group": "g", "validation": {"fraction": 0.2}, "test": {"fraction": 0.2}"#)
    let finding = try #require(sample.diagnostics.first { $0.severity == .error })
    #expect(finding.code == "empty-part")
    #expect(finding.message == "no row is left for training: " + message)
    #expect(finding.help?.contains("smaller") == false)
  }

  /// Of enough groups the fractions may take all.
  @Test func fractionsThatTakeAllGroupsAreSaid() throws {
    let csv = TableSample.csv("g,x,y", rows: 40) { "g\($0 % 10),\($0 % 9),\($0 * 7 % 5)" }
    let sample = try TableSample(
      csv, data: #""group": "g", "validation": {"fraction": 0.6}, "test": {"fraction": 0.39}"#)
    let finding = try #require(sample.diagnostics.first { $0.severity == .error })
    #expect(finding.message == "no row is left for training: the fractions take all of 10 groups")
    #expect(finding.help == "make them smaller")
  }

  /// Groups are not stratified, so that the help must not ask for it.
  @Test func aClassOfAGroupThatIsHeldOutHasAHelp() throws {
    let csv = TableSample.csv("g,x,y", rows: 40) {
      "g\($0 % 4),\($0 % 9),\($0 % 4 == 0 ? "rare" : ["a", "b"][$0 / 4 % 2])"
    }
    let sample = try TableSample(csv, data: #""group": "g""#)
    let (plan, diagnostics) = CrossValidationPlan.check(
      path: sample.workspace.path("config.json"), folds: 4)
    #expect(plan == nil)
    let helps = diagnostics.filter { $0.code == "unseen-category" }.compactMap(\.help)
    #expect(helps.count == 1 && helps.allSatisfy { $0.contains("leave 'group' out") }, "\(helps)")
    #expect(!helps.contains { $0.contains("stratify") })
  }

  /// It would be unseen in any other part.
  @Test(arguments: 0..<10) func theOnlyExampleOfAClassStaysInTraining(seed: Int) throws {
    let csv = TableSample.csv("x,y", rows: 31) {
      "\($0 * 7 % 31),\($0 == 30 ? "c" : ["a", "b"][$0 % 2])"
    }
    let sample = try TableSample(
      csv, data: #""validation": {"fraction": 0.2, "stratify": true}"#,
      seed: seed)
    let warning = try #require(sample.diagnostics.first { $0.code == "rare-class" })
    #expect(warning.severity == .warning)
    #expect(warning.message.contains("\"c\""))
    #expect(try sample.sound.data.classCounts == [12, 12, 1])
  }
}
