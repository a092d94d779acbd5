import Configuration
import Datasets
import Pictures
import Training

/// The examples with the largest losses, images as images and rows with their columns.
struct WorstExamples {
  private let examined: ReportedRun.Examined
  private let encoding: any DataEncoding
  private let images: ImageCards?

  init(_ examined: ReportedRun.Examined) {
    self.examined = examined
    encoding = examined.evaluation.model.encoding
    images = (encoding as? ArrayEncoding).flatMap {
      ImageCards(
        $0, examined.evaluation.examples.set.features,
        examples: examined.answers.worst.map(\.example))
    }
  }

  var section: Page.Section {
    Page.Section(
      "worst", "Worst examples", lead: "Those of \(examined.source) with the largest losses.",
      [.cards(examined.answers.worst.map(card))])
  }

  private func card(_ answer: ExaminedAnswers.Answer) -> Page.Card {
    let (predicted, actual) = texts(of: answer)
    let about = examined.describe(answer.example)
    let targets = Set(encoding.target.columns.map(\.name))
    let fields = (about?.fields ?? []).filter { !targets.contains($0.name) }
    return Page.Card(
      image: images?.address(of: answer.example),
      description: "\(examined.name(of: answer.example)), \(actual), taken for \(predicted)",
      title: examined.name(of: answer.example),
      facts: [
        Page.Fact(name: "actual", value: actual, isMain: true),
        Page.Fact(name: "predicted", value: predicted, isMain: true),
        Page.Fact(name: "loss", value: Digits.short(Double(answer.loss))),
      ] + fields.map { Page.Fact(name: $0.name, value: $0.text.isEmpty ? "–" : $0.text) })
  }

  private func texts(of answer: ExaminedAnswers.Answer) -> (predicted: String, actual: String) {
    let target = encoding.target
    switch answer.prediction {
    case .label(let label, let probabilities):
      let actual = Int(answer.target.first ?? 0)
      let share = probabilities.max().map { " (\(Digits.text(Double($0), digits: 3)))" } ?? ""
      return (label + share, target.classes.indices.contains(actual) ? target.classes[actual] : "")
    case .labels(_, let probabilities), .probabilities(let probabilities):
      func names(_ isThere: (Int) -> Bool) -> String {
        let names = target.columns.indices.filter(isThere).map { target.columns[$0].name }
        return names.isEmpty ? "none" : names.joined(separator: ", ")
      }
      return (names { probabilities[$0] > 0.5 }, names { answer.target[$0] > 0.5 })
    case .values:
      let pairs = target.columns.indices.prefix(4).compactMap {
        answer.pair($0, target.columns[$0].scale)
      }
      return (
        pairs.map { Digits.short($0.predicted) }.joined(separator: ", "),
        pairs.map { Digits.short($0.actual) }.joined(separator: ", ")
      )
    }
  }
}
