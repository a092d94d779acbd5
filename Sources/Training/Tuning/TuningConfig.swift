import Configuration
import Search

/// A search for hyperparameters: what is tried, how, and what for.
package struct TuningConfig: ConfigObject {
  package var space: [String: any SearchRange]?
  package var algorithm: any SearchAlgorithm = ParzenSearch()
  package var objectives = [ObjectiveConfig()]
  package var pruning: (any Pruner)?
  package var trials: Int?
  package var seeds = 1
  package var folds: Int?
  package var parallelTrials = 4

  package init() {}

  /// How many trials there are if nobody says so, and nothing ends them.
  package static let standardTrialCount = 50

  package static let keys: [Key<Self>] = [
    Key(
      "space", \.space, .map(of: "path", SearchRanges.codec), required: true,
      synonyms: ["search_space", "parameters", "params"],
      help: "What is searched: paths of this file, each with its range.",
      guidance: .choice(
        """
        The learning rate first, then the size of the network and what holds it back. Each further \
        path wants some ten trials more.
        """,
        typical: "Three to eight paths.",
        example: """
          "space": {"training.optimizer.learning_rate": {"type": "log_uniform", "low": 0.0001, \
          "high": 0.1}}
          """)),
    Key(
      "algorithm", \.algorithm, SearchAlgorithms.catalog.codec, synonyms: ["sampler", "search"],
      help: "How the next values are found.",
      guidance: .choice(
        """
        tpe for whatever comes. gaussian_process where a trial takes minutes and there are few; \
        evolutionary where there are hundreds; grid to see everything.
        """,
        typical: "Left out.", example: #""algorithm": "gaussian_process""#)),
    Key(
      "objective", \.objectives, .oneOrMore(.objective), synonyms: ["metric", "monitor", "goal"],
      help: "What the search is for; several make a front of best compromises.",
      guidance: .choice(
        "One, as long as it can be said in one. A second to see what speed or size costs.",
        typical: "validation_loss.", example: #""objective": "validation_accuracy""#)),
    Key(
      "pruning", \.pruning, Pruners.catalog.codec, synonyms: ["pruner", "scheduler"],
      help: "Ends trials early that will not be the best; by default none.",
      guidance: .choice(
        """
        Where most settings are bad and it shows early. Not where slow starters win, as with a small \
        rate or a long warm-up.
        """,
        typical: "successive_halving.", example: #""pruning": "successive_halving""#)),
    .integer(
      "trials", \.trials, in: .between(1, 1_000_000), synonyms: ["n_trials", "max_trials"],
      help:
        "How many settings are tried, by all runs of the command together; by default 50, or the whole grid.",
      guidance: .amount(
        tooLow: "The first ten are guesses; nothing is learned from them.",
        tooHigh: "The best of very many is best by luck, on the validation part alone.",
        typical: "50 to 200.", example: #""trials": 100"#)),
    .integer(
      "seeds", \.seeds, in: .between(1, 1000), unit: "runs", synonyms: ["repetitions", "repeats"],
      help: "Runs of each trial with other seeds, on the same parts; the objective is their mean.",
      guidance: .amount(
        tooLow: "With 1 a setting may win by a lucky start.",
        tooHigh: "As many times the work for each setting.",
        typical: "1; 3 for small data.", example: #""seeds": 3"#)),
    .integer(
      "folds", \.folds, in: .between(2, 1000), synonyms: ["cv", "cross_validation", "n_splits"],
      help: """
        Cross-validates each trial: a run for each fold of the training file, and the objective is \
        their mean.
        """,
      guidance: .amount(
        tooLow: "With 2 each run learns from half of the examples only.",
        tooHigh: "As many times the work for each setting.",
        typical: "Absent; 5 for some hundred examples, where a single part says little.",
        example: #""folds": 5"#)),
    .integer(
      "parallel_trials", \.parallelTrials, in: .between(1, 1024), unit: "trials",
      synonyms: ["batch", "max_concurrent_trials"],
      help: """
        How many trials may run at once. A trial is proposed without the results of as many before it \
        less one, so that any number of jobs gives the same study.
        """,
      guidance: .amount(
        tooLow: "With 1 adaptive algorithms know most, and one trial runs at a time.",
        tooHigh: "Each proposal knows less: the search is nearer to random.",
        typical: "4; the number of jobs on a larger machine.",
        example: #""parallel_trials": 8"#)),
  ]

  package static let foreignKeys: [String: ForeignKey] = [
    "timeout": "how long a search takes is said to the command: hptrain tune FILE --timeout 10m",
    "n_jobs": ForeignKey { jobs in
      "how many trials run at once is said to the command: hptrain tune FILE --jobs \(jobs.integer.flatMap { $0 > 0 ? $0 : nil } ?? 2)"
    },
    "storage": "the file of a study is said to the command: hptrain tune FILE --study trials.db",
    "study_name": "the study is called as said to the command: hptrain tune FILE --name NAME",
    "direction": ForeignKey { direction in
      #"write "objective": {"metric": "validation_loss", "direction": \#(direction.compactText)}; by default it is what is better for the figure"#
    },
  ]

  /// How many points a grid has that goes through all of them; `nil` for other algorithms.
  package func gridSize(of space: SearchSpace) -> Int? {
    (algorithm as? GridSearch).map { $0.size(of: space) ?? .max }
  }

  package func validate(_ json: JSONValue, _ reading: inout Reading) {
    var seen: Set<String> = []
    for (objective, item) in zip(objectives, json["objective"]?.items ?? [])
    where !seen.insert(objective.metric).inserted {
      reading.report(
        code: "objective", "the objective '\(objective.metric)' is there twice", at: item.location,
        help: "each once")
    }
    if json["space"]?.members?.isEmpty == true {
      reading.report(
        code: "empty-space", "'tuning.space' names nothing to search", at: json["space"]?.location,
        help: "add a path and its range, as \"training.optimizer.learning_rate\"")
    }
  }
}
