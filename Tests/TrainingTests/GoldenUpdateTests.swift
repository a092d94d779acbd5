import Configuration
import Datasets
import Numerics
import TestSupport
import Testing
import Training

/// Whole runs beside PyTorch: class weights, accumulation, penalties and clipping.
@Suite struct GoldenUpdateTests {
  private static let cases = (try? Golden.read("updates"))?["cases"]?.items ?? []

  /// The training examples as a file.
  private func csv(_ golden: JSONValue) throws -> String {
    let inputs = try golden.require("inputs")
    let width = try inputs.shape()[1]
    let numbers = try inputs.floats()
    let labels = (golden["labels"]?.items ?? []).compactMap(\.string)
    var text = (0..<width).map { "x\($0)," }.joined() + "label\n"
    for (row, label) in try golden.require("classes").floats().enumerated() {
      for number in numbers[row * width..<(row + 1) * width] { text += "\(number)," }
      text += labels[Int(label)] + "\n"
    }
    return text
  }

  private func load(_ parameters: JSONValue, into memory: Memory) throws {
    let items = parameters.items ?? []
    try #require(items.count == memory.plan.parameters.count)
    for (parameter, json) in zip(memory.plan.parameters, items) {
      #expect(try json.shape() == parameter.shape.dimensions)
      memory.value(parameter).update(from: try json.floats(), count: parameter.shape.count)
    }
  }

  @Test(arguments: cases.indices) func parametersEqualThoseOfPyTorch(index: Int) throws {
    let golden = try Golden.read("updates")
    let json = Self.cases[index]
    let workspace = try Workspace()
    try workspace.write("data.csv", try csv(golden))
    let training =
      [
        JSONMember("epochs", try golden.require("epochs")),
        JSONMember("batch_size", try golden.require("batch_size")),
        JSONMember("shuffle", .boolean(false)),
        JSONMember(
          "optimizer",
          .object(["type": .string("sgd"), "learning_rate": try golden.require("learning_rate")])),
      ] + (try json.require("training").members ?? [])
    let config = """
      {
        "data": {"train": "\(workspace.path("data.csv"))", "target": "label"},
        "model": {"layers": [
          {"type": "dense", "units": 6, "activation": "tanh"}, {"type": "dense"}
        ]},
        "training": \(JSONValue.object(training).compactText)
      }
      """
    let (plan, diagnostics) = RunPlan.check(
      try LoadedConfig.parse(SourceText(name: "golden.json", config)))
    guard let plan else { throw Failure(diagnostics) }
    let loop = immortal(
      try TrainingLoop(plan, sets: plan.data.makeSets(), pool: ThreadPool(threads: 2)))
    try load(golden.require("initial_parameters"), into: loop.memory)
    _ = try loop.run(TrainingLoop.Observer())
    let title = try json.require("training").compactText
    for (parameter, expected) in zip(
      plan.memory.parameters, try json.require("parameters").items ?? [])
    {
      let values = UnsafeBufferPointer(
        start: loop.memory.value(parameter), count: parameter.shape.count)
      #expect(
        largestError(of: values, against: try expected.numbers()) < 1e-5,
        "\(parameter.name), \(title)")
    }
  }

  @Test func everySettingOfAnUpdateHasItsCase() {
    let text = Self.cases.compactMap { $0["training"]?.compactText }.joined()
    for word in ["\"l1\"", "\"l2\"", "\"norm\"", "\"value\"", "accumulation", "class_weights"] {
      #expect(text.contains(word))
    }
  }
}
