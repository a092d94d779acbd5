import Configuration
import Training

/// The settings of runs: those that are not the defaults, those that differ, and all of them.
struct SettingsSection {
  let runs: [ReportedRun]
  /// What to call each run; empty for a single one.
  var labels: [String] = []

  var section: Page.Section {
    runs.count == 1 ? single(runs[0]) : compared
  }

  /// The address of the schema is no setting.
  private static func leaves(_ value: JSONValue) -> [(name: String, text: String)] {
    value.leaves().map { ($0.path.description, $0.value.spacedText) }
      .filter { $0.0 != "$schema" }
  }

  private func single(_ run: ReportedRun) -> Page.Section {
    let config = run.record.config.json
    let chosen = Set(Self.leaves(config.withoutDefaults(of: RunConfig.form)).map(\.name))
    let rows = Self.leaves(config).map { name, text in
      // Of a short form, the name of the variant stands for the object.
      let isChosen =
        chosen.contains(name)
        || (name.hasSuffix(".type") && chosen.contains(String(name.dropLast(5))))
      return Page.Table.Row(
        head: name,
        cells: [.init(text: text), .init(text: isChosen ? "chosen" : "default")],
        isMarked: isChosen)
    }
    return Page.Section(
      "settings", "Settings", lead: "Those that are not the defaults are marked.",
      [
        .table(
          Page.Table(
            caption: "All settings", columns: ["setting", "value", ""], rows: rows,
            isFolded: true)),
        .table(
          Page.Table(
            caption: "Settings that are not the defaults", columns: ["setting", "value"],
            rows: rows.filter(\.isMarked).map {
              Page.Table.Row(head: $0.head, cells: [$0.cells[0]])
            })),
      ])
  }

  private var compared: Page.Section {
    var names: [String] = []
    let settings = runs.map { run in
      Dictionary(Self.leaves(run.record.config.json).map { ($0.name, $0.text) }) { $1 }
    }
    for run in runs {
      for (name, _) in Self.leaves(run.record.config.json) where !names.contains(name) {
        names.append(name)
      }
    }
    func row(_ name: String) -> Page.Table.Row {
      let texts = settings.map { $0[name] ?? "–" }
      let differs = Set(texts).count > 1
      return Page.Table.Row(
        head: name, cells: texts.map { .init(text: $0) }, isMarked: differs)
    }
    let rows = names.map(row)
    let different = rows.filter(\.isMarked)
    return Page.Section(
      "settings", "Settings",
      lead: different.isEmpty ? "No setting differs." : nil,
      [
        different.isEmpty
          ? nil
          : .table(
            Page.Table(
              caption: "Settings that differ", columns: ["setting"] + labels,
              rows: different.map { Page.Table.Row(head: $0.head, cells: $0.cells) })),
        .table(
          Page.Table(
            caption: "All settings", columns: ["setting"] + labels, rows: rows, isFolded: true)),
      ])
  }
}
