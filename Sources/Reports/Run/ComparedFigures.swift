import Datasets
import Pictures
import Training

/// What several runs came to, side by side, with the best of each figure.
struct ComparedFigures {
  let runs: [ReportedRun]
  let labels: [String]

  var section: Page.Section {
    var names: [FigureName] = []
    for run in runs {
      for name in run.record.summary?.figureNames ?? [] where !names.contains(name) {
        names.append(name)
      }
    }
    let parts = Part.allCases
    names.sort { first, second in
      (parts.firstIndex(of: first.part) ?? 0) < (parts.firstIndex(of: second.part) ?? 0)
    }
    let rows =
      names.map { row($0) } + [
        fact("epochs") { $0.record.summary?.epochs.map(String.init) },
        fact("parameters") { $0.record.parameters.map(String.init) },
        fact("seconds") { $0.record.summary?.seconds.map(Digits.short) },
      ]
    let main = runs.compactMap(\.record.summary?.mainFigure).first
    return Page.Section(
      "figures", "Figures",
      lead: rows.contains { $0.cells.contains(where: \.isStrong) }
        ? "The best of each row is bold." : nil,
      [
        main.flatMap { name in
          .figure(
            BarChart(
              title: name.description.spaced, valueLabel: name.figure.spaced,
              bars: zip(labels, runs).compactMap { label, run in
                run.record.summary?[name].map { BarChart.Bar(label, $0) }
              }
            ).figure)
        },
        .table(
          Page.Table(caption: "Figures of the models", columns: ["figure"] + labels, rows: rows)),
      ])
  }

  private func row(_ name: FigureName) -> Page.Table.Row {
    let values = runs.map { $0.record.summary?[name] }
    // A figure of another definition is no better or worse.
    let isShared = runs.dropFirst().allSatisfy { runs[0].record.shares(name, with: $0.record) }
    let finite = values.compactMap { $0 }.filter(\.isFinite)
    let best = name.isHigherBetter.flatMap { $0 ? finite.max() : finite.min() }
    return Page.Table.Row(
      head: name.description.written,
      cells: values.map { value in
        .init(
          text: value.map(Digits.short) ?? "–", isNumber: true,
          isStrong: isShared && value != nil && value == best)
      })
  }

  private func fact(_ name: String, _ text: (ReportedRun) -> String?) -> Page.Table.Row {
    Page.Table.Row(
      head: name, cells: runs.map { .init(text: text($0) ?? "–", isNumber: true) })
  }
}
