import Configuration
import Datasets
import Glibc
import Training

/// Tells people on standard error, or programs on standard output, how training goes.
final class TrainingReporter {
  private let plan: RunPlan
  private let format: OutputFormat
  let isQuiet: Bool
  private let showsBar: Bool
  /// What the progress bar is of, where there are several.
  private let title: String
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private var lastDraw: ContinuousClock.Instant
  private var isBarDrawn = false
  /// Iterations that were made before this process.
  private var resumedIterations = 0

  init(_ plan: RunPlan, format: OutputFormat, isQuiet: Bool, title: String = "") {
    self.plan = plan
    self.title = title.isEmpty ? "" : title + "  "
    self.format = format
    self.isQuiet = isQuiet
    showsBar = format == .text && !isQuiet && Console.isTerminal
    start = clock.now
    lastDraw = start
  }

  func start(_ event: JSONValue) throws {
    if format == .json { return try StandardOutput.print(event.compactText) }
    guard !isQuiet else { return }
    printSize()
  }

  /// Says where a run goes on.
  func resume(_ event: JSONValue, _ run: StoppedRun) throws {
    resumedIterations = run.checkpoint?.iterations ?? 0
    if format == .json { return try StandardOutput.print(event.compactText) }
    guard !isQuiet else { return }
    printSize()
    for change in run.changes {
      Console.print("\(change.path): \(change.newText) instead of \(change.oldText)")
    }
    guard let checkpoint = run.checkpoint else {
      return Console.print("no checkpoint was written yet, so the run begins again")
    }
    let (made, all) = (checkpoint.iterations, plan.iterations)
    Console.print(
      made < all
        ? "goes on behind iteration \(Spelling.grouped(made)) of \(Spelling.grouped(all))"
        : "all \(Spelling.count(all, "iteration")) were made already; for more: --set training.epochs=\(2 * plan.epochs)"
    )
  }

  private func printSize() {
    let paint = Console.paint
    Console.print(
      paint(plan.name, .bold)
        + ": \(Spelling.count(plan.examples, "training example")), "
        + "\(Spelling.count(plan.parameterCount, "parameter")), "
        + "memory \(Spelling.bytes(plan.memoryBytes))")
    Console.print("iterations = (examples / batch) · epochs = " + plan.length.formula)
  }

  // MARK: - Progress

  func iteration(_ count: Int, loss: Double) {
    guard showsBar else { return }
    let now = clock.now
    guard now - lastDraw > .milliseconds(100) else { return }
    lastDraw = now
    drawBar(count, loss: loss, elapsed: (now - start) / .seconds(1))
  }

  private func drawBar(_ count: Int, loss: Double, elapsed: Double) {
    let share = Double(count) / Double(max(1, plan.iterations))
    let made = count - resumedIterations
    let remaining = elapsed / Double(max(1, made)) * Double(plan.iterations - count)
    let epoch = (count - 1) / max(1, plan.iterationsPerEpoch) + 1
    let text =
      " \(title)\(Int(share * 100)) %  epoch \(epoch)/\(plan.epochs)  loss \(Self.short(loss))  "
      + "\(Self.time(remaining)) left"
    // A line that wraps could not be drawn over.
    let room = Console.width - text.count - 1
    guard room >= 5 else {
      Console.write("\r\u{1B}[K" + text.dropFirst().prefix(max(0, Console.width - 1)))
      isBarDrawn = true
      return
    }
    let width = min(40, room)
    let filled = Int(share * Double(width))
    let bar =
      String(repeating: "━", count: filled) + String(repeating: "─", count: width - filled)
    Console.write("\r\u{1B}[K" + Console.paint(bar, .cyan) + text)
    isBarDrawn = true
  }

  func clearBar() {
    if isBarDrawn { Console.write("\r\u{1B}[K") }
    isBarDrawn = false
  }

