import Configuration
import Datasets
import Network
import Numerics
import TestSupport
import Testing
import Training

/// Rows that count more than others.
@Suite struct ExampleWeightsTests {
  private static let layers =
    #"{"type": "dense", "units": 6, "activation": "tanh"}, {"type": "dense"}"#

  /// 60 rows whose weights are 0, 1, 2 and 3, or the same rows as often as they weigh.
  private static func csv(_ target: String, repeats: Bool) -> String {
    var lines = [repeats ? "a,b,y" : "a,b,y,w"]
    for row in 0..<60 {
      let weight = row * 7 % 4
      let answer =
        target == "class" ? ["p", "q", "r"][(row * row + row / 7) % 3] : "\(row * 13 % 17)"
      let fields = "\(Double(row * 37 % 101) / 50),\(Double(row * 11 % 23) / 10),\(answer)"
      if repeats {
        lines += Array(repeating: fields, count: weight)
      } else {
        lines.append("\(fields),\(weight)")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// - Parameter data: more members of the section.
  private func plan(
    _ csv: String, data: String = "", loss: String = "\"mse\"", batch: Int = 1000,
    training: String = "", layers: String = layers
  ) throws -> (plan: RunPlan, workspace: Workspace) {
    let workspace = try Workspace()
    try workspace.write("data.csv", csv)
    let text = """
      {"name": "w", "seed": 5, "data": {"train": "\(workspace.path("data.csv"))", "target": "y"\(data)},
       "model": {"layers": [\(layers)]},
       "training": {"epochs": 4, "batch_size": \(batch), "shuffle": false, "loss": \(loss)\(training)}}
      """
    let (plan, findings) = RunPlan.check(
      try LoadedConfig.parse(SourceText(name: "w.json", text)))
    return (try #require(plan, "\(findings.map(\.message))"), workspace)
  }

  private func train(_ plan: RunPlan) throws -> (outcome: TrainingLoop.Outcome, values: [Float]) {
    let loop = immortal(
      try TrainingLoop(plan, sets: plan.data.makeSets(), pool: ThreadPool(threads: 1)))
    let outcome = try loop.run(TrainingLoop.Observer())
    return (outcome, Array(loop.memory.parameters))
  }

  /// What is learned and every figure is that of the rows repeated, with accumulated gradients too, whose
  /// parts weigh differently.
  @Test(arguments: [
    ("number", #""mse""#, #", "metrics": ["rmse", "mae", "r2"]"#),
    ("number", #""huber""#, #", "metrics": ["mse"]"#),
    (
      "class", #""cross_entropy""#,
      #", "metrics": ["accuracy", "f1", "roc_auc", "perplexity", {"type": "top_k_accuracy", "k": 2}]"#
    ),
    ("class", #"{"type": "cross_entropy", "class_weights": "balanced"}"#, ""),
    ("class", #"{"type": "cross_entropy", "class_weights": {"p": 4}, "label_smoothing": 0.1}"#, ""),
  ])
  func aWeightOf2IsTheSameRowTwice(target: String, loss: String, training: String) throws {
    let repeated = try plan(Self.csv(target, repeats: true), loss: loss, training: training)
    let expected = try train(repeated.plan)
    for (batch, accumulation) in [(1000, 1), (20, 3)] {
      let weighted = try plan(
        Self.csv(target, repeats: false), data: #", "weight": "w""#, loss: loss, batch: batch,
        training: training + ", \"gradient_accumulation\": \(accumulation)")
      #expect(weighted.plan.data.inputShape == Shape(2))
      let found = try train(weighted.plan)
      for (value, other) in zip(found.values, expected.values) {
        #expect(abs(value - other) < 2e-4)
      }
      let figures = try #require(found.outcome.train?.all)
      for (figure, other) in zip(figures, try #require(expected.outcome.train?.all)) {
        #expect(figure.name == other.name)
        #expect(
          abs(figure.value - other.value) < 1e-3 * max(1, abs(other.value)), "\(figure.name)")
      }
    }
  }

  /// The report of classes is weighted as the figures are.
  @Test func theReportIsWeighted() throws {
    let weighted = try plan(
      Self.csv("class", repeats: false),
      data: #", "weight": "w", "validation": {"fraction": 0.5}"#, loss: #""cross_entropy""#,
      training: #", "metrics": ["accuracy", "f1"]"#)
    let outcome = try train(weighted.plan).outcome
    let report = try #require(outcome.report)
    let matrix = try #require(report.confusionMatrix)
    let total = matrix.joined().reduce(0, +)
    let right = matrix.indices.reduce(0) { $0 + matrix[$1][$1] }
    #expect(outcome.validation?["accuracy"] == right / total)
    #expect(outcome.validation?["f1"] == report.macro.f1)
    #expect(report.macro.support == total && total != 30)
  }

  /// Half of the rows fall, and weigh nothing; the others rise by 2.
  @Test func rowsWithoutWeightTeachNothing() throws {
    let csv = TableSample.csv("x,y,w", rows: 80) { row in
      let x = Double(row * 37 % 80) / 80
      return row % 2 == 0 ? "\(x),\(-2 * x),0" : "\(x),\(2 * x),10"
    }
    let run = try plan(
      csv, data: #", "weight": "w""#, batch: 8,
      training: #", "optimizer": {"type": "adam", "learning_rate": 0.1}"#,
      layers: #"{"type": "dense"}"#)
    let loop = immortal(
      try TrainingLoop(run.plan, sets: run.plan.data.makeSets(), pool: ThreadPool(threads: 1)))
    for _ in 0..<100 {
      for batch in 0..<loop.batchCount { _ = loop.iterate(batch) }
    }
    let (slope, intercept) = (loop.memory.parameters[0], loop.memory.parameters[1])
    #expect(abs(slope - 2) < 1e-2 && abs(intercept) < 1e-2)
  }

  @Test func balancedWeightsMakeClassesWeighTheSame() throws {
    // p weighs 6 in 2 rows, q 2 in 4 rows.
    let csv = "a,y,w\n1,p,2\n2,p,4\n3,q,0.5\n4,q,0.5\n5,q,0.5\n6,q,0.5\n"
    let run = try plan(
      csv, data: #", "weight": "w""#,
      loss: #"{"type": "cross_entropy", "class_weights": "balanced"}"#)
    #expect(run.plan.data.classCounts == [6, 2])
    #expect(run.plan.loss.weights == [Float(8.0 / 12), 2])
  }

  @Test(arguments: [
    ("1,2,-1", "negative-weight data.csv:3:5"), ("1,2,", "missing-value data.csv:3:5"),
    ("1,2,inf", "not-finite data.csv:3:5"), ("1,2,heavy", "not-a-number data.csv:3:5"),
    ("1,2,2e20", "too-large data.csv:3:5"),
  ])
  func whatIsNoWeightIsAnErrorAtItsPlace(row: String, finding: String) throws {
    let sample = try TableSample(
      "x,y,w\n1,1,1\n\(row)\n3,4,2\n4,5,1\n", data: #""weight": "w""#)
    #expect(sample.plan == nil)
    #expect(sample.findings.filter { $0.hasSuffix("data.csv:3:5") } == [finding])
  }

  @Test func aPartWithoutWeightIsAnError() throws {
    let sample = try TableSample(
      "x,y,w\n1,1,1\n2,2,0\n3,4,2\n", data: #""weight": "w", "validation": "later.csv""#,
      others: ["later.csv": "w,x,y\n0,1,2\n0,2,3\n"])
    #expect(sample.findings == ["no-weight later.csv:2:1"])
    #expect(sample.diagnostics.first?.message.contains("the validation part") == true)
  }

  @Test(arguments: [
    (#""weight": "v""#, "unknown-column"), (#""weight": "y""#, "contradiction"),
    (#""weight": "w", "features": ["x", "w"]"#, "contradiction"),
    (#""weight": "w", "ignore": "w""#, "contradiction"),
    (#""weight": "w", "group": "w", "test": {"fraction": 0.3}"#, "contradiction"),
  ])
  func aColumnHasOneRole(data: String, code: String) throws {
    let sample = try TableSample("x,y,w\n1,1,1\n2,2,0\n3,4,2\n4,4,4\n", data: data)
    #expect(sample.plan == nil)
    #expect(sample.diagnostics.map(\.code) == [code])
    #expect(sample.diagnostics.first?.place?.line == 2)
  }

  @Test(arguments: ["\"category\"", #"{"scaling": "standard"}"#, #"{"missing": "median"}"#])
  func settingsThatWeightsHaveNoUseForAreRefused(settings: String) throws {
    let sample = try TableSample(
      "x,y,w\n1,1,1\n2,2,0\n3,4,2\n", data: "\"weight\": \"w\", \"columns\": {\"w\": \(settings)}")
    #expect(sample.diagnostics.map(\.code) == ["contradiction"])
    let notation = try TableSample(
      "x;y;w\n1;1;1,5\n2;2;0\n3;4;2,5\n",
      data: #""weight": "w", "columns": {"w": {"decimal": ","}}"#)
    #expect(try notation.sound.data.encoding.target.weight == "w")
  }

  // MARK: - Windows

  /// A window weighs the mean of what the rows weigh that it predicts.
  @Test(arguments: [1, 3])
  func windowsWeighWhatTheirTargetsDo(horizon: Int) throws {
    let csv = TableSample.csv("y,w", rows: 12) { "\($0 * $0),\($0 % 5)" }
    let sample = try TableSample(
      csv, data: #""weight": "w", "window": {"length": 2, "horizon": \#(horizon)}"#)
    #expect(try sample.inputs == ["y"])
    let set = try #require(try sample.sound.data.makeSets()[.train])
    let targets = try #require(set.targets)
    #expect(set.isWeighted && targets.width == horizon + 1)
    #expect(set.count == 12 - 2 - horizon + 1)
    for start in set.rows {
      let rows = (0..<horizon).map { Int(start) + 2 + $0 }
      let found = (0...horizon).map { targets.range(of: $0, examples: [start])?.lowerBound }
      let weight = Float(rows.reduce(0) { $0 + $1 % 5 }) / Float(horizon)
      #expect(found == rows.map { Float($0 * $0) } + [weight])
    }
  }

  private func series(_ weight: (Int) -> Int, answer: (Int) -> Int) -> String {
    TableSample.csv("x,y,w", rows: 50) {
      "\(Double($0 * 37 % 101) / 50),\(answer($0)),\(weight($0))"
    }
  }

  /// Weights of 2 change nothing, and what the target is where it weighs nothing does not either.
  @Test func windowsAreLearnedByTheirWeights() throws {
    let layers = #"{"type": "flatten"}, \#(Self.layers)"#
    func values(_ csv: String, _ data: String) throws -> [Float] {
      try train(
        plan(
          csv,
          data: #", "window": {"length": 2}, "features": ["x"], "validation": {"fraction": 0.2}"#
            + data,
          layers: layers
        ).plan
      ).values
    }
    let weight = #", "weight": "w""#
    let plain = try values(series({ _ in 1 }) { $0 * 13 % 17 }, "")
    for (value, other) in zip(try values(series({ _ in 2 }) { $0 * 13 % 17 }, weight), plain) {
      #expect(abs(value - other) < 1e-5)
    }
    let some = { $0 % 3 == 0 ? 0 : $0 % 4 + 1 }
    let weighted = try values(series(some) { $0 * 13 % 17 }, weight)
    #expect(weighted != plain)
    #expect(try values(series(some) { $0 % 3 == 0 ? 999 : $0 * 13 % 17 }, weight) == weighted)
    let all = try values(series({ _ in 1 }) { $0 % 3 == 0 ? 999 : $0 * 13 % 17 }, weight)
    #expect(all != plain)
  }

  @Test func windowsThatWeighNothingAreAnError() throws {
    let csv = TableSample.csv("y,w", rows: 20) { "\($0),\($0 < 4 ? 1 : 0)" }
    let sample = try TableSample(csv, data: #""weight": "w", "window": {"length": 4}"#)
    #expect(sample.diagnostics.map(\.code) == ["no-weight"])
    let missing = try TableSample(
      TableSample.csv("y,w", rows: 20) { "\($0),\($0 == 7 ? "" : "1")" },
      data: #""weight": "w", "window": {"length": 4}"#)
    #expect(missing.findings == ["missing-value data.csv:9:3"])
  }
}
