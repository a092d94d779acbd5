import Configuration
import Datasets
import Glibc

/// Something to list of runs: a fact, a figure, a setting, or a value of the report.
package struct RunColumn: Sendable {
  private enum Content: Sendable {
    case fact(Fact)
    case figure(FigureName)
    case setting(ConfigPath)
    case report(ConfigPath)
  }

  private enum Fact: String, CaseIterable {
    case name
    case run
    case when
    case state
    case epochs
    case bestEpoch = "best_epoch"
    case iterations
    case seconds
    case samplesPerSecond = "samples_per_second"
    case peakMemoryBytes = "peak_memory_bytes"
  }

  /// The heading.
  package let name: String
  private let content: Content

  private static let reportPrefix = "report."

  /// The names of a list that commas divide, but for those within the quotes of a key.
  package static func names(in list: String) -> [String] {
    var names = [""]
    var isQuoted = false
    var previous: Character?
    for character in list {
      if character == "\"", previous != "\\" { isQuoted.toggle() }
      if character == ",", !isQuoted {
        names.append("")
      } else {
        names[names.count - 1].append(character)
      }
      previous = character
    }
    return names
  }

  /// Finds a column by what someone calls it.
  ///
  /// - Parameter option: where it was named, for findings.
  /// - Throws: `Failure` of the category `usage` with what was probably meant.
  package init(_ text: String, option: String) throws {
    if let fact = Fact(rawValue: text) {
      self.init(fact)
    } else if let figure = FigureName(text) {
      self.init(figure)
    } else if text.hasPrefix(Self.reportPrefix) {
      let path = try ConfigPath.parse(
        String(text.dropFirst(Self.reportPrefix.count)), name: option)
      self.init(text, .report(path))
    } else {
      let path = try ConfigPath.parse(text, name: option)
      guard RunConfig.form.knows(path) else { throw Self.unknown(text, path, option) }
      self.init(text, .setting(path))
    }
  }

  private static func unknown(_ text: String, _ path: ConfigPath, _ option: String) -> Failure {
    let known = Fact.allCases.map(\.rawValue) + FigureName.all
    let nearest = Spelling.nearest(to: text, among: known).map { "did you mean '\($0)'?" }
    return Failure(
      Diagnostic(
        .error, .usage, code: "unknown-column", "\(option): nothing is called '\(text)'",
        help: nearest ?? RunConfig.form.suggestion(for: path)
          ?? "facts: \(Fact.allCases.map(\.rawValue).joined(separator: ", ")); figures such as validation.accuracy; settings such as training.batch_size"
      ))
  }

  private init(_ name: String, _ content: Content) {
    self.name = name
    self.content = content
  }

  private init(_ fact: Fact) { self.init(fact.rawValue, .fact(fact)) }

  package init(_ figure: FigureName) { self.init(figure.description, .figure(figure)) }

  /// The columns of a table if none are named.
  ///
  /// - Parameter figures: what the runs are judged by.
  package static func standard(_ figures: [FigureName]) -> [RunColumn] {
    let facts: [Fact] = [.name, .when, .state, .epochs, .bestEpoch]
    return facts.map { RunColumn($0) } + figures.map { RunColumn($0) } + [RunColumn(.seconds)]
  }

  /// Whether the configuration of a run has to be read.
  var isSetting: Bool { if case .setting = content { true } else { false } }

  /// Whether the report of a run has to be read.
  var isOfReport: Bool { if case .report = content { true } else { false } }

  /// Whether the values are times.
  package var isTime: Bool { if case .fact(.when) = content { true } else { false } }

  /// Whether the values are of the kind of which people want few digits.
  package var isMeasured: Bool {
    switch content {
    case .figure, .report, .fact(.seconds): true
    default: false
    }
  }

  /// Whether large values come first in a table sorted by this column.
  package var isDescending: Bool {
    switch content {
    case .figure(let figure): figure.isHigherBetter ?? false
    case .report, .fact(.samplesPerSecond): true
    default: false
    }
  }

  /// What a run has in this column; `nil` if it has nothing. A figure that is undefined is null, and a time is
  /// text as in ISO 8601, in UTC.
  package func value(of run: ListedRun) -> JSONValue? {
    let summary = run.journal?.summary
    switch content {
    case .figure(let figure): return summary?[figure].map { .number($0) }
    case .setting(let path): return run.settings.value(at: path)
    case .report(let path): return run.report.value(at: path)
    case .fact(let fact):
      switch fact {
      case .name: return .string(run.name)
      case .run: return .string(run.path)
      case .when: return run.journal.map { .string(TimeText.universal($0.modified)) }
      case .state: return summary.map { .string($0.state) }
      case .epochs: return summary?.epochs.map { .integer($0) }
      case .bestEpoch: return summary?.bestEpoch.map { .integer($0) }
      case .iterations: return summary?.iterations.map { .integer($0) }
      case .seconds: return summary?.seconds.map { .number($0) }
      case .samplesPerSecond: return summary?.samplesPerSecond.map { .number($0) }
      case .peakMemoryBytes: return summary?.peakMemoryBytes.map { .integer($0) }
      }
    }
  }

  /// The order of runs by this column. Runs without a value come last either way.
  package func sorted(_ runs: [ListedRun], isReversed: Bool) -> [ListedRun] {
    let descends = isDescending != isReversed
    var values = runs.map { (run: $0, value: SortValue(value(of: $0))) }
    values.sort { a, b in
      if a.value == .nothing || b.value == .nothing {
        return b.value == .nothing && a.value != b.value
      }
      return descends ? b.value < a.value : a.value < b.value
    }
    return values.map(\.run)
  }
}

/// Something to sort by: numbers before texts.
private enum SortValue: Comparable {
  case number(Double)
  case text([UInt8])
  case nothing

  init(_ value: JSONValue?) {
    switch value?.kind {
    case .number(let number) where number.value.isFinite: self = .number(number.value)
    case .boolean(let flag): self = .number(flag ? 1 : 0)
    case .string(let text): self = .text(NaturalOrder.key(text))
    case .array, .object: self = .text(NaturalOrder.key(value?.compactText ?? ""))
    default: self = .nothing
    }
  }

  static func < (a: SortValue, b: SortValue) -> Bool {
    switch (a, b) {
    case (.number(let a), .number(let b)): a < b
    case (.text(let a), .text(let b)): a.lexicographicallyPrecedes(b)
    case (.number, .text), (.number, .nothing), (.text, .nothing): true
    default: false
    }
  }
}

/// Points in time, in seconds since 1970, as text.
package enum TimeText {
  /// `2026-11-27T22:45:00Z`
  package static func universal(_ seconds: Int) -> String {
    var time = time_t(seconds)
    var parts = tm()
    gmtime_r(&time, &parts)
    return text(parts, "%Y-%m-%dT%H:%M:%SZ")
  }

  /// `2026-11-27 23:45`, where the clock on the wall says so.
  package static func local(_ seconds: Int) -> String {
    var time = time_t(seconds)
    var parts = tm()
    localtime_r(&time, &parts)
    return text(parts, "%Y-%m-%d %H:%M")
  }

  private static func text(_ parts: tm, _ format: String) -> String {
    var parts = parts
    var buffer = [CChar](repeating: 0, count: 64)
    let length = strftime(&buffer, buffer.count, format, &parts)
    return String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
