import Configuration
import Datasets
import TestSupport
import Testing

/// Windows of random tables against their definition.
struct RandomWindowTests {
  /// A table of several series, whose rows are shuffled among each other.
  private struct Table {
    struct Row {
      let group: Int
      let time: Int
      let values: [Float]
    }

    var rows: [Row] = []
    let hasGaps: Bool

    init(_ generator: inout SplitMix64) {
      hasGaps = Bool.random(using: &generator)
      let groups = Int.random(in: 1...4, using: &generator)
      var times = (0..<groups).map { _ in Int.random(in: 0...5, using: &generator) }
      var left = (0..<groups).map { _ in Int.random(in: 12...40, using: &generator) }
      while let group = left.indices.filter({ left[$0] > 0 }).randomElement(using: &generator) {
        rows.append(
          Row(group: group, time: times[group], values: generator.floats(3, in: -100..<100)))
        // Single steps are the most frequent.
        let isGap = hasGaps && Int.random(in: 0..<8, using: &generator) == 0
        times[group] += isGap ? Int.random(in: 2...4, using: &generator) : 1
        left[group] -= 1
      }
    }

    var csv: String {
      "time,x,y,group,z\n"
        + rows.map { "\($0.time),\($0.values[0]),\($0.values[1]),g\($0.group),\($0.values[2])\n" }
        .joined()
    }

    /// Each series in the order in which it begins.
    var series: [[Row]] {
      var order: [Int] = []
      for row in rows where !order.contains(row.group) { order.append(row.group) }
      return order.map { group in rows.filter { $0.group == group } }
    }
  }

  /// The examples of a part of a series, one after the other.
  private func examples(
    _ rows: [Table.Row], part: Range<Int>, isTraining: Bool, length: Int, horizon: Int, stride: Int
  ) -> [SeriesData.Example] {
    var examples: [SeriesData.Example] = []
    // Windows that begin in one stretch are counted by the stride.
    var next: Int?
    for start in rows.indices {
      let isAfterGap = start > 0 && rows[start].time != rows[start - 1].time + 1
      if isAfterGap { next = nil }
      let targets = start + length..<start + length + horizon
      guard targets.upperBound <= part.upperBound, targets.lowerBound >= part.lowerBound,
        !isTraining || start >= part.lowerBound,
        (start + 1..<targets.upperBound).allSatisfy({ rows[$0].time == rows[$0 - 1].time + 1 }),
        start >= next ?? start
      else { continue }
      next = start + stride
      examples.append(
        .init(
          inputs: (start..<start + length).flatMap { rows[$0].values },
          targets: targets.flatMap { [rows[$0].values[2], rows[$0].values[0]] }))
    }
    return examples
  }