  func epoch(_ epoch: TrainingLoop.Epoch, _ event: JSONValue) throws {
    if format == .json { return try StandardOutput.print(event.compactText) }
    guard !isQuiet else { return }
    clearBar()
    let number = String(epoch.number)
    let padding = String(repeating: " ", count: max(0, String(plan.epochs).count - number.count))
    var line = "epoch \(padding)\(number)/\(plan.epochs)  " + Self.describe(epoch.train)
    if let validation = epoch.validation {
      line += Console.paint("  validation ", .dim) + Self.describe(validation)
      if epoch.isBest { line += Console.paint("  best", .green) }
    }
    Console.print(line)
  }

  func end(
    _ outcome: TrainingLoop.Outcome, _ event: JSONValue, directory: RunDirectory
  ) throws {
    if format == .json { return try StandardOutput.print(event.compactText) }
    clearBar()
    if !isQuiet {
      summarize(outcome)
    } else if outcome.reason == .diverged {
      explainDivergence(outcome)
    }
    if outcome.hasModel { try StandardOutput.print(directory.modelPath) }
  }

  private func summarize(_ outcome: TrainingLoop.Outcome) {
    switch outcome.reason {
    case .diverged: explainDivergence(outcome)
    case .interrupted: Console.print(Console.paint("interrupted", .yellow))
    case .earlyStopping:
      Console.print("stopped early: no improvement since epoch \(outcome.bestEpoch ?? 0)")
    case .completed: break
    }
    var table = TextTable([.left, .left])
    for (name, figures) in [
      ("train", outcome.train), ("validation", outcome.validation), ("test", outcome.test),
    ] {
      if let figures { table.add(name, Self.describe(figures)) }
    }
    let epoch = outcome.bestEpoch.map { $0 > 0 ? " of epoch \($0)" : "" } ?? ""
    if outcome.hasModel { Console.print("\nthe model\(epoch):") }
    for line in table.lines() { Console.print(line) }
    if let report = outcome.report, report.isSmall {
      let text = ClassificationReportText(report, width: Console.width, paint: Console.paint)
      for line in text.lines { Console.print(line) }
    }
    Console.print(
      "\(Spelling.count(outcome.iterations, "iteration")) in \(Self.time(outcome.seconds)), "
        + "\(Spelling.grouped(Int(outcome.samplesPerSecond))) examples/s")
  }

  func explainDivergence(_ outcome: TrainingLoop.Outcome, of subject: String = "training") {
    guard let divergence = outcome.divergence else { return }
    Console.show([divergence.diagnostic(of: subject)])
  }

  // MARK: - Numbers

  private static func describe(_ figures: Figures) -> String {
    figures.all.map { "\($0.name) \(short($0.value))" }.joined(separator: "  ")
  }

  /// Four significant digits.
  static func short(_ value: Double) -> String {
    guard !value.isNaN else { return "undefined" }
    guard value.isFinite else { return "not finite" }
    guard value != 0 else { return "0" }
    let exponent = Int(log10(abs(value)).rounded(.down))
    if (4..<10).contains(exponent) { return String(Int(value.rounded())) }
    if exponent < -4 || exponent >= 10 {
      let mantissa = (value / pow(10, Double(exponent)) * 1000).rounded() / 1000
      return "\(mantissa)e\(exponent)"
    }
    let decimals = max(0, 3 - exponent)
    let scale = pow(10, Double(decimals))
    var text = String((value * scale).rounded() / scale)
    // Figures below each other keep their width.
    if let point = text.firstIndex(of: ".") {
      let have = text.distance(from: point, to: text.endIndex) - 1
      if have < decimals { text += String(repeating: "0", count: decimals - have) }
    }
    return text
  }

  /// `0.4 s`, `12 s`, `3:05`, `2:10:00`
  static func time(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e9 else { return "?" }
    if seconds < 10 { return "\((seconds * 10).rounded() / 10) s" }
    let whole = Int(seconds.rounded())
    if whole < 60 { return "\(whole) s" }
    func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
    if whole < 3600 { return "\(whole / 60):\(two(whole % 60))" }
    return "\(whole / 3600):\(two(whole / 60 % 60)):\(two(whole % 60))"
  }
}
