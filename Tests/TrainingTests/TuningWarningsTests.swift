import Configuration
import TestSupport
import Testing
import Training

/// Settings of a search that are valid and probably not meant.
@Suite struct TuningWarningsTests {
  /// The plan of a search over 28 of 40 rows in batches of 7, and what is said of it.
  private func check(
    _ space: String, _ tuning: String = "", target: String = "kind", training: String = "",
    trials: Int? = nil
  ) throws -> (plan: TuningPlan, found: [Diagnostic]) {
    let workspace = try Workspace()
    let rows = (0..<40).map { "\($0 % 2 * 4 + $0 % 7),\($0 % 5),\($0 % 2 == 0 ? "a" : "b")" }
    try workspace.write("data.csv", "x,y,kind\n" + rows.joined(separator: "\n") + "\n")
    let path = try workspace.write(
      "config.json",
      """
      {"data": {"train": "data.csv", "target": "\(target)", "validation": {"fraction": 0.3}},
       "model": {"layers": [{"type": "dense", "units": 4, "activation": "tanh"}, {"type": "dense"}]},
       "training": {"epochs": 9, "batch_size": 7\(training)},
       "tuning": {"space": {\(space)}\(tuning)}}
      """)
    let (plan, found) = TuningPlan.check(path: path, trials: trials)
    return (try #require(plan, "\(found.map(\.message))"), found)
  }

  private static let rate =
    #""training.optimizer.learning_rate": {"type": "log_uniform", "low": 0.001, "high": 0.1}"#
  private static let losses =
    #""training.loss": {"type": "choice", "values": ["mse", "mae"]}"#

  // MARK: - Placeholders

  /// What a trial replaces is not looked at.
  @Test(arguments: [
    (
      rate, #", "optimizer": {"type": "adam", "learning_rate": 2}"#
    ),
    (
      #""training.optimizer": {"type": "choice", "values": ["adam", "sgd"]}"#,
      #", "optimizer": {"type": "adam", "learning_rate": 2}"#
    ),
    (
      #""training.regularization.l2": {"type": "uniform", "low": 0, "high": 0.1}"#,
      #", "regularization": {"l2": 3}"#
    ),
  ])
  func placeholdersAreNotWarnedOf(space: String, training: String) throws {
    #expect(try !check(space, training: training).found.map(\.code).contains("unusual-value"))
    let other = #""training.batch_size": {"type": "choice", "values": [4, 7]}"#
    #expect(try check(other, training: training).found.map(\.code).contains("unusual-value"))
  }

  // MARK: - What cannot be compared

  @Test(arguments: [
    (
      losses, "y",
      "trials with another 'training.loss' cannot be compared by 'validation_loss': losses that"
    ),
    (
      #""training.loss": {"type": "choice", "values": [{"type": "huber", "delta": 1}, {"type": "huber", "delta": 2}]}"#,
      "y", "cannot be compared by 'validation_loss'"
    ),
    (
      #""training": {"type": "choice", "values": [{"loss": "mse"}, {"loss": "huber"}]}"#,
      "y", "trials with another 'training' cannot be compared by 'validation_loss'"
    ),
    (
      #""seed": {"type": "integer", "low": 1, "high": 9}"#, "kind",
      "trials with another 'seed' cannot be compared by 'validation_loss': what wins is luck"
    ),
    (
      #""data.validation.fraction": {"type": "uniform", "low": 0.2, "high": 0.4}"#, "kind",
      "trials with another 'data.validation.fraction' cannot be compared"
    ),
    (
      #""data.scaling": {"type": "choice", "values": ["standard", "min_max"]}"#, "y",
      "the loss is in units of the scaled target"
    ),
    (
      #""data.columns.y": {"type": "choice", "values": [{"scaling": "standard"}, {"scaling": "none"}]}"#,
      "y", "trials with another 'data.columns.y' cannot be compared by 'validation_loss'"
    ),
    (
      #""data.columns": {"type": "choice", "values": [{"y": {"scaling": "standard"}}, {"x": {"missing": "error"}}]}"#,
      "y", "trials with another 'data.columns' cannot be compared by 'validation_loss'"
    ),
    (
      #""data.target": {"type": "choice", "values": ["y", "x"]}"#, "y",
      "trials with another 'data.target' cannot be compared by 'validation_loss': each predicts"
    ),
  ])
  func incomparable(space: String, target: String, message: String) throws {
    let warnings = try check(space, target: target).found.filter { $0.code == "incomparable" }
    #expect(warnings.count == 1 && warnings[0].severity == .warning)
    #expect(warnings.first?.message.contains(message) == true, "\(warnings.map(\.message))")
    // At the key in the space.
    #expect(warnings.first?.place?.line == 4, "\(warnings)")
  }

  @Test(arguments: [
    (losses, #", "objective": "validation_mae""#, "y"),
    (
      #""data.columns": {"type": "choice", "values": [{"y": {"missing": "error"}}, {"y": {"missing": "drop_row"}}]}"#,
      "", "y"
    ),
    (#""data.scaling": {"type": "choice", "values": ["standard", "min_max"]}"#, "", "kind"),
    (#""seed": {"type": "integer", "low": 1, "high": 99}"#, #", "objective": "parameters""#, "y"),
    (
      #""training": {"type": "choice", "values": [{"epochs": 3}, {"epochs": 4}]}"#,
      #", "algorithm": "grid""#, "y"
    ),
  ])
  func comparable(space: String, tuning: String, target: String) throws {
    let found = try check(
      space, tuning, target: target,
      training: target == "y" ? #", "metrics": ["mae"]"# : ""
    ).found
    #expect(!found.contains { $0.code == "incomparable" }, "\(found.map(\.message))")
  }

  /// No metric is the same for another target, and none of forecasts or of tokens.
  @Test func noMetricMakesOtherQuantitiesComparable() throws {
    let found = try check(
      #""data.target": {"type": "choice", "values": ["y", "x"]}"#,
      #", "objective": "validation_mae""#, target: "y", training: #", "metrics": ["mae"]"#
    ).found.filter { $0.code == "incomparable" }
    #expect(found.map(\.help) == ["leave it out of the space"])
    #expect(found.first?.message.contains("cannot be compared by 'validation_mae'") == true)
  }

  /// With another horizon or tokenizer, and not with another length of windows.
  @Test(arguments: [
    (
      #""train": "data.csv", "target": "y", "window": {"length": 3}"#, #"{"type": "flatten"}"#,
      #""data.window.horizon": {"type": "integer", "low": 1, "high": 2}"#,
      "trials with another 'data.window.horizon' cannot be compared by 'train_loss': rows"
    ),
    (
      #""train": "data.csv", "target": "y", "window": {"length": 3}"#, #"{"type": "flatten"}"#,
      #""data.window": {"type": "choice", "values": [{"length": 3}, {"length": 2, "stride": 2}]}"#,
      ""
    ),
    (
      #""format": "text", "train": "text.txt", "sequence_length": 4"#,
      #"{"type": "embedding", "dimensions": 2}"#,
      #""data.tokenizer": {"type": "choice", "values": ["character", "byte"]}"#,
      "trials with another 'data.tokenizer' cannot be compared by 'train_loss': figures"
    ),
  ])
  func forecastsAndTokens(data: String, layer: String, space: String, message: String) throws {
    let workspace = try Workspace()
    let rows = (0..<40).map { "\($0 * 7 % 11),\($0 % 5)" }
    try workspace.write("data.csv", "x,y\n" + rows.joined(separator: "\n") + "\n")
    try workspace.write("text.txt", String(repeating: "abc def. ", count: 40))
    let path = try workspace.write(
      "config.json",
      """
      {"data": {\(data)}, "model": {"layers": [\(layer), {"type": "dense"}]},
       "training": {"epochs": 2, "batch_size": 4},
       "tuning": {"space": {\(space)}, "objective": "train_loss"}}
      """)
    let (plan, found) = TuningPlan.check(path: path)
    #expect(plan != nil, "\(found.map(\.message))")
    let messages = found.filter { $0.code == "incomparable" }.map(\.message)
    #expect(messages.count == (message.isEmpty ? 0 : 1), "\(messages)")
    #expect(messages.allSatisfy { $0.hasPrefix(message) }, "\(messages)")
  }

  @Test func theHelpNamesAMetricOfTheRun() throws {
    let found = try check(
      Self.losses, target: "y", training: #", "metrics": ["mae"]"#
    ).found
    #expect(
      found.first { $0.code == "incomparable" }?.help
        == #"name a metric as the objective: "validation_mae""#)
  }

  // MARK: - What decides nothing

  @Test(arguments: [
    (
      #""output.tensorboard": {"type": "choice", "values": [true, false]}"#, #", "trials": 2"#,
      "'output.tensorboard' changes nothing of what a trial comes to"
    ),
    (
      #""training.batch_size": {"type": "integer", "low": 4, "high": 8, "step": 5}"#,
      #", "trials": 1"#, "the range of 'training.batch_size' holds 4 only"
    ),
    (
      #""training.batch_size": {"type": "choice", "values": [4]}"#, #", "trials": 1"#,
      "the range of 'training.batch_size' holds 4 only"
    ),
    (
      #""training.optimizer.learning_rate": {"type": "choice", "values": [0.1, 0.2, 1e-1]}"#,
      #", "trials": 3"#, "'training.optimizer.learning_rate' has 0.1 twice: 1e-1 is the same"
    ),
    (
      #""training.optimizer": {"type": "choice", "values": ["adam", "sgd", {"type": "adam"}]}"#,
      #", "trials": 3"#, #"'training.optimizer' has "adam" twice: {"type":"adam"} is the same"#
    ),
    (
      #""model.layers[0]": {"type": "choice", "values": [{"type": "dense", "units": 2}, {"units": 2, "type": "dense", "use_bias": true}]}"#,
      #", "trials": 2"#, "'model.layers[0]' has "
    ),
    (
      #""training.early_stopping.patience": {"type": "integer", "low": 8, "high": 12}"#,
      #", "trials": 5"#,
      "no value of 'training.early_stopping.patience' comes to bear: a patience of 8 never ends a run of 9 epochs"
    ),
    (
      #""training.early_stopping": {"type": "choice", "values": [{"patience": 20}, {"patience": 30}]}"#,
      #", "trials": 2"#, "a patience of 20 never ends a run of 9 epochs"
    ),
    (
      rate, #", "pruning": {"type": "successive_halving", "min_epochs": 9}"#,
      "no trial ends early: the first may with epoch 9, and all end with epoch 9"
    ),
    (
      rate, #", "pruning": {"type": "median", "warmup_epochs": 8}"#, "the first may with epoch 9"
    ),
    (
      rate, #", "trials": 12, "pruning": {"type": "median", "startup_trials": 9}"#,
      "'startup_trials' is 9, and the last of 12 trials knows of 8: no trial is ever ended"
    ),
    (
      rate, #", "trials": 12, "algorithm": {"type": "tpe", "startup_trials": 9}"#,
      "'startup_trials' is 9, and the last of 12 trials knows of 8: every trial is spread evenly"
    ),
    (
      rate, #", "trials": 12, "algorithm": {"type": "evolutionary", "population_size": 9}"#,
      "'population_size' is 9, and the last of 12 trials knows of 8"
    ),
    (
      rate, #", "trials": 6, "algorithm": {"type": "population", "population_size": 6}"#,
      "no member goes on from another"
    ),
    (
      rate, #", "trials": 3, "algorithm": "zoom""#,
      "'rounds' is 4, and of trials there are 3: the last rounds have no trial"
    ),
    (
      #""training.batch_size": {"type": "integer", "low": 4, "high": 6}"#,
      #", "trials": 10, "algorithm": "random""#,
      "the space has 3 points, so that of 10 trials 7 train again what was trained"
    ),
    (
      #""training.batch_size": {"type": "integer", "low": 4, "high": 6}"#,
      #", "trials": 4, "algorithm": "random""#,
      "the space has 3 points, so that of 4 trials 1 trains again what was trained"
    ),
  ])
  func inert(space: String, tuning: String, message: String) throws {
    let warnings = try check(space, tuning).found
    #expect(warnings.count == 1, "\(warnings.map(\.message))")
    #expect(warnings.first?.code == "inert" && warnings.first?.place != nil)
    #expect(warnings.first?.message.contains(message) == true, "\(warnings.map(\.message))")
  }

  /// One trial or epoch more, and each of them decides something.
  @Test(arguments: [
    #", "pruning": {"type": "successive_halving", "min_epochs": 8}"#,
    #", "pruning": {"type": "hyperband", "min_epochs": 8}"#,
    #", "pruning": {"type": "median", "warmup_epochs": 7}"#,
    #", "trials": 12, "pruning": {"type": "median", "startup_trials": 8}"#,
    #", "trials": 12, "algorithm": {"type": "tpe", "startup_trials": 8}"#,
    #", "trials": 12, "algorithm": {"type": "gaussian_process", "startup_trials": 8}"#,
    #", "trials": 12, "algorithm": {"type": "evolutionary", "population_size": 8}"#,
    #", "trials": 7, "algorithm": {"type": "population", "population_size": 6}"#,
    #", "trials": 4, "algorithm": "zoom""#,
    #", "trials": 4"#, "",
  ])
  func nothingIsSaidOfWhatCounts(tuning: String) throws {
    #expect(try check(Self.rate, tuning).found.isEmpty)
  }

  /// What counts in some trials is searched for those.
  @Test(arguments: [
    #""training.early_stopping.patience": {"type": "integer", "low": 7, "high": 12}"#,
    #""training.early_stopping.patience": {"type": "choice", "values": [10, 15]}, "training.epochs": {"type": "choice", "values": [9, 20]}"#,
    #""training.early_stopping": {"type": "choice", "values": [{"patience": 20, "monitor": "train_loss"}, {"patience": 3}]}"#,
    #""training.optimizer": {"type": "choice", "values": ["sgd", {"type": "sgd", "momentum": 0.9}]}"#,
    #""training.optimizer": {"type": "choice", "values": ["adam", "sgd"]}, "training.optimizer.momentum": {"type": "conditional", "on": "training.optimizer", "equals": ["sgd"], "range": {"type": "choice", "values": [0, 0.5]}}"#,
  ])
  func nothingIsSaidOfWhatCountsSometimes(space: String) throws {
    let found = try check(space, #", "trials": 2"#).found
    #expect(found.isEmpty, "\(found.map(\.message))")
  }

  /// Of a search over the epochs the longest trial counts.
  @Test func theLongestTrialMayBePruned() throws {
    let space = #""training.epochs": {"type": "choice", "values": [9, 20]}"#
    let found = try check(
      space, #", "trials": 2, "pruning": {"type": "successive_halving", "min_epochs": 9}"#
    ).found
    #expect(found.isEmpty, "\(found.map(\.message))")
  }

  // MARK: - How many trials

  @Test func aGridHasNoMoreTrialsThanPoints() throws {
    let grid = #", "algorithm": {"type": "grid", "points": 3}"#
    #expect(try check(Self.rate, grid).found.isEmpty)
    let (plan, found) = try check(Self.rate, grid + #", "trials": 9"#)
    #expect(plan.trialCount == 3)
    #expect(found.map(\.severity) == [.note])
    #expect(found.first?.message == "the grid has 3 points, and so many trials, not 9")
    #expect(found.first?.place != nil)
    let asked = try check(Self.rate, grid, trials: 5)
    #expect(asked.plan.trialCount == 3 && asked.found.map(\.code) == ["trials"])
  }

  @Test func whatIsAskedForWins() throws {
    let (plan, found) = try check(Self.rate, #", "trials": 20, "algorithm": "tpe""#, trials: 6)
    #expect(plan.trialCount == 6 && found.map(\.code) == ["inert"])
  }

  /// Nine epochs of four batches each, in generations of two epochs, the last of one.
  @Test func theIterationsOfAPopulationAreThoseOfItsGenerations() throws {
    let (plan, _) = try check(
      Self.rate,
      #", "algorithm": {"type": "population", "population_size": 3, "interval": 2}"#)
    let generations = try #require(plan.generations)
    let counts = [0, 1, 3, 4, 12, 13, 15].map { generations.iterations(ofTrials: $0, plan.run) }
    #expect(counts == [0, 8, 24, 32, 96, 100, 108])
  }

  @Test func anObjectiveIsNamedOnce() throws {
    let workspace = try Workspace()
    let path = try workspace.write(
      "config.json",
      #"{"tuning": {"space": {\#(Self.rate)}, "objective": ["loss", {"metric": "loss"}]}}"#)
    let messages = TuningPlan.check(path: path).diagnostics.map(\.message)
    #expect(messages.contains("the objective 'loss' is there twice"), "\(messages)")
  }
}