  @Test func examplesAreThoseOfTheDefinition() throws {
    var generator = SplitMix64(seed: 8)
    var compared = 0
    for _ in 0..<150 {
      let table = Table(&generator)
      let length = Int.random(in: 1...5, using: &generator)
      let horizon = Int.random(in: 1...3, using: &generator)
      let stride = Int.random(in: 1...4, using: &generator)
      let validation = Double(Int.random(in: 0...3, using: &generator)) / 10
      let test = Double(Int.random(in: 0...3, using: &generator)) / 10
      var settings = #"""
        "target": ["z", "x"], "window": {"length": \#(length), "horizon": \#(horizon),
        "stride": \#(stride), "time": "time", "group": "group", "gaps": "split"}
        """#
      if validation > 0 { settings += #", "validation": {"fraction": \#(validation)}"# }
      if test > 0 { settings += #", "test": {"fraction": \#(test)}"# }

      var expected: [Part: [SeriesData.Example]] = [:]
      for rows in table.series {
        let count = Double(rows.count)
        let end = rows.count - Int((test * count).rounded())
        let middle = end - Int((validation * count).rounded())
        func add(_ part: Part, _ range: Range<Int>) -> Bool {
          let found = examples(
            rows, part: range, isTraining: part == .train, length: length, horizon: horizon,
            stride: stride)
          expected[part, default: []] += found
          return !found.isEmpty
        }
        guard add(.train, 0..<middle) else { continue }
        if validation > 0 { _ = add(.validation, middle..<end) }
        if test > 0 { _ = add(.test, end..<rows.count) }
      }

      let isPossible = expected.count > 0 && expected.values.allSatisfy { !$0.isEmpty }
      guard isPossible, expected[.train]?.isEmpty == false else {
        #expect(throws: Failure.self) { try SeriesData(["train.csv": table.csv], settings) }
        continue
      }
      let sample = try SeriesData(["train.csv": table.csv], settings)
      for (part, examples) in expected {
        #expect(sample.examples(part) == examples)
        #expect(sample.data.counts[part] == examples.count)
        compared += examples.count
      }
    }
    #expect(compared > 1000)
  }

  /// Damaged series are refused, or make examples of numbers.
  @Test func survivesMutations() throws {
    let csv =
      "time,who,v\n" + (1...9).map { "2020-0\($0),a,\($0)\n2020-0\($0),b,-\($0).5\n" }.joined()
    var mutator = Mutator(
      seed: 23, corpus: [Array(csv.utf8)], meaningful: Array("0123456789-/,\n\"aZ:".utf8))
    var accepted = 0
    for round in 0..<Mutator.count / 10 {
      let gaps = ["error", "split", "ignore"][round % 3]
      // What is no UTF-8 is the business of other tests.
      let text = String(decoding: mutator.next(), as: UTF8.self)
      do {
        let sample = try SeriesData(
          ["train.csv": text],
          #"""
          "target": "v", "scaling": "standard", "test": {"fraction": 0.3},
          "window": {"length": 2, "time": "time", "group": "who", "gaps": "\#(gaps)"}
          """#, lossTask: .regression)
        accepted += 1
        for part in [Part.train, .test] {
          let examples = sample.examples(part)
          #expect(examples.count == sample.data.counts[part])
          #expect(examples.allSatisfy { ($0.inputs + $0.targets).allSatisfy(\.isFinite) })
        }
      } catch let failure as Failure {
        #expect(!failure.diagnostics.isEmpty)
      }
    }
    #expect(accepted > 0)
  }

  /// What training sees is the same whatever the held-out rows hold.
  @Test func heldOutRowsLeaveNoTrace() throws {
    var generator = SplitMix64(seed: 9)
    for _ in 0..<20 {
      let rows = Int.random(in: 20...60, using: &generator)
      let groups = Int.random(in: 1...3, using: &generator)
      let values = (0..<rows * groups).map { _ in generator.floats(2, in: -5..<5) }
      func csv(wild: Bool) -> String {
        var text = "who,x,y,kind\n"
        for row in 0..<rows {
          for group in 0..<groups {
            let isHeldOut = row >= rows - 2 * Int((Double(rows) * 0.2).rounded())
            let value = values[row * groups + group]
            text += "g\(group),"
            text +=
              wild && isHeldOut
              ? "\(value[0] * 1e6 + 1e9),\(-1e8 * value[1])," : "\(value[0]),\(value[1]),"
            text += row % 2 == 0 ? "u\n" : "v\n"
          }
        }
        return text
      }
      let scaling = ["standard", "min_max"].randomElement(using: &generator) ?? ""
      let settings = #"""
        "target": ["x", "y"], "scaling": "\#(scaling)", "missing": "median",
        "window": {"length": 4, "horizon": 2, "group": "who"},
        "validation": {"fraction": 0.2}, "test": {"fraction": 0.2}
        """#
      let tame = try SeriesData(["train.csv": csv(wild: false)], settings)
      let wild = try SeriesData(["train.csv": csv(wild: true)], settings)
      #expect(tame.examples(.train) == wild.examples(.train))
      #expect(
        DataEncodings.catalog.codec.write(tame.data.encoding).compactText
          == DataEncodings.catalog.codec.write(wild.data.encoding).compactText)
      #expect(tame.examples(.test) != wild.examples(.test))
    }
  }
}
