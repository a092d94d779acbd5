import Configuration
import Datasets
import Glibc
import Training

/// Tells people on standard error, or programs on standard output, how training goes.
final class TrainingReporter {
  private let plan: RunPlan
  let format: OutputFormat
  let isQuiet: Bool
  private let showsBar: Bool
  /// Whether the losses of the epochs are drawn.
  private let plots: Bool
  /// What the progress bar is of, where there are several.
  private let title: String
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private var lastDraw: ContinuousClock.Instant
  /// Iterations that were made when the bar was drawn last, or an epoch ended, and when that was.
  private var lastCount: (iterations: Int, time: ContinuousClock.Instant)
  /// Examples a second, smoothed.
  private var rate: Double?
  /// That of batches, smoothed.
  private var loss: Double?
  private var curves = [
    LossChart.Curve(name: "train", tone: .cyan),
    LossChart.Curve(name: "validation", tone: .yellow),
  ]
  private var firstEpoch = 1
  /// Iterations that were made before this process.
  private var resumedIterations = 0

  /// - Parameter plots: whether to draw the losses of the epochs, on a terminal as they come.
  init(
    _ plan: RunPlan, format: OutputFormat, isQuiet: Bool, title: String = "", plots: Bool = false
  ) {
    self.plan = plan
    self.title = title
    self.format = format
    self.isQuiet = isQuiet
    self.plots = plots
    showsBar = format == .text && !isQuiet && Console.canRedraw
    start = clock.now
    lastDraw = start
    lastCount = (0, start)
  }

  func start(_ event: JSONValue) throws {
    if format == .json { return try StandardOutput.print(event.compactText) }
    guard !isQuiet else { return }
    printSize()
  }

  /// Says where a run goes on.
  func resume(_ event: JSONValue, _ run: StoppedRun) throws {
    resumedIterations = run.checkpoint?.iterations ?? 0
    lastCount.iterations = resumedIterations
    firstEpoch = resumedIterations / max(1, plan.iterationsPerEpoch) + 1
    if format == .json { return try StandardOutput.print(event.compactText) }
    guard !isQuiet else { return }
    printSize()
    for change in run.changes {
      Console.print("\(change.path): \(change.newText) instead of \(change.oldText)")
    }
    guard let checkpoint = run.checkpoint else {
      return Console.print("there is no checkpoint, so the run begins again")
    }
    let (made, all) = (checkpoint.iterations, plan.iterations)
    Console.print(
      made < all
        ? "goes on behind iteration \(Spelling.grouped(made)) of \(Spelling.grouped(all))"
        : "all \(Spelling.count(all, "iteration")) were made already; for more: --set training.epochs=\(2 * plan.epochs)"
    )
  }

  /// Says that a run has come to its end and cannot go on; its model is what it came to.
  func nothingLeft(_ event: JSONValue, _ ended: EndedRun, in directory: RunDirectory) throws {
    if format == .json {
      try StandardOutput.print(event.compactText)
      return try StandardOutput.print(ended.event(run: directory.path).compactText)
    }
    if !isQuiet {
      printSize()
      let iterations = Spelling.count(ended.iterations, "iteration")
      Console.print(
        (ended.wasStoppedEarly
          ? "stopped early after \(iterations)" : "all \(iterations) were made already")
          + "; there is no checkpoint from which it could go on")
    }
    try StandardOutput.print(directory.modelPath)
  }

  private func printSize() {
    let paint = Console.paint
    Console.print(
      paint(plan.name, .bold)
        + ": \(Spelling.count(plan.examples, "training example")), "
        + "\(Spelling.count(plan.parameterCount, "parameter")), "
        + "memory \(Spelling.bytes(plan.memoryBytes))")
    let formula = "iterations = (examples / batch) · epochs = " + plan.length.formula
    let fits = Console.lineWidth.map { formula.count <= $0 } ?? true
    Console.print(fits ? formula : "iterations = " + plan.length.formula)
  }

  // MARK: - Progress

  /// Not more often than so many times a second the terminal is drawn to.
  private static let redraw = Duration.milliseconds(100)
  /// The share that what was shown has in what is shown next, so that people can read it.
  private static let inertia = 0.7

