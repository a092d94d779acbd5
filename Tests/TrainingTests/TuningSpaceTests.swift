import Configuration
import Numerics
import Search
import TestSupport
import Testing
import Training

/// What is said of a search that cannot be, and what becomes of the values that one draws.
@Suite struct TuningSpaceTests {
  private func plan(
    _ space: String, tuning: String = "", data: String = #", "validation": {"fraction": 0.3}"#,
    layers: String =
      #"{"type": "dense", "units": 4, "activation": "tanh"}, {"type": "dense", "units": 3, "activation": "tanh"}, {"type": "dense"}"#,
    optimizer: String = #"{"type": "adam"}"#
  ) throws -> (plan: TuningPlan?, messages: [String]) {
    let workspace = try Workspace()
    let rows = (0..<40).map { "\($0 % 2 * 4 + $0 % 7),\($0 % 2 == 0 ? "a" : "b")" }
    try workspace.write("data.csv", "x,kind\n" + rows.joined(separator: "\n") + "\n")
    try workspace.write(
      "config.json",
      """
      {"data": {"train": "data.csv", "target": "kind"\(data)},
       "model": {"layers": [\(layers)]},
       "training": {"epochs": 2, "batch_size": 8, "optimizer": \(optimizer)},
       "tuning": {"space": {\(space)}\(tuning)}}
      """)
    let found = TuningPlan.check(path: workspace.path("config.json"))
    return (
      found.plan, found.diagnostics.map { [$0.message, $0.help ?? ""].joined(separator: " — ") }
    )
  }

