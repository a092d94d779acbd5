import Configuration
import TestSupport
import Testing

/// What is said of a command line that is not understood.
@Suite struct CommandLineTests {
  @Test(arguments: [
    (["trian", "config.json"], "did you mean 'hptrain train'?"),
    (["run"], "did you mean 'hptrain runs'?"),
    (["help", "trian"], "did you mean 'hptrain train'?"),
    (["fit", "config.json"], "did you mean 'hptrain train'?"),
    (["compare", "runs/a", "runs/b"], "did you mean 'hptrain diff'?"),
    (["resume", "runs/a"], "did you mean 'hptrain train --resume'?"),
    (["config.json"], "it has init, check, train, "),
  ])
  func aWordThatIsNoCommandHasWhatWasMeant(arguments: [String], help: String) throws {
    let workspace = try Sample.workspace()
    let result = try Program.run(arguments, in: workspace.path)
    let word = arguments[0] == "help" ? arguments[1] : arguments[0]
    #expect(result.exitCode == 64)
    #expect(result.errors.contains("'hptrain' has no command '\(word)'"), "\(result.errors)")
    #expect(result.errors.contains(help), "\(result.errors)")
  }

  /// What a configuration says is no option; the place of it is looked for in the file that the line names.
  @Test(arguments: [
    (["--epochs", "5"], "--epochs", "write --set training.epochs=5"),
    (["--lr=0.1"], "--lr", "write --set training.optimizer.learning_rate=0.1"),
    (["--batch-size", "8"], "--batch-size", "write --set training.batch_size=8"),
    (["--seed"], "--seed", "write --set seed=VALUE"),
    (["--units", "8"], "--units", "write --set 'model.layers[0].units=8'"),
  ])
  func aHyperparameterIsNoOption(words: [String], option: String, help: String) throws {
    let workspace = try Sample.workspace()
    for command in ["train", "check"] {
      let result = try Program.run([command, "config.json"] + words, in: workspace.path)
      #expect(result.exitCode == 64)
      #expect(result.errors.contains("'\(option)' is no option"), "\(result.errors)")
      #expect(result.errors.contains(help), "\(result.errors)")
      #expect(result.output.isEmpty)
    }
  }

  /// Neither what is nothing at all, nor what a command could not set.
  @Test(arguments: [
    ["train", "config.json", "--gobbledygook", "1"], ["runs", "--epochs", "5"],
    ["train", "config.json", "--set", "training.epochs=1", "--outputs", "a"],
  ])
  func otherOptionsStayUnknown(arguments: [String]) throws {
    let workspace = try Sample.workspace()
    let result = try Program.run(arguments, in: workspace.path)
    #expect(result.exitCode == 64)
    #expect(result.errors.contains("Unknown option"), "\(result.errors)")
  }

  /// A variable that is not set is neither a wish for help nor standard input.
  @Test(arguments: [
    ([], "hptrain init iris.csv"), (["predict", "", "-"], "the path of the model is empty"),
    (["evaluate", "-", "data.csv"], "a model is not read from standard input"),
  ])
  func whatIsEmptyIsWrongUse(arguments: [String], message: String) throws {
    let workspace = try Sample.workspace()
    let result = try Program.run(arguments, in: workspace.path)
    #expect(result.exitCode == 64)
    #expect(result.errors.contains(message), "\(result.errors)")
    #expect(result.output.isEmpty)
  }

  // MARK: - Dashes

  /// The `h` of the name is no wish for help.
  @Test(arguments: [
    ["init", "-dash.csv"], ["evaluate", "run", "-dash.csv"], ["init", "-other.csv"],
  ])
  func aNameThatReadsAsAnOptionIsToldSo(arguments: [String]) throws {
    let workspace = try Workspace()
    try workspace.write("-dash.csv", Sample.csv)
    let result = try Program.run(arguments, in: workspace.path)
    let name = try #require(arguments.last)
    #expect(result.exitCode == 64)
    #expect(result.errors.contains("'\(name)' reads as an option"), "\(result.errors)")
    #expect(result.errors.contains("write './\(name)'"), "\(result.errors)")
    #expect(result.output.isEmpty)
  }

  @Test(arguments: [["./-dash.csv"], ["--", "-dash.csv"]])
  func namesWithDashesAreRead(arguments: [String]) throws {
    let workspace = try Workspace()
    try workspace.write("-dash.csv", Sample.csv)
    let result = try Program.run(
      ["init", "--output", "c.json"] + arguments, in: workspace.path)
    #expect(result.exitCode == 0 && result.output == "c.json\n", "\(result.errors)")
  }

  @Test(arguments: [["init", "-h"], ["init", "-dash.csv", "--help"], ["help", "init"]])
  func helpIsHelp(arguments: [String]) throws {
    let workspace = try Workspace()
    try workspace.write("-dash.csv", Sample.csv)
    let result = try Program.run(arguments, in: workspace.path)
    #expect(result.exitCode == 0)
    #expect(result.output.contains("Writes a configuration for a data file"), "\(result.errors)")
  }

  @Test(arguments: [
    (["check", "config.json", "--max-time", "-5"], "'-5' is invalid for '--max-time"),
    (["check", "config.json", "--max-memory", "-5"], "'-5' is invalid for '--max-memory"),
    (["tune", "config.json", "--timeout", "-5"], "'-5' is invalid for '--timeout"),
    (["tune", "ask", "s.db", "--loop", "--trials", "-1"], "--trials must be at least 1"),
    (["tune", "create", "n.db", "space.json", "--seed", "-1"], "--seed must be at least 0"),
    (["tune", "history", "s.db", "--trial", "-1"], "'s.db' has no trial -1"),
    (["tune", "best", "s.db", "--trial", "-1"], "'s.db' has no trial -1"),
    (["find-threshold", "run", "a.csv", "--cost", "-1,2"], "--cost takes two numbers"),
    (["runs", ".", "--sort", "-loss"], "--sort: nothing is called '-loss'"),
    (["runs", ".", "--columns", "-loss"], "--columns: nothing is called '-loss'"),
    (["runs", ".", "--most", "-1"], "--most must be at least 1"),
  ])
  func aNegativeValueHasTheErrorOfItsOption(arguments: [String], message: String) throws {
    let workspace = try Sample.workspace()
    try workspace.write(
      "space.json", #"{"space": {"x": {"type": "uniform", "low": 0, "high": 1}}}"#)
    let created = try Program.run("tune", "create", "s.db", "space.json", in: workspace.path)
    #expect(created.exitCode == 0, "\(created.errors)")
    let result = try Program.run(arguments, in: workspace.path)
    #expect(result.exitCode == 64)
    #expect(result.errors.contains(message), "\(result.errors)")
  }

  // MARK: - Contradictions

  @Test(arguments: [
    (["check", "-", "-"], "standard input can be read once only"),
    (["predict", "run", "--format", "json", "--header"], "contradicts --format json"),
    (["train", "config.json", "--output", "-"], "write './-' for a folder of that name"),
    (["train", "config.json", "--folds", "2", "--output", "-"], "write './-'"),
  ])
  func whatCannotBeMeantIsWrongUse(arguments: [String], message: String) throws {
    let workspace = try Sample.workspace()
    let result = try Program.run(arguments, in: workspace.path)
    #expect(result.exitCode == 64 && result.output.isEmpty)
    #expect(result.errors.contains(message), "\(result.errors)")
    #expect(!workspace.exists("-"))
  }
}