  func iteration(_ count: Int, loss: Double) {
    guard showsBar else { return }
    let now = clock.now
    guard now - lastDraw > Self.redraw else { return }
    measureRate(count, now)
    self.loss = Self.smoothed(self.loss, loss)
    draw(count, now)
  }

  private static func smoothed(_ shown: Double?, _ next: Double) -> Double {
    shown.map { $0.isFinite ? inertia * $0 + (1 - inertia) * next : next } ?? next
  }

  private func measureRate(_ count: Int, _ now: ContinuousClock.Instant) {
    let seconds = (now - lastCount.time) / .seconds(1)
    guard count > lastCount.iterations, seconds > 0 else { return }
    let examples = Double(plan.examples) / Double(max(1, plan.iterationsPerEpoch))
    rate = Self.smoothed(rate, Double(count - lastCount.iterations) * examples / seconds)
    lastCount = (count, now)
  }

  private func draw(_ count: Int, _ now: ContinuousClock.Instant) {
    lastDraw = now
    guard count < plan.iterations else { return Console.clearRegion() }
    let elapsed = (now - start) / .seconds(1)
    let size = TerminalSize(of: 2)
    let made = count - resumedIterations
    let line = ProgressLine(
      title: title, share: Double(count) / Double(max(1, plan.iterations)),
      epoch: (count - 1) / max(1, plan.iterationsPerEpoch) + 1, epochs: plan.epochs,
      loss: loss ?? .nan, rate: rate ?? 0,
      remaining: elapsed / Double(max(1, made)) * Double(plan.iterations - count))
    Console.draw(
      (plots ? chart(in: size) : [])
        + [
          line.text(
            width: size.columns, isASCII: !TerminalCharset.isUTF8, paint: Console.paint)
        ])
  }

  private static let highestChart = 12
  private static let widestChart = 100

  /// The losses so far, with room for the bar below them.
  private func chart(in size: TerminalSize) -> [String] {
    LossChart(
      curves: curves, firstEpoch: firstEpoch, width: min(Self.widestChart, size.columns - 1),
      height: min(Self.highestChart, size.rows - 5), isASCII: !TerminalCharset.isUTF8,
      paint: Console.paint
    ).lines
  }

  func clearBar() { Console.clearRegion() }

  func epoch(_ epoch: TrainingLoop.Epoch, _ event: JSONValue) throws {
    if format == .json { return try StandardOutput.print(event.compactText) }
    guard !isQuiet else { return }
    curves[0].losses.append(epoch.train.loss)
    curves[1].losses.append(epoch.validation?.loss ?? .nan)
    let line = EpochLine(
      number: epoch.number, epochs: plan.epochs, train: epoch.train,
      validation: epoch.validation, isBest: epoch.isBest
    ).text(width: Console.lineWidth, paint: Console.paint)
    let now = clock.now
    // The time of the evaluation is none of training.
    lastCount = (epoch.iterations, now)
    guard showsBar else { return Console.print(line) }
    // Short epochs do not make the terminal be drawn to more often, and long iterations do not keep a line waiting.
    Console.add(aboveRegion: line)
    let perIteration = (now - start) / max(1, epoch.iterations - resumedIterations)
    if now - lastDraw > Self.redraw || perIteration > Self.redraw * 2 {
      if loss == nil { loss = epoch.train.loss }
      draw(epoch.iterations, now)
    }
  }

  /// - Parameter model: the path of the model, if there is one.
  func end(_ outcome: TrainingLoop.Outcome, _ event: JSONValue, model: String?) throws {
    if format == .json { return try StandardOutput.print(event.compactText) }
    clearBar()
    if !isQuiet {
      // On a terminal it stays as it was drawn last.
      if plots { for line in chart(in: TerminalSize(of: 2)) { Console.print(line) } }
      summarize(outcome)
    } else if outcome.reason == .diverged {
      explainDivergence(outcome)
    }
    if let model { try StandardOutput.print(model) }
  }

  private func summarize(_ outcome: TrainingLoop.Outcome) {
    switch outcome.reason {
    case .diverged: explainDivergence(outcome)
    case .interrupted: Console.print(Console.paint("interrupted", .yellow))
    case .earlyStopping:
      Console.print("stopped early: no improvement since epoch \(outcome.lastImprovement)")
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
