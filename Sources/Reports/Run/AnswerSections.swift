import Configuration
import Datasets
import Network
import Pictures
import Training

/// What the model of a run answers, for its kind of task.
struct AnswerSections {
  private let examined: ReportedRun.Examined?
  private let run: ReportedRun

  init(_ run: ReportedRun) {
    self.run = run
    examined = run.examined
  }

  var sections: [Page.Section] {
    guard let examined else { return [] }
    let encoding = examined.evaluation.model.encoding
    let isText = encoding is TextEncoding
    let window = (encoding as? TableEncoding)?.window
    var sections: [Page.Section] = []
    if isText { sections.append(TextSamples(run: run).section) }
    if let report = examined.report {
      sections += ClassSections(examined, report).sections
    } else if encoding.target.task == .regression {
      if window != nil { sections.append(ForecastSection(examined).section) }
      sections.append(NumberSection(examined).section)
    }
    sections.append(ImportanceSection(examined).section)
    sections.append(WorstExamples(examined).section)
    return sections
  }
}
