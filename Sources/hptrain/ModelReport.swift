import Configuration
import Datasets
import Network
import Numerics
import Training

/// What `info` says of a model: the layers and, of a linear one, its coefficients.
struct ModelReport {
  let model: TrainedModel

  private var parameterCount: Int {
    model.network.summaries.reduce(0) { $0 + $1.parameters }
  }

  var text: String {
    var facts = TextTable([.left, .left])
    facts.add("model", model.config.name ?? "")
    facts.add("task", model.encoding.target.task.rawValue)
    facts.add("loss", type(of: model.loss).type)
    if let table = model.encoding as? TableEncoding, let window = table.window {
      facts.add("window", window.summary(inputs: table.inputs))
    }
    if let threshold = model.encoding.target.threshold {
      let name = ClassificationReportText.name(model.encoding.target.nameOfYes)
      facts.add(
        "threshold", "'\(name)' from a probability above \(TrainingReporter.short(threshold))")
    }
    let frozen = model.memory.plan.frozenCount
    facts.add(
      "parameters",
      Spelling.grouped(parameterCount)
        + (frozen > 0
          ? ", of which training left \(Spelling.grouped(frozen)) as \(frozen == 1 ? "it was" : "they were")"
          : ""))
    if let text = model.encoding as? TextEncoding {
      facts.add("tokenizer", text.tokenizer.rawValue)
      facts.add("sequence_length", Spelling.grouped(text.sequenceLength))
      if text.tokenizer == .character { facts.add("characters", text.vocabulary.list) }
    }
    var lines = facts.lines(indentation: 0)
    lines.append("")
    if let linear = LinearModel(model) {
      lines += coefficients(linear)
    } else {
      var layers = TextTable([.left, .left, .left, .right])
      layers.add("layer", "type", "output", "parameters")
      for summary in model.network.summaries {
        layers.add(
          String(repeating: "  ", count: summary.depth) + summary.name, summary.type,
          summary.output.description,
          Spelling.grouped(summary.parameters))
      }
      lines += layers.lines(indentation: 0)
    }
    return lines.joined(separator: "\n")
  }

  /// A line for each input, a column for each output.
  private func coefficients(_ linear: LinearModel) -> [String] {
    var table = TextTable([.left] + linear.outputs.map { _ in .right })
    table.add(["input"] + linear.outputs.map(\.name))
    table.add(["(intercept)"] + linear.outputs.map { Self.text($0.intercept) })
    for (index, input) in linear.inputs.enumerated() {
      table.add([input] + linear.outputs.map { Self.text($0.coefficients[index]) })
    }
    return table.lines(indentation: 0)
  }

  /// In the digits of single precision, in which the model was trained.
  private static func text(_ value: Double) -> String {
    JSONNumber(Double(Float(value).description) ?? value).text
  }

  func json(file: String) -> JSONValue {
    var members = [
      JSONMember("event", .string("model")), JSONMember("file", .string(file)),
      JSONMember("name", .string(model.config.name ?? "")),
      JSONMember("task", .string(model.encoding.target.task.rawValue)),
      JSONMember("loss", .string(type(of: model.loss).type)),
      JSONMember("parameters", .integer(parameterCount)),
      JSONMember(
        "layers",
        .array(
          model.network.summaries.map {
            .object([
              "name": .string($0.name), "type": .string($0.type),
              "output": .array($0.output.dimensions.map { .integer($0) }),
              "parameters": .integer($0.parameters),
            ])
          })),
    ]
    if let threshold = model.encoding.target.threshold {
      members.append(JSONMember("threshold", .number(threshold)))
    }
    if let linear = LinearModel(model) {
      let outputs = linear.outputs.map { output in
        JSONValue.object([
          "output": .string(output.name), "intercept": .number(output.intercept),
          "coefficients": .object(
            zip(linear.inputs, output.coefficients).map { JSONMember($0, .number($1)) }),
        ])
      }
      members.append(
        JSONMember(
          "linear",
          .object(["link": .string(linear.link.rawValue), "outputs": .array(outputs)])))
    }
    return .object(members)
  }
}
