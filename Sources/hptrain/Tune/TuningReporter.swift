import Configuration
import Training
import Tuning

/// Tells people on standard error, or programs on standard output, how a search goes.
final class TuningReporter {
  private let plan: TuningPlan
  private let study: String
  private let trialCount: Int
  private let jobs: Int
  private let format: OutputFormat
  private let isQuiet: Bool
  private let showsStatus: Bool
  private let start = ContinuousClock.now
  private var lastDraw = ContinuousClock.now
  private var endedCount = 0
  /// The best trial so far, or the front of several objectives.
  private var best: [TrialRecord] = []
  private let names: ShortNames
  private let choiceNames: [String: ChoiceNames]
  private var running: Set<Int> = []
  /// Trials that ended before this process.
  private var endedBefore = 0
  /// Those that ended in this one.
  private var made: Set<Int> = []
  private var failure: (any Error)?
  private let widths: (number: Int, value: Int)

  init(
    _ plan: TuningPlan, study: String, trialCount: Int, jobs: Int, format: OutputFormat,
    isQuiet: Bool
  ) {
    self.plan = plan
    self.study = study
    self.trialCount = trialCount
    self.jobs = jobs
    self.format = format
    self.isQuiet = isQuiet
    names = ShortNames(plan.space.places.map(\.name))
    choiceNames = plan.space.choiceNames
    showsStatus = format == .text && !isQuiet && Console.canRedraw
    widths = (
      max(5, String(trialCount).count), max(10, plan.objectives.map(\.name.count).max() ?? 0)
    )
  }

  func start(_ known: [TrialRecord], isNew: Bool) throws {
    endedBefore = known.count(where: \.hasEnded)
    endedCount = endedBefore
    best = BestTrials.of(known, isMaximized: plan.objectives.map(\.isMaximized))
    if format == .json {
      return try StandardOutput.print(
        JSONValue.object([
          "event": .string("start"), "study": .string(study),
          "algorithm": .string(type(of: plan.config.algorithm).type),
          "objectives": .array(plan.objectives.map { .string($0.name) }),
          "trials": .integer(trialCount), "ended": .integer(endedBefore), "jobs": .integer(jobs),
        ]).compactText)
    }
    guard !isQuiet else { return }
    let objectives = plan.objectives.map {
      ($0.isMaximized ? "maximizes " : "minimizes ") + $0.name
    }
    Console.print(
      Console.paint(plan.name, .bold)
        + ": \(type(of: plan.config.algorithm).type) \(objectives.joined(separator: ", ")) over "
        + "\(Spelling.count(plan.space.places.count, "hyperparameter")), "
        + "\(Spelling.count(trialCount, "trial")), \(Spelling.count(jobs, "job"))")
    if !isNew {
      Console.print("goes on with \(Spelling.count(endedBefore, "trial")) of '\(study)'")
    }
    let titles = plan.objectives.map { padded($0.name, widths.value) }
    Console.print(
      Console.paint(
        padded("trial", widths.number) + "  " + titles.joined(separator: "  ") + "    settings",
        .dim))
  }

  private func padded(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }

  func begin(_ record: TrialRecord) { running.insert(record.number) }

  func end(_ record: TrialRecord) {
    running.remove(record.number)
    endedCount += 1
    made.insert(record.number)
    // Whoever is beaten by a trial of the front before is beaten by one of the new front.
    best = BestTrials.of(
      (best + [record]).sorted { $0.number < $1.number },
      isMaximized: plan.objectives.map(\.isMaximized))
    if format == .json { return tell(event(record)) }
    guard !isQuiet else { return }
    let isBest = best.contains { $0.number == record.number }
    let values = plan.objectives.indices.map { index -> String in
      switch record.state {
      case .failed: padded(index == 0 ? "failed" : "", widths.value)
      default:
        padded(
          record.values.indices.contains(index) ? figure(record.values[index], index) : "",
          widths.value
        )
      }
    }
    let mark = record.state == .pruned ? "✂ " : isBest ? "★ " : "  "
    var line =
      padded(String(record.number), widths.number) + "  " + values.joined(separator: "  ") + "  "
      + mark
      + settings(record)
    if record.state == .failed, let diagnostic = record.diagnostic { line += "  " + diagnostic }
    line = Console.fitted(line)
    Console.print(
      isBest
        ? Console.paint(line, .bold) : record.state == .complete ? line : Console.paint(line, .dim))
  }

  private func settings(_ record: TrialRecord) -> String {
    guard let point = record.point else { return "" }
    return plan.space.settings(of: point).map { setting in
      let adapted = record.adapted.first { setting.key == "training.optimizer.\($0.key)" }
      let value = SettingText.text(setting.value, of: choiceNames[setting.key])
      return "\(names[setting.key])=\(value)"
        + (adapted.map { "→\(SettingText.text($0.value))" } ?? "")
    }.joined(separator: " ")
  }

