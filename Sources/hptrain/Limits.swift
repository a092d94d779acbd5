import ArgumentParser
import Configuration
import Training

/// An amount of memory as people write it: `2GiB`, `500MB`, `1048576`.
struct MemoryAmount: ExpressibleByArgument {
  let bytes: Int

  private static let units: [(name: String, bytes: Double)] = [
    ("kib", 1_024), ("mib", 1_048_576), ("gib", 1_073_741_824), ("tib", 1_099_511_627_776),
    ("kb", 1e3), ("mb", 1e6), ("gb", 1e9), ("tb", 1e12),
    ("k", 1_024), ("m", 1_048_576), ("g", 1_073_741_824), ("t", 1_099_511_627_776), ("b", 1),
  ]

  init?(argument: String) {
    let text = argument.lowercased()
    let unit = Self.units.first { text.hasSuffix($0.name) }
    guard let number = Double(text.dropLast(unit?.name.count ?? 0)), number > 0,
      let bytes = Int(exactly: (number * (unit?.bytes ?? 1)).rounded())
    else { return nil }
    self.bytes = bytes
  }
}

/// A time as people write it: `90s`, `10m`, `1.5h`, `2d`, `1h30m`, `500ms`, `90`.
struct TimeAmount: ExpressibleByArgument {
  let seconds: Double

  private static let units = ["ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400]

  /// Digits with a point and an exponent, without a sign: a time is none that lies behind.
  private static func number(at text: Substring) -> Substring {
    text.prefixMatch(of: /[0-9.]+(?:[eE][-+]?[0-9]+)?/)?.output ?? ""
  }

  init?(argument: String) {
    var rest = argument[...]
    var sum = 0.0
    var last = Double.infinity
    while !rest.isEmpty {
      let number = Self.number(at: rest)
      let unit = rest.dropFirst(number.count).prefix { $0.isLetter }
      rest = rest.dropFirst(number.count + unit.count)
      // Seconds need no unit where they are all of it.
      guard let value = Double(number),
        let factor = unit.isEmpty && last == .infinity && rest.isEmpty
          ? 1 : Self.units[String(unit)], factor < last
      else { return nil }
      sum += value * factor
      last = factor
    }
    guard sum > 0, sum.isFinite else { return nil }
    seconds = sum
  }
}

/// What a run may take.
struct LimitOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Fail if the run needs more memory: 2GiB, 500MB.", valueName: "size"))
  var maxMemory: MemoryAmount?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Fail if the run would take longer, measured as by --measure: 90s, 10m, 2h.",
      valueName: "time"))
  var maxTime: TimeAmount?

  /// What a run takes too much of.
  ///
  /// - Parameter file: its configuration.
  func findings(
    _ plan: RunPlan, _ measurement: RunMeasurement?, of file: String
  ) -> [Diagnostic] {
    var findings: [Diagnostic] = []
    let memory = measurement?.peakMemoryBytes ?? plan.memoryBytes
    if let maxMemory, memory > maxMemory.bytes {
      findings.append(
        Diagnostic(
          .error, .configuration, code: "max-memory",
          "the run of \(Spelling.file(file)) needs \(Spelling.bytes(memory)) of memory, more than the \(Spelling.bytes(maxMemory.bytes)) of --max-memory",
          help: "make layers or training.batch_size smaller"))
    }
    if let maxTime, let measurement, measurement.expectedSeconds > maxTime.seconds {
      findings.append(
        Diagnostic(
          .error, .configuration, code: "max-time",
          "the run of \(Spelling.file(file)) would take \(TrainingReporter.time(measurement.expectedSeconds)), longer than the \(TrainingReporter.time(maxTime.seconds)) of --max-time",
          help: "make training.epochs or the network smaller, or training.batch_size larger"))
    }
    return findings
  }
}
