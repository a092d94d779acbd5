import Configuration
import Pictures
import Search
import Tuning

/// The page of a study.
package struct StudyReport {
  private let contents: StudyContents
  private let version: String

  package init(_ contents: StudyContents, version: String) {
    self.contents = contents
    self.version = version
  }

  private var complete: [TrialRecord] { contents.records.filter { $0.state == .complete } }

  package var page: Page {
    Page(
      kind: "Study", title: contents.name, lead: lead, facts: facts, notes: [],
      sections: [history, importance, slices, combinations, curves, front, trials],
      version: version)
  }

  private var lead: String {
    let goals = zip(contents.objectives, contents.isMaximized).map { name, isMaximized in
      "\(name) is to be \(isMaximized ? "large" : "small")"
    }
    return goals.joined(separator: ", ") + "."
  }

  private var facts: [Page.Fact] {
    var facts: [Page.Fact] = []
    if contents.objectives.count == 1, let best = contents.best.first {
      facts.append(
        Page.Fact(
          name: "best \(contents.objectives[0])", value: Digits.short(best.values.first ?? .nan),
          isMain: true))
      facts.append(Page.Fact(name: "trial", value: String(best.number)))
    }
    for state in [TrialRecord.State.complete, .pruned, .failed, .running, .waiting] {
      let count = contents.records.count { $0.state == state }
      if count > 0 {
        facts.append(
          Page.Fact(name: state == .failed ? "failed" : state.rawValue, value: String(count)))
      }
    }
    let iterations = contents.records.compactMap(\.iterations).reduce(0, +)
    if iterations > 0 {
      facts.append(Page.Fact(name: "iterations", value: Spelling.grouped(iterations)))
    }
    let seconds = contents.seconds.values.reduce(0, +)
    if seconds > 0 {
      facts.append(Page.Fact(name: "seconds of trials", value: Digits.text(seconds, digits: 4)))
    }
    return facts
  }

  /// Names of settings without the path that all share.
  private func short(_ name: String) -> String {
    let parts = name.split(separator: ".")
    guard let last = parts.last else { return name }
    let isUnique = contents.names.count { $0.hasSuffix(".\(last)") || $0 == String(last) } == 1
    return isUnique ? String(last) : name
  }

  private func value(_ record: TrialRecord, _ objective: Int) -> Double? {
    record.values.indices.contains(objective) && record.values[objective].isFinite
      ? record.values[objective] : nil
  }

  private static let kinds = ["complete", "best so far", "pruned"]

  // MARK: - History

  private var history: Page.Section {
    Page.Section(
      "history", "History",
      lead: "What trials came to, and the best so far.",
      contents.objectives.indices.map { .figure(history(of: $0).figure) })
  }

  private func history(of objective: Int) -> ScatterChart {
    let isMaximized = contents.isMaximized[objective]
    var line: [(x: Double, y: Double)] = []
    for record in complete {
      guard let value = value(record, objective) else { continue }
      let best = line.last.map { isMaximized ? max($0.y, value) : min($0.y, value) } ?? value
      if let last = line.last { line.append((Double(record.number), last.y)) }
      line.append((Double(record.number), best))
    }
    return ScatterChart(
      title: "\(contents.objectives[objective]) of each trial", xLabel: "trial",
      yLabel: contents.objectives[objective],
      dots: contents.records.compactMap { record in
        guard record.state == .complete || record.state == .pruned,
          let value = value(record, objective)
        else { return nil }
        return ScatterChart.Dot(
          x: Double(record.number), y: value, name: "trial \(record.number)",
          kind: record.state == .pruned ? 2 : 0)
      }, kinds: Self.kinds, isXWhole: true,
      isYLogarithmic: isSpread(contents.records.compactMap { value($0, objective) }), line: line)
  }

  /// Whether values span powers of ten.
  private func isSpread(_ values: [Double]) -> Bool {
    guard let low = values.min(), let high = values.max(), low > 0 else { return false }
    return high > 20 * low
  }

  // MARK: - Importance

  private var importance: Page.Section {
    Page.Section(
      "importance", "Importance",
      lead:
        "How much of an objective depends on each setting: between good and bad (fANOVA), and to be among the best (PED-ANOVA). A conditional setting is judged among the trials that have it.",
      contents.objectives.indices.flatMap { objective in
        [
          (HyperparameterImportance.Method.fanova, "fANOVA"), (.pedAnova, "PED-ANOVA"),
        ].map { method, name -> Page.Block? in
          let shares = contents.importance(method, objective: objective)
          guard shares.count > 1 else { return nil }
          let title =
            contents.objectives.count > 1 ? "\(name) of \(contents.objectives[objective])" : name
          return .figure(
            BarChart(
              title: title, valueLabel: "importance",
              bars: shares.map { .init(short($0.name), $0.share.value) }
            ).figure)
        }
      })
  }

  // MARK: - Slices

  private var slices: Page.Section {
    Page.Section(
      "slices", "Slices", lead: "The objective over each setting.",
      contents.names.flatMap { name in
        contents.objectives.indices.map { .figure(slice(name, $0).figure) }
      })
  }

  private func slice(_ name: String, _ objective: Int) -> ScatterChart {
    let axis = contents.axis(of: name)
    let records = contents.records.filter { $0.state == .complete || $0.state == .pruned }
    // By its name each picture is found.
    let title = objective == 0 ? short(name) : "\(short(name)) \(contents.objectives[objective])"
    return ScatterChart(
      title: title, xLabel: name, yLabel: contents.objectives[objective],
      dots: records.compactMap { record in
        guard let x = axis.values[record.number], let y = value(record, objective) else {
          return nil
        }
        return ScatterChart.Dot(
          x: x, y: y, name: "trial \(record.number)", kind: record.state == .pruned ? 2 : 0)
      }, kinds: Self.kinds, isXLogarithmic: axis.isLogarithmic,
      isYLogarithmic: isSpread(records.compactMap { value($0, objective) }),
      categories: axis.categories)
  }

  // MARK: - Combinations

  private var combinations: Page.Section {
    let records = complete.filter { value($0, 0) != nil }
    let values = records.compactMap { value($0, 0) }
    let sign = contents.isMaximized.first == true ? 1.0 : -1
    // By rank, since a few bad trials would make all others look alike.
    let order = values.indices.sorted { sign * values[$0] < sign * values[$1] }
    var merits = Array(repeating: 0.0, count: values.count)
    for (rank, index) in order.enumerated() {
      merits[index] = values.count > 1 ? Double(rank) / Double(values.count - 1) : 1
    }
    let settings = contents.names.map { name in
      let axis = contents.axis(of: name)
      return ParallelChart.Quantity(
        name: short(name), isLogarithmic: axis.isLogarithmic, categories: axis.categories,
        values: records.map { axis.values[$0.number] })
    }
    return Page.Section(
      "combinations", "Combinations", lead: "A line is a complete trial; the best one is thick.",
      [
        .figure(
          ParallelChart(
            title: "Settings and \(contents.objectives.first ?? "value")",
            quantities: settings + [
              .init(
                name: contents.objectives.first ?? "value", isLogarithmic: isSpread(values),
                values: values)
            ], merits: merits, names: records.map { "trial \($0.number)" }
          ).figure, isWide: true)
      ])
  }

  // MARK: - Curves

  private static let mostCurves = 40

  private var curves: Page.Section {
    // The best ones, and those that were stopped, as far as they are told apart.
    let records = contents.records.filter { $0.curve.count > 1 }
    let best = Set(contents.best.map(\.number))
    let shown =
      records.filter { best.contains($0.number) }
      + records.filter { !best.contains($0.number) }.prefix(Self.mostCurves)
    return Page.Section(
      "curves", "Curves of trials",
      lead: records.count > shown.count ? "\(shown.count) of \(records.count) trials." : nil,
      [
        .figure(
          ThreadChart(
            title: "\(contents.objectives.first ?? "value") after each epoch", xLabel: "epoch",
            yLabel: contents.objectives.first ?? "value",
            threads: shown.map { record in
              ThreadChart.Thread(
                name: "trial \(record.number)",
                points: record.curve.enumerated().map { (Double($0.offset + 1), $0.element) },
                kind: best.contains(record.number) ? .best : record.state == .pruned ? .cut : .plain
              )
            }, isYLogarithmic: isSpread(records.flatMap(\.curve).filter(\.isFinite))
          ).figure, isWide: true)
      ])
  }

  // MARK: - Pareto front

  private var front: Page.Section {
    guard contents.objectives.count == 2 else { return Page.Section("front", "", []) }
    let best = Set(contents.best.map(\.number))
    let dots = complete.compactMap { record -> ScatterChart.Dot? in
      guard let x = value(record, 0), let y = value(record, 1) else { return nil }
      return ScatterChart.Dot(
        x: x, y: y, name: "trial \(record.number)", kind: best.contains(record.number) ? 1 : 0)
    }
    return Page.Section(
      "front", "Pareto front",
      lead: "Of a trial on the front, no other one is better in both objectives.",
      [
        .figure(
          ScatterChart(
            title: "\(contents.objectives[1]) over \(contents.objectives[0])",
            xLabel: contents.objectives[0], yLabel: contents.objectives[1], dots: dots,
            kinds: ["dominated", "on the front"],
            line: dots.filter { $0.kind == 1 }.map { ($0.x, $0.y) }.sorted { $0.0 < $1.0 }
          ).figure)
      ])
  }

  // MARK: - Trials

  private static let mostTrials = 500

  private var trials: Page.Section {
    let best = Set(contents.best.map(\.number))
    let ranked = contents.ranked
    let first = contents.objectives.count > 1 ? "The front first" : "The best first"
    return Page.Section(
      "trials", "Trials",
      lead: ranked.count > Self.mostTrials
        ? "\(first): \(Self.mostTrials) of \(ranked.count)." : "\(first).",
      [
        .table(
          Page.Table(
            caption: "Trials",
            columns: ["trial", "state"] + contents.objectives + contents.names.map(short),
            rows: ranked.prefix(Self.mostTrials).map { record in
              Page.Table.Row(
                head: String(record.number),
                cells: [.init(text: record.state == .failed ? "failed" : record.state.rawValue)]
                  + contents.objectives.indices.map { objective in
                    .init(
                      text: value(record, objective).map(Digits.short) ?? "–", isNumber: true)
                  }
                  + contents.names.map { name in
                    .init(text: contents.text(of: name, in: record), isNumber: false)
                  },
                isMarked: best.contains(record.number))
            }))
      ])
  }
}

extension StudyContents {
  fileprivate func setting(_ name: String, _ number: Int) -> JSONValue? {
    settings[number]?.first { $0.key == name }?.value
  }

  fileprivate func text(of name: String, in record: TrialRecord) -> String {
    guard let value = setting(name, record.number) else { return "–" }
    return value.double.map(Digits.short) ?? value.string ?? value.spacedText
  }

  /// The values of a setting by the number of the trial, as places on an axis.
  fileprivate func axis(
    of name: String
  ) -> (values: [Int: Double], isLogarithmic: Bool, categories: [String]?) {
    let found = records.compactMap { record in
      setting(name, record.number).map { (number: record.number, value: $0) }
    }
    guard found.allSatisfy({ $0.value.double != nil }) else {
      var categories: [String] = []
      var values: [Int: Double] = [:]
      for entry in found {
        let text = (choiceNames[name] ?? ChoiceNames())[entry.value]
        if !categories.contains(text) { categories.append(text) }
        values[entry.number] = categories.firstIndex(of: text).map(Double.init)
      }
      return (values, false, categories)
    }
    return (
      Dictionary(found.map { ($0.number, $0.value.double ?? .nan) }) { $1 },
      isLogarithmic(name), nil
    )
  }
}