  /// - Parameter objective: its index.
  private func figure(_ value: Double, _ objective: Int) -> String {
    ObjectiveText.text(value, of: plan.objectives[objective].name)
  }

  private func event(_ record: TrialRecord) -> JSONValue {
    let objectives = plan.objectives.map(\.name)
    var members = [
      JSONMember("event", .string("trial")), JSONMember("trial", .integer(record.number)),
      JSONMember("state", .string(record.state.rawValue)),
      JSONMember("values", TrialText.figures(record.values, of: objectives)),
    ]
    if let deviations = record.deviations {
      members.append(JSONMember("deviations", TrialText.figures(deviations, of: objectives)))
    }
    if let iterations = record.iterations {
      members.append(JSONMember("iterations", .integer(iterations)))
    }
    if !record.adapted.isEmpty { members.append(JSONMember("adapted", .object(record.adapted))) }
    if let parent = record.parent {
      members.append(JSONMember("parent", .integer(parent)))
    }
    if let point = record.point {
      members.append(JSONMember("settings", .object(plan.space.settings(of: point))))
    }
    if let diagnostic = record.diagnostic {
      members.append(JSONMember("message", .string(diagnostic)))
    }
    members.append(
      JSONMember("best", .array(best.map { .integer($0.number) })))
    return .object(members)
  }

  // MARK: - Status

  func tick() {
    guard showsStatus, (ContinuousClock.now - lastDraw) / .milliseconds(1) >= 200 else { return }
    lastDraw = .now
    let ended = endedCount
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let made = ended - endedBefore
    var text = "\(ended) of \(trialCount)"
    if made > 0 {
      let rest = seconds / Double(made) * Double(trialCount - ended)
      text += ", \(TrainingReporter.time(rest)) left"
    }
    if let first = best.first, best.count == 1, let value = first.values.first {
      text += ", best \(figure(value, 0)) (trial \(first.number))"
    }
    text += ", running \(running.sorted().map(String.init).joined(separator: " "))"
    Console.draw([String(text.prefix(max(0, Console.width - 1)))])
  }

  private func tell(_ event: JSONValue) {
    guard failure == nil else { return }
    do {
      try StandardOutput.print(event.compactText)
    } catch {
      failure = error
    }
  }

  /// How many trials there are, what became of them and what they took.
  private static func summary(_ records: [TrialRecord], _ scope: String) -> String {
    var text = Spelling.count(records.count, "trial") + scope
    let pruned = records.count { $0.state == .pruned }
    let failed = records.count { $0.state == .failed }
    if pruned > 0 { text += ", \(pruned) pruned" }
    if failed > 0 { text += ", \(failed) failed" }
    let iterations = records.reduce(0) { $0 + ($1.iterations ?? 0) }
    return text + ", \(Spelling.count(iterations, "iteration"))"
  }

  /// What to do about a search that is not complete.
  private func advice(_ end: SearchEnd) -> String? {
    switch end {
    case .completed: nil
    case _ where !made.isEmpty: "the same command goes on with the study"
    case .timedOut:
      "no trial ended in this time, and those that were cut off begin anew: a longer --timeout lets them end"
    case .interrupted: "no trial ended, and those that were cut off begin anew"
    }
  }

  func finish(_ all: [TrialRecord], _ end: SearchEnd) throws {
    Console.clearRegion()
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let states = Dictionary(grouping: all, by: \.state).mapValues(\.count)
    let iterations = all.reduce(0) { $0 + ($1.iterations ?? 0) }
    if format == .json {
      tell(
        .object([
          "event": .string("end"), "study": .string(study), "reason": .string(end.rawValue),
          "trials": .integer(all.count(where: \.hasEnded)),
          "complete": .integer(states[.complete] ?? 0), "pruned": .integer(states[.pruned] ?? 0),
          "failed": .integer(states[.failed] ?? 0), "iterations": .integer(iterations),
          "best": .array(best.map { .integer($0.number) }),
          "seconds": .number((seconds * 1e6).rounded() / 1e6),
          "peak_memory_bytes": .integer(ProcessMemory.peakBytes),
        ]))
      if let failure { throw failure }
      return
    }
    if !isQuiet {
      let own = all.filter { made.contains($0.number) }
      Console.print(Self.summary(own, " in \(TrainingReporter.time(seconds))"))
      if endedBefore > 0 { Console.print(Self.summary(all.filter(\.hasEnded), " in all")) }
      for record in best.prefix(10) {
        let values = zip(plan.objectives, record.values).map {
          "\($0.name) \(ObjectiveText.text($1, of: $0.name))"
        }
        Console.print(
          Console.paint("best", .bold)
            + ": trial \(record.number), \(values.joined(separator: ", ")): \(settings(record))")
      }
      if let advice = advice(end) { Console.print(advice) }
    }
    try StandardOutput.print(study)
  }
}
