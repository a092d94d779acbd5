import Configuration
import Testing
import Training

/// Settings of the training that change nothing or are hardly ever meant, and advice that can be followed.
@Suite struct UnwiseTrainingTests {
  private func warnings(
    _ training: String, target: String = #""kind""#, epochs: Int = 4
  ) throws -> [Diagnostic] {
    try SampleRun(
      layers: #"{"type": "dense"}"#, target: target, training: training, epochs: epochs
    ).plan.warnings
  }

  private static func schedule(_ members: String) -> String {
    #", "learning_rate_schedule": {\#(members)}"#
  }

  @Test(arguments: [
    (#""type": "exponential", "factor": 1"#, "a factor of 1 never changes the rate"),
    (#""type": "step", "step_size": 1, "factor": 1"#, "a factor of 1 never changes the rate"),
    (#""type": "multi_step", "milestones": [1], "factor": 1"#, "a factor of 1"),
    (
      #""type": "reduce_on_plateau", "monitor": "train_loss", "patience": 1, "factor": 1"#,
      "a factor of 1 never changes the rate"
    ),
    (#""type": "inverse_time", "decay": 0"#, "a decay of 0 never changes the rate"),
  ])
  func schedulesThatChangeNothingAreNamed(members: String, message: String) throws {
    let found = try warnings(Self.schedule(members))
    #expect(found.map(\.code) == ["inert"])
    #expect(found.first?.message.hasPrefix(message) == true)
  }

  @Test func oneCycleWarmsUpByItself() throws {
    let warmup = #""type": "one_cycle", "warmup_iterations": 2"#
    #expect(try warnings(Self.schedule(warmup)).map(\.code) == ["second-warmup"])
    #expect(try warnings(Self.schedule(#""type": "one_cycle""#)).isEmpty)
  }

  @Test(arguments: [
    (#"{"type": "adam", "learning_rate": 1}"#, true),
    (#"{"type": "adam", "learning_rate": 0.5}"#, false),
    (#"{"type": "sgd", "learning_rate": 1}"#, false),
    (#"{"type": "adadelta", "learning_rate": 1}"#, false),
    (#"{"type": "adagrad", "learning_rate": 1}"#, false),
    (#"{"type": "sgd", "learning_rate": 1e-10}"#, true),
  ])
  func ratesThatAreHardlyMeantAreNamed(optimizer: String, isUnusual: Bool) throws {
    let found = try warnings(#", "optimizer": \#(optimizer)"#)
    #expect(found.map(\.code) == (isUnusual ? ["unusual-value"] : []))
    #expect(found.allSatisfy { $0.help?.hasPrefix("usual are") == true })
  }

  @Test(arguments: [
    (#""regularization": {"l1": 2}"#, #""regularization": {"l1": 1}"#),
    (#""gradient_clipping": {"threshold": 0.00001}"#, #""gradient_clipping": {"threshold": 0.1}"#),
    (
      #""loss": {"type": "cross_entropy", "label_smoothing": 0.9}"#,
      #""loss": {"type": "cross_entropy", "label_smoothing": 0.5}"#
    ),
  ])
  func amountsThatAreHardlyMeantAreNamed(unusual: String, usual: String) throws {
    let city = #""city""#
    #expect(try warnings(", " + unusual, target: city).map(\.code) == ["unusual-value"])
    #expect(try warnings(", " + usual, target: city).isEmpty)
  }

  @Test func aClassAloneIsNothingToLearn() throws {
    func found(_ weights: String) throws -> [Diagnostic] {
      try warnings(
        #", "loss": {"type": "cross_entropy", "class_weights": {\#(weights)}}"#,
        target: #""city""#)
    }
    let alone = try found(#""rome": 0, "oslo": 0"#)
    #expect(alone.map(\.code) == ["one-class"])
    #expect(alone.first?.message.contains(#""lima" alone"#) == true)
    #expect(try found(#""rome": 0"#).isEmpty)
  }

  /// What the help asks for is not warned of, and one more is.
  @Test func theHelpAgreesWithTheCheck() throws {
    func found(_ patience: Int) throws -> [Diagnostic] {
      try warnings(
        Self.schedule(
          #""type": "reduce_on_plateau", "monitor": "train_loss", "patience": \#(patience)"#)
          + #", "early_stopping": {"monitor": "train_loss", "patience": 5}"#, epochs: 40)
    }
    #expect(try found(4).first?.help?.hasPrefix("make it 3 at most") == true)
    #expect(try found(3).isEmpty)
  }

  private func failure(_ metric: String) throws -> Diagnostic {
    let failure = try #require(throws: Failure.self) {
      _ = try warnings(#", "metrics": ["\#(metric)"]"#)
    }
    return try #require(failure.diagnostics.first)
  }

  @Test func onlyMetricsOfTheTargetAreProposed() throws {
    let finding = try failure("r2")
    #expect(finding.code == "task")
    let help = try #require(finding.help)
    #expect(help.hasPrefix("metrics for classification: accuracy, "))
    for name in ["exact_match", "jaccard", "rank_error", "quadratic_kappa", "bits_per_character"] {
      #expect(!help.contains(name), "\(help)")
    }
  }

  @Test func bitsAreOfCharacters() throws {
    let finding = try failure("bits_per_character")
    #expect(finding.code == "task")
    #expect(finding.message.contains("for the tokens of a text"))
  }
}
