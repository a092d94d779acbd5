import Configuration
import Datasets
import Foundation
import Numerics
import TestSupport
import Testing
import Training

/// Columns of many categories: as indices of one-hot inputs, and as vectors that are learned.
@Suite struct CategoryColumnTests {
  private static let count = 90

  /// Every category several times, with a worth of its own.
  private static func csv(_ categories: Int = count, rows: Int = 400) -> String {
    TableSample.csv("shop,x,y", rows: rows) {
      let shop = $0 * 37 % categories
      return
        "s\(shop),\(Double($0 * 13 % 7) / 7),\(Double(shop * 29 % 17) / 17 + Double($0 * 13 % 7) / 7)"
    }
  }

  private func losses(_ plan: RunPlan, threads: Int = 1) throws -> [Double] {
    let loop = try TrainingLoop(
      plan, sets: plan.data.makeSets(), pool: ThreadPool(threads: threads))
    var losses: [Double] = []
    var observer = TrainingLoop.Observer()
    observer.epoch = { losses.append($0.train["loss"] ?? .nan) }
    _ = try loop.run(observer)
    return losses
  }

  private func plan(
    _ csv: String, columns: String, training: String = #""epochs": 20, "batch_size": 16"#
  ) throws -> TableSample {
    try TableSample(csv, data: "\"columns\": {\(columns)}", training: training)
  }