  /// A resolved configuration has all members of one optimizer, which the space replaces by another.
  @Test(arguments: [
    (#", "beta1": 0.9, "beta2": 0.999, "epsilon": 0.00000001, "weight_decay": 0"#, true),
    (#", "beta1": 0.9, "beta2": 0.99"#, false),
  ])
  func defaultsOfOneTypeAreNotThoseOfAnother(members: String, builds: Bool) throws {
    let space = #""training.optimizer.type": {"type": "choice", "values": ["adam", "sgd"]}"#
    let (plan, messages) = try plan(
      space, tuning: #", "algorithm": "grid""#, optimizer: #"{"type": "adam"\#(members)}"#)
    #expect((plan != nil) == builds, "\(messages)")
    let beta2 = "a corner of the space does not build: unknown key 'beta2' in the sgd optimizer"
    #expect(messages.count == (builds ? 0 : 1), "\(messages)")
    #expect(messages.allSatisfy { $0.hasPrefix(beta2) }, "\(messages)")
  }

  private static let units = #""model.layers[0].units": {"type": "integer", "low": 2, "high": 4}"#
  private static let rate =
    #""training.optimizer.learning_rate": {"type": "log_uniform", "low": 0.001, "high": 0.1}"#

  @Test(arguments: [
    (#""a[": {"type": "integer", "low": 1, "high": 2}"#, "", "'a[' is not a path"),
    (
      units
        + #", "training.batch_size": {"type": "conditional", "on": "model.layers[0].unit", "equals": [2], "range": {"type": "integer", "low": 1, "high": 2}}"#,
      "",
      "'training.batch_size' depends on 'model.layers[0].unit', which is not searched — did you mean 'model.layers[0].units'?"
    ),
    (
      #""training.optimizer.momentum": {"type": "conditional", "on": "training.optimizer.momentums", "equals": [1], "range": {"type": "uniform", "low": 0, "high": 0.9}}"#,
      "", "which is not searched — add 'training.optimizer.momentums' to the space"
    ),
    (
      #""training.metrics": {"type": "choice", "values": [["f1"], ["accuracy"]]}"#,
      #", "objective": "validation_accuracy""#,
      #"a corner of the space does not build: no run reports 'validation_accuracy' — add "accuracy" to training.metrics"#
    ),
    (
      rate
        + #", "training.batch_size": {"type": "conditional", "on": "training.optimizer.learning_rate", "equals": [0.01], "range": {"type": "integer", "low": 1, "high": 2}}"#,
      "", "which has no single values — make that a choice or an integer"
    ),
    (
      units
        + #", "training.batch_size": {"type": "conditional", "on": "model.layers[0].units", "equals": [9], "range": {"type": "integer", "low": 1, "high": 2}}"#,
      "", "'model.layers[0].units' is never 9"
    ),
    (
      #""model.layers[0].units": {"type": "integer", "low": 2, "high": 8, "step": 2, "log": true}"#,
      "", "'step' and 'log' exclude each other"
    ),
    (
      #""training.batch_size": {"type": "uniform", "low": 4, "high": 8}"#, "",
      #"'training.batch_size' takes whole numbers, which its range does not keep to — write {"type": "integer", "low": 4, "high": 8}"#
    ),
    (
      #""model.layers[0].units": {"type": "log_uniform", "low": 0.5, "high": 8}"#, "",
      #"write {"type": "integer", "low": 1, "high": 8, "log": true}"#
    ),
    (
      units
        + #", "training.batch_size": {"type": "conditional", "on": "model.layers[0].units", "equals": [2], "range": {"type": "uniform", "low": 4, "high": 8}}"#,
      "", "'training.batch_size' takes whole numbers"
    ),
    (
      rate, #", "objective": "validation_los""#,
      #"no run reports 'validation_los' — did you mean "validation_loss"?"#
    ),
    (rate, #", "objective": "qqqqqqqqqqqqqqqqqqqqqqqqq""#, "— there is validation_loss"),
    (
      rate, #", "objective": "test_loss""#,
      #"there is no test part to tell 'test_loss' of — hold one out: "test": "#
    ),
    (rate, #", "objective": "validation_f1""#, #"add "f1" to training.metrics"#),
  ])
  func isRefused(space: String, tuning: String, message: String) throws {
    let (plan, messages) = try plan(space, tuning: tuning)
    #expect(plan == nil)
    #expect(messages.contains { $0.contains(message) }, "\(messages)")
  }

  /// Ranges without their kind, and paths by what is right of them.
  @Test(arguments: [
    (
      #""training.optimizer.learning_rate": [0.1, 0.01]"#,
      #"write {"type": "choice", "values": [0.1, 0.01]}"#
    ),
    (
      #""training.optimizer.learning_rate": {"low": 0.0001, "high": 0.1}"#,
      #"write {"type": "log_uniform", "low": 0.0001, "high": 0.1}"#
    ),
    (
      #""training.optimizer.learning_rate": {"min": 0, "max": 1}"#,
      #"write {"type": "uniform", "low": 0, "high": 1}"#
    ),
    (
      #""training.batch_size": {"low": 4, "high": 16, "step": 4}"#,
      #"write {"type": "integer", "low": 4, "high": 16, "step": 4}"#
    ),
    (
      #""training.batch_size": {"low": 4, "high": 16, "log": true}"#,
      #"write {"type": "integer", "low": 4, "high": 16, "log": true}"#
    ),
    (
      #""training.optimizer.learning_rate": {"name": "uniform", "low": 0.0001, "high": 0.1}"#,
      #"write "type" in place of "name""#
    ),
    (
      #""training.batch_size": {"choices": [4, 8]}"#,
      #"write {"type": "choice", "values": [4, 8]}"#
    ),
    (
      #""training.batch_size": {"type": "quniform", "low": 4, "high": 16, "q": 4}"#,
      #"did you mean "integer"?"#
    ),
    (
      #""lr": {"type": "uniform", "low": 0.1, "high": 1}"#,
      "write 'training.optimizer.learning_rate'"
    ),
    (
      #""optimizer.lr": {"type": "uniform", "low": 0.1, "high": 1}"#,
      "write 'training.optimizer.learning_rate'"
    ),
    (
      #""units": {"type": "integer", "low": 2, "high": 4}"#,
      "write 'model.layers[0].units', 'model.layers[1].units' or 'model.layers[2].units'"
    ),
    (
      #""layers[1].units": {"type": "integer", "low": 2, "high": 4}"#,
      "write 'model.layers[1].units'"
    ),
    (
      #""model.layers.1.units": {"type": "integer", "low": 2, "high": 4}"#,
      "write 'model.layers[1].units'"
    ),
    (
      #""model.layers[3].units": {"type": "integer", "low": 2, "high": 4}"#,
      "it has 'model.layers[0]' to 'model.layers[2]'"
    ),
  ])
  func saysWhatToWrite(space: String, help: String) throws {
    let (plan, messages) = try plan(space)
    #expect(plan == nil)
    #expect(messages.contains { $0.hasSuffix("— " + help) }, "\(messages)")
  }

  /// What only some of the optimizers have is searched under a condition, which can be pasted.
  @Test(arguments: [
    ("training.optimizer", #"["adam", {"type": "sgd", "nesterov": false}]"#),
    ("training.optimizer.type", #"["adam", "sgd"]"#),
  ])
  func aConditionThatIsMissingIsWritten(deciding: String, values: String) throws {
    let choice = #""\#(deciding)": {"type": "choice", "values": \#(values)}"#
    let range = #"{"type": "uniform", "low": 0, "high": 0.9}"#
    let refused = try plan(choice + #", "training.optimizer.momentum": \#(range)"#)
    let condition =
      #"{"type": "conditional", "on": "\#(deciding)", "equals": ["sgd"], "range": \#(range)}"#
    #expect(
      refused.messages == [
        "'training.optimizer.momentum' is not there where '\(deciding)' is \"adam\" — search it where it is: \(condition)"
      ])
    let pasted = try plan(choice + #", "training.optimizer.momentum": \#(condition)"#)
    #expect(pasted.plan != nil, "\(pasted.messages)")
    // A value that all have needs none.
    let rate = try plan(choice + ", " + Self.rate)
    #expect(rate.plan != nil, "\(rate.messages)")
  }

  /// What other programs say in the same place and this one elsewhere.
  @Test(arguments: [
    (#""timeout": 600"#, "hptrain tune FILE --timeout 10m"),
    (#""n_jobs": 4"#, "hptrain tune FILE --jobs 4"),
    (#""n_jobs": -1"#, "hptrain tune FILE --jobs 2"),
    (#""storage": "sqlite:///a.db""#, "hptrain tune FILE --study trials.db"),
    (#""study_name": "a""#, "hptrain tune FILE --name NAME"),
    (
      #""direction": "maximize""#,
      #"write "objective": {"metric": "validation_loss", "direction": "maximize"}"#
    ),
    (#""algorithm": "ASHA""#, #"beside the algorithm: "pruning": "successive_halving""#),
    (#""algorithm": "hyperband""#, #"beside the algorithm: "pruning": "hyperband""#),
    (#""algorithm": "BayesianOptimization""#, #"did you mean "gaussian_process"?"#),
  ])
  func keysOfOtherProgramsAreExplained(member: String, help: String) throws {
    let (plan, messages) = try plan(Self.rate, tuning: ", " + member)
    #expect(plan == nil)
    #expect(messages.contains { $0.contains(help) }, "\(messages)")
  }

  /// Of 2¹⁰ corners those are built that have all other ranges at one end: 2 with all at the same end, and 2 for each
  /// range with itself at the other.
  @Test func manyCornersAreCrossed() throws {
    let layers = (0..<9).map { _ in #"{"type": "dense", "units": 3}"# } + [#"{"type": "dense"}"#]
    let space = (0..<9).map {
      #""model.layers[\#($0)].units": {"type": "integer", "low": 2, "high": 4}"#
    }
    let plain = try plan(
      (space + [Self.rate]).joined(separator: ", "), layers: layers.joined(separator: ", "))
    #expect(plain.plan?.cornerCount == 22, "\(plain.messages)")
    // A range that is there for one value of another one takes that along.
    let conditional = #"""
      "training.batch_size": {"type": "conditional", "on": "model.layers[8].units", "equals": [4],
        "range": {"type": "integer", "low": 4, "high": 8}}
      """#
    let joined = try plan(
      (space + [Self.rate, conditional]).joined(separator: ", "),
      layers: layers.joined(separator: ", "))
    #expect((joined.plan?.cornerCount ?? 0) > 22, "\(joined.messages)")
  }

  /// Layers are repeated from the last to the first and from the inside out, so that none moves another one's place.
  @Test func copiesStandWhereTheFileHasThem() throws {
    let dense = #"{"type": "dense", "units": 4}"#
    let (found, messages) = try plan(
      #"""
      "model.layers[0]": {"type": "repeat", "low": 0, "high": 3},
      "model.layers[1].layers[0]": {"type": "repeat", "low": 1, "high": 2},
      "model.layers[2]": {"type": "repeat", "low": 1, "high": 2}
      """#,
      layers:
        #"\#(dense), {"type": "residual", "layers": [\#(dense)], "shortcut": [\#(dense)]}, {"type": "dense", "units": 5}, {"type": "dense"}"#
    )
    let plan = try #require(found, "\(messages)")
    let document = JSONParser.parse(
      SourceText(
        name: "c",
        #"{"tuning": 1, "model": {"layers": ["a", {"layers": ["b"]}, "c", "d"]}}"#)
    ).value
    let names = plan.space.places.map(\.name)
    let values = ["model.layers[0]": 3.0, "model.layers[1].layers[0]": 2, "model.layers[2]": 2]
    let point = Point(names.map { values[$0] })
    #expect(
      try plan.space.apply(point, to: document).compactText
        == #"{"model":{"layers":["a","a","a",{"layers":["b","b"]},"c","c","d"]}}"#)
  }

  /// What the process held before, and how many processors there are, is no merit of a trial.
  @Test func theMemoryOfATrialIsItsOwn() throws {
    let (found, messages) = try plan(Self.units, tuning: #", "objective": "memory_bytes""#)
    let plan = try #require(found, "\(messages)")
    let points = [2.0, 4].map { Point([$0]) }
    let before = try points.map { try plan.planner.plan($0).plan.ownBytes }
    let ballast = [UInt8](repeating: 1, count: 64 << 20)
    let after = try points.map { try plan.planner.plan($0).plan.ownBytes }
    #expect(ballast.last == 1 && before == after)
    #expect(before[0] > 0 && before[0] < before[1] && before[1] < 64 << 20)
  }

  @Test func aQuestionEndsItself() throws {
    let (_, messages) = try plan(
      #""training.optimizer.type": {"type": "choice", "values": ["adam", "sgdd"]}"#)
    #expect(
      messages.contains {
        $0.hasSuffix(#" — did you mean "sgd"? (with training.optimizer.type = "sgdd")"#)
      }, "\(messages)")
  }

  @Test func whatIsNoSearchIsSaid() throws {
    let workspace = try Workspace()
    try workspace.write("data.csv", "x,kind\n1,a\n2,b\n")
    let path = try workspace.write(
      "config.json",
      #"{"data": {"train": "data.csv", "target": "kind"}, "model": {"layers": [{"type": "dense"}]}}"#
    )
    #expect(
      TuningPlan.check(path: path).diagnostics.map(\.message).contains(
        "the configuration has no 'tuning'"))
    let two = try plan(
      Self.rate, tuning: #", "objective": ["loss", "parameters"], "pruning": "median""#)
    #expect(two.messages.contains { $0.contains("there are 2 objectives") }, "\(two.messages)")
  }

  @Test(arguments: [
    "test_loss", "seconds", "parameters", "memory_bytes", "train_loss", "loss",
    "validation_accuracy",
  ])
  func objectivesHaveTheirFigures(name: String) throws {
    let data = #", "validation": {"fraction": 0.3}, "test": {"fraction": 0.2}"#
    let (found, messages) = try plan(
      Self.rate, tuning: #", "objective": "\#(name)""#, data: name == "loss" ? "" : data)
    let plan = try #require(found, "\(messages)")
    let objective = plan.objectives[0]
    #expect(objective.isMaximized == (name == "validation_accuracy"))
    #expect(objective.cost(of: .nan) == .infinity)
    #expect(objective.cost(of: 2) == (objective.isMaximized ? -2 : 2))
    let upward = try self.plan(
      Self.rate, tuning: #", "objective": {"metric": "\#(name)", "direction": "maximize"}"#,
      data: data)
    #expect(upward.plan?.objectives[0].isMaximized == true)

    let run = plan.run
    let loop = immortal(
      try TrainingLoop(run, sets: run.data.makeSets(), pool: ThreadPool(threads: 1)))
    var last: Double?
    var observer = TrainingLoop.Observer()
    observer.epoch = { last = objective.value(of: $0) }
    let outcome = try loop.run(observer)
    let value = objective.value(of: outcome, run)
    let expected: [String: Double?] = [
      "test_loss": outcome.test?.loss, "seconds": outcome.seconds,
      "parameters": Double(run.parameterCount), "memory_bytes": Double(run.ownBytes),
      "train_loss": outcome.train?.loss, "loss": outcome.train?.loss,
      "validation_accuracy": outcome.validation?["accuracy"],
    ]
    #expect(value == expected[name])
    // The others are known at the end only.
    #expect(
      (last != nil) == ["train_loss", "loss", "validation_accuracy"].contains(name), "\(name)")
  }
}
