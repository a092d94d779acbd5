import Configuration
import Datasets
import Foundation
import Numerics
import TestSupport
import Testing
import Training

/// Tables whose examples are on the disk while a network learns from them.
@Suite struct DiskStorageTests {
  private static let small = #""storage": {"type": "disk", "memory_megabytes": 1}"#

  /// Rows of a number that tells them apart, ten others, a category and a class.
  private static func csv(rows: Int, cells: Int = 10) -> String {
    let header = (0..<cells).map { "a\($0)," }.joined()
    return TableSample.csv("id,\(header)c,y", rows: rows) { row in
      let numbers = (0..<cells).map { "\(Double((row * 7919 + $0 * 104_729) % 2003) / 8)," }
      return "\(row).5,\(numbers.joined())\(["u", "v", "w"][row % 3]),\(row % 7 == 0 ? "p" : "q")"
    }
  }

  private static func model(_ plan: RunPlan, threads: Int = 2) throws -> [UInt32] {
    let pool = ThreadPool(threads: threads)
    let loop = immortal(try TrainingLoop(plan, sets: plan.data.makeSets(), pool: pool))
    _ = try loop.run(TrainingLoop.Observer())
    return loop.memory.model.map(\.bitPattern)
  }

  // MARK: - The same as in memory

  @Test func oneWindowTrainsAsMemoryDoes() throws {
    let csv = Self.csv(rows: 3000)
    let data = #""scaling": "standard", "columns": {"c": {"encoding": "frequency"}}"#
    let training = #""epochs": 3, "batch_size": 64"#
    let memory = try TableSample(csv, data: data, training: training)
    let disk = try TableSample(csv, data: data + #", "storage": "disk""#, training: training)
    #expect(disk.findings == memory.findings)
    #expect(try disk.sound.data.onDisk?.windows == 1)
    #expect(try disk.sound.data.classCounts == memory.sound.data.classCounts)
    #expect(try disk.rows.count == 3000)
    // The share of each category is scaled by sums in another order.
    let (a, b) = (try disk.rows.joined(), try memory.rows.joined())
    #expect(zip(a, b).allSatisfy { abs($0 - $1) < 1e-6 })
    let plain = #""scaling": "min_max""#
    let inMemory = try TableSample(csv, data: plain, training: training)
    let onDisk = try TableSample(csv, data: plain + #", "storage": "disk""#, training: training)
    #expect(try Self.model(onDisk.sound) == Self.model(inMemory.sound))
  }

  /// Rows in quotes that hold line breaks, a category that comes late, and the ends of a column in different pieces.
  @Test func manyPiecesAreOneTable() throws {
    var first = "text,a,b,y\n"
    for row in 0..<70_000 {
      let filler =
        "\"line \(row % 4)\nof a \"\"text\"\" that is long enough to fill pieces \(row % 4)\""
      first += "\(filler),\(row == 69_990 ? 1e6 : Double(row % 1000)),\(row % 17),\(row % 9)\n"
    }
    // Other columns in another order, and line breaks of another kind.
    var second = "y,b,x,text,a\r\n"
    for row in 0..<50_000 {
      second +=
        "\(row % 9),\(row % 5),,\(row > 49_000 ? "late" : "line"),\(row == 10 ? -1e6 : 2)\r\n"
    }
    let data = #""train": ["data.csv", "more.csv"], "scaling": "standard""#
    let training = #""loss": "mse""#
    let memory = try TableSample(
      first, data: data, training: training, others: ["more.csv": second])
    let disk = try TableSample(
      first, data: data + ", " + Self.small, training: training, others: ["more.csv": second])
    #expect(disk.findings == memory.findings)
    #expect(first.utf8.count > 4 << 20)
    #expect(try disk.sound.data.counts == [.train: 120_000])
    let (stored, expected) = (try disk.storedRows, try memory.storedRows)
    #expect(stored.count == expected.count)
    #expect(
      zip(stored.joined(), expected.joined()).allSatisfy {
        abs($0 - $1) <= 1e-5 * max(1, abs($1))
      })
    #expect(
      try disk.encoding.features.map { ($0 as? CategoryFeature)?.categories.count }
        == [6, nil, nil])
  }

  // MARK: - The order

