import Foundation
import Glibc
import TestSupport
import Testing

/// What people see on terminals, recorded from one.
@Suite(.serialized, .timeLimit(minutes: 10)) struct TerminalTests {
  /// A run of many short iterations, which nobody waits for.
  private static func workspace(epochs: Int = 9000) throws -> Workspace {
    let workspace = try Workspace()
    try workspace.write(
      "data.csv",
      "a,b,c,y\n"
        + (0..<4000).map { "\($0 * 37 % 101),\($0 * 11 % 23),\($0 * 7 % 13),k\($0 * $0 % 3)\n" }
        .joined())
    try workspace.write(
      "run.json",
      """
      {"name": "run", "data": {"train": "data.csv", "target": "y", "scaling": "standard", "validation": {"fraction": 0.2}},
       "model": {"layers": [{"type": "dense", "units": 256, "activation": "relu"}, {"type": "dense"}]},
       "training": {"epochs": \(epochs), "batch_size": 4, "metrics": ["accuracy"]}}
      """)
    return workspace
  }

  /// - Parameter isSlow: whether an epoch takes some tenths of a second, and not some milliseconds.
  private static func train(
    _ workspace: Workspace, _ terminal: PseudoTerminal, _ arguments: String...,
    isSlow: Bool = false, environment: [String: String] = [:]
  ) throws -> Process {
    let process = Program.process(
      ["train", "run.json", "--output", "run", "--threads", "1"] + arguments
        + (isSlow ? ["--set", "training.batch_size=1", "--set", "model.layers[0].units=512"] : []),
      in: workspace.path)
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["TERM": "xterm-256color", "LC_ALL": "C.UTF-8"].merging(environment) { $1 }
    ) { $1 }
    process.environment?["NO_COLOR"] = environment["NO_COLOR"]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle(forWritingAtPath: try workspace.write("output", ""))
    let end = try terminal.end()
    process.standardError = end
    try process.run()
    try end.close()
    return process
  }

  /// The bar is drawn at most ten times a second, never wraps, and says how fast it goes and how long it takes.
  @Test(arguments: [(80, 24), (200, 50), (40, 10), (12, 4)])
  func theBarFitsTheTerminal(columns: Int, rows: Int) throws {
    let workspace = try Self.workspace()
    let terminal = try PseudoTerminal(columns: columns, rows: rows)
    let process = try Self.train(workspace, terminal)
    let clock = ContinuousClock()
    let start = clock.now
    let end = try #require(Self.draws(12, terminal, from: 0).last)
    let seconds = start.duration(to: clock.now) / .seconds(1)
    var screen = TerminalScreen(columns: columns)
    screen.write(terminal.bytes[..<end])
    let bar = try #require(screen.text.last)
    let draws = screen.counts["J"] ?? 0
    process.terminate()
    while terminal.read(seconds: 5) {}
    process.waitUntilExit()
    #expect(draws >= 12 && Double(draws) <= seconds * 10 + 2, "\(draws) in \(seconds) s")
    #expect(bar.contains(" %"), "\(bar)")
    if columns >= 80 {
      #expect(bar.contains("━") && bar.contains("epoch ") && bar.contains("loss "))
      #expect(bar.contains(" examples/s") && bar.contains(" left"))
    }
    if columns == 40 { #expect(bar.contains("━") && bar.contains(" left")) }
    // Afterwards nothing of it is there.
    var whole = TerminalScreen(columns: columns)
    whole.write(terminal.bytes)
    #expect(whole.unknown.isEmpty, "\(whole.unknown)")
    #expect(!whole.text.contains { $0.contains(" % ━") || $0.contains("━ ") })
    let epochs = whole.text.filter { $0.contains("/9000  loss ") }
    if columns >= 40 {
      #expect(epochs.count > 1 && epochs.allSatisfy { $0.contains("validation ") })
    }
    if columns >= 80 {
      // What is not made for the width of terminals are the lines about the run, before and behind.
      #expect(epochs.allSatisfy { $0.count <= columns && $0.contains("accuracy ") })
      #expect(epochs.allSatisfy { $0.contains("validation loss") == (columns == 200) })
      #expect(whole.wraps == 0, "\(whole.text)")
    }
  }

  /// The columns of a cross-validation come closer, and the last ones are left out, where there is no room for them.
  @Test(arguments: [(120, true), (56, true), (50, false), (30, false)])
  func foldsFitTheTerminal(columns: Int, hasAccuracy: Bool) throws {
    let workspace = try Self.workspace(epochs: 1)
    let terminal = try PseudoTerminal(columns: columns, rows: 24)
    let process = try Self.train(workspace, terminal, "--folds", "3")
    while terminal.read(seconds: 60) {}
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    var screen = TerminalScreen(columns: columns)
    screen.write(terminal.bytes)
    let heading = try #require(screen.text.first { $0.hasPrefix("fold ") })
    #expect(heading.contains("accuracy") == hasAccuracy)
    #expect(heading.contains("loss") == (columns >= 50))
    #expect((columns > 100) == (heading.count > 60))
    for fold in 1...3 {
      #expect(screen.text.contains { $0.hasPrefix("   \(fold) ") && $0.count == heading.count })
    }
    #expect(heading.count <= columns)
  }

  /// Waits for so many more draws of the region.
  ///
  /// - Parameter start: of the bytes that count.
  /// - Returns: where the bytes of each end.
  private static func draws(_ count: Int, _ terminal: PseudoTerminal, from start: Int) -> [Int] {
    let end = Array("\u{1B}[?7h".utf8)
    func ends() -> [Int] {
      terminal.bytes[start...].indices.filter { terminal.bytes[$0...].starts(with: end) }
        .map { $0 + end.count }
    }
    terminal.read(seconds: 30) { ends().count >= count }
    return ends()
  }

  /// What is drawn once the terminal is of another size fits it, and what was there before is gone.
  @Test func aResizeIsFollowedAtOnce() throws {
    let workspace = try Self.workspace()
    let terminal = try PseudoTerminal(columns: 200, rows: 50)
    let process = try Self.train(workspace, terminal)
    var screen = TerminalScreen(columns: 200)
    var written = 0
    func show(to end: Int) {
      screen.write(terminal.bytes[written..<end])
      written = end
    }
    let first = Self.draws(4, terminal, from: 0)
    try #require(first.count >= 4)
    show(to: first[3])
    #expect(screen.text.last?.count ?? 0 > 80)
    for columns in [80, 50, 120] {
      terminal.readWaiting()
      show(to: terminal.bytes.count)
      terminal.resize(columns: columns, rows: 24)
      screen.resize(columns: columns)
      let draws = Self.draws(6, terminal, from: written)
      try #require(draws.count >= 6)
      // One may have come before the terminal was of this size, and another have been on its way.
      show(to: draws[1])
      let wraps = screen.wraps
      show(to: draws[5])
      #expect(screen.wraps == wraps, "at \(columns)")
      let bar = try #require(screen.text.last)
      #expect(bar.contains(" left") && bar.count < columns && bar.count > columns / 2, "\(bar)")
    }
    process.terminate()
    while terminal.read(seconds: 5) {}
    process.waitUntilExit()
    show(to: terminal.bytes.count)
    #expect(!screen.text.contains { $0.contains("━ ") })
  }

  @Test func theChartIsDrawnInPlace() throws {
    let workspace = try Self.workspace(epochs: 30)
    let terminal = try PseudoTerminal(columns: 80, rows: 24)
    let process = try Self.train(workspace, terminal, "--plot", isSlow: true)
    while terminal.read(seconds: 5) {}
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    var screen = TerminalScreen(columns: 80)
    screen.write(terminal.bytes)
    #expect(screen.counts["A"] ?? 0 > 3)
    // One chart is left, below the lines of the epochs.
    let axes = screen.text.indices.filter { screen.text[$0].contains("└──") }
    #expect(axes.count == 1)
    let last = try #require(screen.text.lastIndex { $0.hasPrefix("epoch 30/30") })
    #expect(axes[0] == last + 13)
    let chart = screen.text[last + 1...axes[0] + 1]
    #expect(chart.contains { $0.contains("train 1.0") || $0.contains("train 0.") })
    #expect(chart.contains { $0.contains("validation ") })
    #expect(chart.last?.hasPrefix("   epoch  1") == true && chart.last?.hasSuffix("30") == true)
    #expect(chart.contains { $0.unicodeScalars.contains { (0x2801...0x28FF).contains($0.value) } })
    #expect(screen.wraps == 0)
  }

  @Test func withoutColorsNoneAreWritten() throws {
    for environment in [["NO_COLOR": "1"], ["TERM": "dumb"]] {
      let workspace = try Self.workspace(epochs: 40)
      let terminal = try PseudoTerminal(columns: 80, rows: 24)
      let process = try Self.train(
        workspace, terminal, "--plot", isSlow: true, environment: environment)
      while terminal.read(seconds: 5) {}
      process.waitUntilExit()
      var screen = TerminalScreen(columns: 80)
      screen.write(terminal.bytes)
      #expect(screen.counts["m"] == nil)
      #expect((screen.counts["J"] ?? 0 > 0) == (environment["TERM"] == nil))
      #expect(screen.text.contains { $0.hasPrefix("epoch 40/40") })
      #expect(screen.text.contains { $0.contains("└──") })
    }
  }

  @Test func whatIsPipedHoldsNoControlCharacter() throws {
    let workspace = try Self.workspace(epochs: 3)
    let result = try Program.run(
      "train", "run.json", "--output", "run", "--plot", in: workspace.path)
    #expect(result.exitCode == 0)
    for text in [result.output, result.errors] {
      #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 && $0.value != 0x7F })
    }
    #expect(
      result.errors.contains("epoch 3/3  loss ") && result.errors.contains("  validation loss "))
    for arguments in [["--quiet"], ["--format", "json"], ["--folds", "3"]] {
      let refused = try Program.run(
        ["train", "run.json", "--plot"] + arguments, in: workspace.path)
      #expect(refused.exitCode == 64)
      #expect(
        refused.errors.contains("contradicts \(arguments.joined(separator: " "))")
          || arguments[0] == "--folds")
    }
  }

  // MARK: - Tables

  private static func lines(
    _ arguments: [String], _ workspace: Workspace, columns: Int
  ) throws -> (lines: [String], wraps: Int) {
    let terminal = try PseudoTerminal(columns: columns, rows: 50)
    let process = Program.process(arguments, in: workspace.path)
    process.environment = ProcessInfo.processInfo.environment.merging(["LC_ALL": "C.UTF-8"]) { $1 }
    let end = try terminal.end()
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = end
    process.standardError = FileHandle.nullDevice
    try process.run()
    try end.close()
    while terminal.read(seconds: 5) {}
    process.waitUntilExit()
    var screen = TerminalScreen(columns: columns)
    screen.write(terminal.bytes)
    return (screen.text, screen.wraps)
  }

  /// Runs and their differences are cut where names are long, and go on below where there are many columns.
  @Test func tablesFitTheTerminal() throws {
    let workspace = try Self.workspace(epochs: 1)
    let long = "a-rather-long-name-of-a-run-whose-end-tells-it-from-others"
    for (number, rate) in [(1, "0.01"), (2, "0.02")] {
      let result = try Program.run(
        "train", "run.json", "--output", "runs/\(long)-\(number)", "--quiet",
        "--set", "training.optimizer.learning_rate=\(rate)", in: workspace.path)
      #expect(result.exitCode == 0, "\(result.errors)")
    }
    let piped = try Program.run("runs", in: workspace.path).output.split(separator: "\n")
    #expect(piped.count == 3 && piped[1].contains("\(long)-1"))
    for columns in [40, 60, 80, 200] {
      let (lines, wraps) = try Self.lines(["runs"], workspace, columns: columns)
      #expect(wraps == 0 && lines.allSatisfy { $0.count <= columns }, "\(lines)")
      // Every cell is there: a column that has no room stands below.
      let titles = lines.joined(separator: " ").split(separator: " ")
      for title in piped[0].split(separator: " ") { #expect(titles.contains(title), "\(title)") }
      #expect(lines.contains { $0.contains("-1 ") } && lines.contains { $0.contains("-2 ") })
      if columns == 200 { #expect(lines.dropLast() == piped.map { String($0) }[...]) }
    }
    for columns in [50, 80] {
      let (lines, wraps) = try Self.lines(
        ["diff", "runs/\(long)-1", "runs/\(long)-2"], workspace, columns: columns)
      #expect(wraps == 0 && lines.allSatisfy { $0.count <= columns }, "\(lines)")
      #expect(lines.contains { $0.contains("0.01") && $0.contains("0.02") })
    }
  }
}