  /// A column of zeros and ones for each category is what one-hot means.
  @Test func indicesTrainTheModelOfZerosAndOnes() throws {
    let sparse = try plan(Self.csv(), columns: #""shop": {"encoding": "one_hot"}"#).sound
    let names = (0..<Self.count).map { "s\($0)" }.sorted()
    let written = TableSample.csv(
      names.joined(separator: ",") + ",x,y", rows: 400
    ) { row in
      let fields = Self.csv().split(separator: "\n")[row + 1].split(separator: ",")
      return names.map { $0 == fields[0] ? "1" : "0" }.joined(separator: ",")
        + ",\(fields[1]),\(fields[2])"
    }
    let dense = try TableSample(
      written, data: #""scaling": "none""#, training: #""epochs": 20, "batch_size": 16"#
    ).sound
    #expect(sparse.network.inputShape == Shape(91) && dense.network.inputShape == Shape(91))
    #expect(sparse.network.input.shape == Shape(2))
    let (a, b) = (try losses(sparse), try losses(dense))
    #expect(a.count == 20 && (a.last ?? 1) < 0.5 * (a.first ?? 0))
    for (x, y) in zip(a, b) { #expect(abs(x - y) < 1e-4 * y) }
    #expect(try losses(sparse, threads: 3) == a)
  }

  @Test(arguments: [(50, nil), (51, 14), (90, 20), (800, 50)])
  func theRuleChoosesByTheirNumber(categories: Int, dimensions: Int?) throws {
    let sample = try plan(Self.csv(categories, rows: 3 * categories), columns: "")
    let feature = try #require(try sample.encoding.features.first as? CategoryFeature)
    #expect(feature.categories.count == categories)
    #expect(feature.dimensions == dimensions)
    #expect(try sample.sound.network.inputShape == Shape((dimensions ?? categories) + 1))
  }

  @Test func vectorsAreLearnedAndSaved() throws {
    let sample = try plan(
      Self.csv(), columns: #""shop": {"encoding": "embedding", "dimensions": 3}"#,
      training:
        #""epochs": 80, "batch_size": 16, "optimizer": {"type": "adam", "learning_rate": 0.01}"#)
    let plan = try sample.sound
    let table = try #require(plan.memory.parameters.first)
    #expect(table.name == "inputs.shop" && table.shape == Shape(90, 3))
    let loop = try TrainingLoop(
      plan, sets: plan.data.makeSets(), pool: ThreadPool(threads: 2))
    let before = Array(UnsafeBufferPointer(start: loop.memory.value(table), count: 270))
    let outcome = try loop.run(TrainingLoop.Observer())
    let after = Array(UnsafeBufferPointer(start: loop.memory.value(table), count: 270))
    #expect(zip(before, after).allSatisfy { $0 != $1 })
    #expect(try #require(outcome.train?["loss"]) < 0.01)

    let path = sample.workspace.path("m.safetensors")
    try TrainedModel.withPieces(
      plan: plan, memory: loop.memory, summary: .null, version: "0"
    ) { try OutputFile.create(path, with: $0) }
    let model = try TrainedModel(path: path, rows: 8)
    #expect(model.network.inputShape == Shape(4))
    let read = try #require(model.memory.plan.parameters.first)
    #expect(read.name == "inputs.shop")
    #expect(Array(UnsafeBufferPointer(start: model.memory.value(read), count: 270)) == after)
    extendLifetime(model)
    extendLifetime(loop)
  }

  @Test(arguments: [
    (#""shop": {"encoding": "one_hot", "dimensions": 3}"#, "one-hot categories have no vectors"),
    (#""x": {"encoding": "embedding"}"#, "column \"x\" holds numbers"),
    (#""x": {"dimensions": 3}"#, "column \"x\" holds numbers"),
    (#""shop": {"encoding": "embedding", "dimensions": 0}"#, "must be at least 1"),
  ])
  func whatCannotBeIsRefused(columns: String, message: String) throws {
    let sample = try plan(Self.csv(), columns: columns)
    #expect(sample.plan == nil)
    #expect(sample.diagnostics.contains { $0.message.contains(message) }, "\(sample.diagnostics)")
  }

  @Test func oneCategoryHasNoVector() throws {
    let csv = TableSample.csv("a,b,y", rows: 20) { "one,\($0 % 5),\($0)" }
    let sample = try plan(csv, columns: #""a": {"encoding": "embedding"}"#)
    #expect(sample.diagnostics.contains { $0.message.contains("has one category") })
  }

  @Test func datesHaveNoVectors() throws {
    let csv = TableSample.csv("d,y", rows: 28) { "2024-01-\($0 < 9 ? "0" : "")\($0 + 1),\($0)" }
    let sample = try plan(csv, columns: #""d": {"type": "datetime", "encoding": "embedding"}"#)
    #expect(sample.diagnostics.contains { $0.message.contains("whose parts have no vectors") })
  }

  // MARK: - Rare categories

  /// Categories of 9, 6, 3, 1 and 1 rows, and a row without one.
  private static let counted = TableSample.csv("kind,x,y", rows: 21) { row in
    let kinds = ["a": 9, "b": 6, "c": 3, "d": 1, "e": 1].sorted { $0.key < $1.key }.flatMap {
      Array(repeating: $0.key, count: $0.value)
    }
    return "\(row < kinds.count ? kinds[row] : ""),\(row % 4),\(row)"
  }

  private func rare(_ data: String) throws -> TableSample {
    try TableSample(Self.counted, data: #""missing": "most_frequent", "# + data)
  }

  @Test func rareCategoriesAreOne() throws {
    let sample = try rare(#""minimum_count": 4"#)
    let feature = try #require(try sample.encoding.features.first as? CategoryFeature)
    #expect(feature.categories == ["a", "b"] && feature.hasRare && feature.count == 3)
    let rows = try sample.rows.map { Array($0.prefix(3)) }
    #expect(rows.prefix(9).allSatisfy { $0 == [1, 0, 0] })
    #expect(rows[9..<15].allSatisfy { $0 == [0, 1, 0] })
    #expect(rows[15..<20].allSatisfy { $0 == [0, 0, 1] })
    // The missing one is the most frequent.
    #expect(rows[20] == [1, 0, 0])
  }

  @Test(arguments: [
    (#""unseen_categories": "rare""#, ["a", "b", "c"], true),
    (#""unseen_categories": "rare", "minimum_count": 1"#, ["a", "b", "c", "d", "e"], false),
    (#""columns": {"kind": {"minimum_count": 7}}"#, ["a"], true),
    (#""minimum_count": 7, "columns": {"kind": {"minimum_count": 2}}"#, ["a", "b", "c"], true),
    (#""unseen_categories": "zeros""#, ["a", "b", "c", "d", "e"], false),
  ])
  func whatIsRareIsSaid(data: String, categories: [String], hasRare: Bool) throws {
    let sample = try rare(data)
    let feature = try #require(try sample.encoding.features.first as? CategoryFeature)
    #expect(feature.categories == categories && feature.hasRare == hasRare)
    #expect(feature.acceptsUnseen)
    let isWarned = sample.diagnostics.contains { $0.code == "no-rare-category" }
    #expect(isWarned == (!hasRare && data.contains("rare")))
  }

  @Test(arguments: [(#""minimum_count": 4"#, Float(2)), (#""unseen_categories": "zeros""#, -1)])
  func unseenOnesAreOfTheRare(data: String, index: Float) throws {
    let sample = try rare(data)
    let encoding = try sample.encoding
    try sample.workspace.write("new.csv", "kind,x\nnever,1\nb,2\n")
    var stream = CSVRowStream(try FileBytes(path: sample.workspace.path("new.csv")))
    var row = CSVRow()
    #expect(try stream.next(into: &row))
    var encoder = try RowEncoder(encoding, columns: ["kind", "x"], file: "new.csv")
    var found: [Float] = []
    while try stream.next(into: &row) {
      var inputs = [Float](repeating: .nan, count: encoding.width)
      try inputs.withUnsafeMutableBufferPointer {
        try encoder.encode(row, into: try #require($0.baseAddress))
      }
      found.append(inputs[0])
    }
    #expect(found == [index, 1])
  }
}