  @Test func eachExampleComesOnceInAnEpoch() throws {
    let rows = 60_001
    let sample = try TableSample(Self.csv(rows: rows), data: Self.small)
    let disk = try #require(try sample.sound.data.onDisk)
    #expect(disk.windows > 4)
    // A row has twelve inputs and a target, and two windows are in memory.
    #expect(2 * disk.windowExamples * 13 * 4 <= 1_000_000)
    #expect(disk.windowExamples * disk.windows >= rows)
    let set = try #require(try sample.sound.data.makeSets()[.train])
    let batches = Batches(set, size: 100, windowBytes: set.windowBytes)
    let pool = ThreadPool(threads: 2)
    let (inputs, answers) = (set.features.width, set.targets?.width ?? 0)
    var orders: [[Int32]] = []
    for epoch in 0..<2 {
      batches.begin(epoch: epoch, seed: 5, shuffles: true)
      var order: [Int32] = []
      for batch in 0..<batches.count {
        let count = batches.rowCount(of: batch)
        var features = [Float](repeating: -1, count: count * inputs)
        var targets = [Float](repeating: -1, count: count * answers)
        batches.load(batch, features: &features, targets: &targets, pool: pool)
        let examples = Array(batches.examples(of: batch))
        // The first number of a row tells which it is.
        #expect((0..<count).map { features[$0 * inputs] } == examples.map { Float($0) + 0.5 })
        #expect(targets == examples.map { $0 % 7 == 0 ? 0 : 1 })
        order += examples
      }
      #expect(order.sorted() == (0..<rows).map { Int32($0) })
      orders.append(order)
    }
    #expect(orders[0] != orders[1])
    // The examples of a batch come from all over the file: were they drawn at random, their span would be 0.98 of it.
    let span = orders[0][..<100].max().map { $0 - (orders[0][..<100].min() ?? 0) } ?? 0
    #expect(Double(span) > 0.6 * Double(rows))
    // From the middle of an epoch, as a run that goes on, the order is the same.
    let again = Batches(set, size: 100, windowBytes: set.windowBytes)
    again.begin(epoch: 1, seed: 5, shuffles: true)
    #expect(Array(again.examples(of: 477)) == Array(orders[1][47_700..<47_800]))
  }

  @Test func withoutShufflingTheOrderIsThatOfTheFile() throws {
    let sample = try TableSample(Self.csv(rows: 30_000), data: Self.small)
    let set = try #require(try sample.sound.data.makeSets()[.train])
    let batches = Batches(set, size: 4096, windowBytes: set.windowBytes)
    batches.begin(epoch: 3, seed: 1, shuffles: false)
    let order = (0..<batches.count).flatMap { Array(batches.examples(of: $0)) }
    #expect(order == (0..<30_000).map { Int32($0) })
  }

  // MARK: - Runs

  @Test func anyNumberOfThreadsTrainsTheSame() throws {
    let data =
      Self.small + #", "scaling": "standard", "validation": {"fraction": 0.1, "stratify": true}"#
    let training = #""epochs": 2, "loss": {"type": "cross_entropy", "class_weights": "balanced"}"#
    let sample = try TableSample(Self.csv(rows: 40_000), data: data, training: training)
    let first = try Self.model(sample.sound, threads: 1)
    #expect(try Self.model(sample.sound, threads: 3) == first)
    let other = try TableSample(Self.csv(rows: 40_000), data: data, training: training, seed: 1)
    #expect(try Self.model(other.sound, threads: 3) != first)
  }

  @Test func aRunThatWasStoppedIsTheRunThatWasNot() throws {
    let sample = try TableSample(
      Self.csv(rows: 20_000),
      data: Self.small + #", "scaling": "standard", "validation": {"fraction": 0.1}"#,
      training: #""epochs": 2, "batch_size": 100, "gradient_accumulation": 3"#)
    let plan = try sample.sound
    let whole = try StoppedTraining(plan, data: sample.workspace).finish()
    // Within windows, at the end of an epoch, and in the next one.
    let stopped = try StoppedTraining(plan, data: sample.workspace).finish(
      stoppingAt: [1, 77, 180, 181, 300])
    #expect(whole == stopped)
    #expect(whole.epochs.count == 2)
  }

  // MARK: - Parts

  @Test func fractionsKeepTheShareOfEveryClass() throws {
    let sample = try TableSample(
      Self.csv(rows: 21_000),
      data: Self.small
        + #", "validation": {"fraction": 0.15, "stratify": true}, "test": {"fraction": 0.1}"#)
    let data = try sample.sound.data
    let counts = try #require(data.counts[.validation])
    #expect(data.counts[.test] == 2100)
    #expect(abs(counts - 3150) <= 2)
    #expect(data.counts.values.reduce(0, +) == 21_000)
    // One row in seven is of the first class.
    let share = data.classCounts[0] / data.classCounts.reduce(0, +)
    #expect(abs(share - 1 / 7) < 0.003)
    let sets = try data.makeSets()
    let rows = try [Part.train, .validation, .test].flatMap { part in
      let set = try #require(sets[part])
      return (0..<set.count).map { set.features.values(of: set.row(of: $0))[0] }
    }
    #expect(rows.sorted() == (0..<21_000).map { Float($0) + 0.5 })
  }

  @Test func missingValuesAreFilledInAndRowsDropped() throws {
    let csv = TableSample.csv("a,b,c,y", rows: 1000) { row in
      "\(row % 10 == 3 ? "" : "\(row % 10)"),\(row % 50 == 7 ? "NA" : "\(row % 4)"),"
        + "\(row % 5 == 2 ? "" : row % 3 == 0 ? "u" : "v"),\(row % 4 == 0 ? "p" : "q")"
    }
    let data = """
      "scaling": "standard", "missing": "mean", "columns": {"b": {"missing": "drop_row"},
      "a": {"missing": "mean", "indicator": true}}
      """
    let memory = try TableSample(csv, data: data)
    let disk = try TableSample(csv, data: data + ", " + Self.small)
    let (a, b) = (try disk.rows, try memory.rows)
    #expect(a.count == 980)
    #expect(a.count == b.count)
    #expect(zip(a.joined(), b.joined()).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  // MARK: - What is wrong

  @Test func placesCountTheLinesOfAllPieces() throws {
    let rows = 90_000
    let good = Self.csv(rows: rows, cells: 6)
    #expect(good.utf8.count > 4 << 20)
    let wrong = try TableSample(good + "oops,1,1,1,1,1,1,u,p\n", data: Self.small)
    #expect(wrong.findings == ["not-a-number data.csv:\(rows + 2):1"])
    let missing = try TableSample(good + "1,1,,1,1,1,1,u,p\n", data: Self.small)
    #expect(missing.findings == ["missing-value data.csv:\(rows + 2):5"])
    let header = good.prefix(while: { $0 != "\n" })
    let unseen = try TableSample(
      good, data: Self.small + #", "validation": "v.csv""#,
      others: ["v.csv": "\(header)\n1,1,1,1,1,1,1,u,p\n1,1,1,1,1,1,1,new,p\n"])
    #expect(unseen.findings == ["unseen-category v.csv:3:15"])
    let label = try TableSample(
      good, data: Self.small + #", "validation": "v.csv""#,
      others: ["v.csv": "\(header)\n1,1,1,1,1,1,1,u,r\n"])
    #expect(label.findings == ["unseen-category v.csv:2:17"])
    let help = label.diagnostics.first?.help
    #expect(help?.hasSuffix("add rows of it to 'train', or leave them out of this file") == true)
  }

  @Test(arguments: [
    (#""scaling": "quantile""#, "scaling"), (#""scaling": "robust""#, "scaling"),
    (#""missing": "median""#, "missing"), (#""weight": "a0""#, "weight"),
    (#""group": "c""#, "group"), (#""number_encoding": "piecewise_linear""#, "number_encoding"),
    (#""columns": {"c": {"encoding": "target"}}"#, "encoding"),
    (#""columns": {"a0": {"encoding": "piecewise_linear"}}"#, "encoding"),
    (#""columns": {"y": {"separator": "|"}}"#, "separator"),
  ])
  func whatNeedsAllRowsAtOnceIsRefused(setting: String, key: String) throws {
    let sample = try TableSample(Self.csv(rows: 50), data: setting + ", " + Self.small)
    let found = sample.diagnostics.filter { $0.severity == .error }
    #expect(!found.isEmpty)
    #expect(found.allSatisfy { $0.code == "storage" })
    #expect(found.allSatisfy { $0.message.contains("on the disk") && $0.help != nil })
    #expect(found.allSatisfy { $0.place?.excerpt?.contains("\"\(key)\"") == true })
  }

  @Test func datesAreRefused() throws {
    let dates = TableSample.csv("d,y", rows: 50) { "2024-01-\(10 + $0 % 20),\($0 % 3)" }
    #expect(try TableSample(dates, data: Self.small).diagnostics.map(\.code) == ["storage"])
    let kept = try TableSample(
      dates, data: Self.small + #", "columns": {"d": "category"}"#, training: #""loss": "mse""#)
    #expect(try kept.sound.data.counts == [.train: 50])
  }

  @Test func memoryOfNoUseIsAnError() throws {
    let sample = try TableSample(
      Self.csv(rows: 50), data: #""storage": {"type": "memory", "memory_megabytes": 5}"#)
    #expect(sample.diagnostics.map(\.code) == ["contradiction"])
    let memory = try TableSample(Self.csv(rows: 50), data: #""storage": "memory""#)
    #expect(try memory.sound.data.onDisk == nil)
  }
}
