import Configuration
import Foundation
import TestSupport
import Testing

/// What is said of a run that comes to numbers which are not finite.
@Suite(.timeLimit(minutes: 10)) struct DivergenceTests {
  private func diverge(
    _ workspace: Workspace, _ more: String...
  ) throws -> (text: String, json: JSONValue) {
    let text = try Program.run(["train", "config.json"] + more, in: workspace.path)
    #expect(text.exitCode == 1, "\(text.errors)")
    let events = try Program.run(
      ["train", "config.json", "--format", "json"] + more, in: workspace.path
    ).events
    return (text.errors, try #require(events.last?["divergence"]))
  }

  /// A column that reaches far beyond the others is to blame, whatever the rate is.
  @Test func aColumnThatIsNotScaledIsNamed() throws {
    var csv = "area,rooms,price\n"
    for index in 0..<40 { csv += "\(index * 25_000),\(index % 5),\(index * 3 + 7)\n" }
    let workspace = try Workspace()
    try workspace.write("data.csv", csv)
    try workspace.write(
      "config.json",
      """
      {"name": "prices", "data": {"train": "data.csv", "target": "price", "scaling": "none"},
       "model": {"layers": [{"type": "dense", "units": 8, "activation": "relu"}, {"type": "dense"}]},
       "training": {"epochs": 20, "batch_size": 8, "optimizer": {"type": "sgd", "learning_rate": 0.1}}}
      """)
    let (text, json) = try diverge(workspace)
    #expect(json["column"]?.string == "area")
    #expect(text.contains("in column 'area'"))
    #expect(text.contains("column 'area' reaches from 0 to 975000 and is not scaled"))
    #expect(text.contains("\"scaling\": \"standard\""))
    #expect(text.contains(/the batch has data\.csv:[0-9]+, data\.csv:[0-9]+/))
    let lines = (json["examples"]?.items ?? []).compactMap(\.string)
    #expect(!lines.isEmpty)
    for line in lines {
      let number = try #require(line.split(separator: ":").last.flatMap { Int($0) })
      #expect((2...41).contains(number), "\(line)")
    }
  }

  /// The index of a category says nothing that advice could follow from.
  @Test func aColumnOfCategoriesIsNotNamed() throws {
    let workspace = try Workspace()
    var csv = "city,price\n"
    for index in 0..<40 { csv += "\(["york", "bath", "leeds"][index % 3]),\(index % 3 * 7)\n" }
    try workspace.write("data.csv", csv)
    try workspace.write(
      "config.json",
      """
      {"name": "prices", "data": {"train": "data.csv", "target": "price"},
       "model": {"layers": [{"type": "dense", "units": 8}, {"type": "dense"}]},
       "training": {"epochs": 20, "batch_size": 8, "optimizer": {"type": "sgd", "learning_rate": 1e20}}}
      """)
    let (text, json) = try diverge(workspace)
    #expect(json["column"] == nil)
    #expect(!text.contains("column"))
  }

  @Test func stepsThatAreTooLargeAreMadeSmaller() throws {
    let workspace = try Sample.workspace(
      data: #""scaling": "standard""#,
      layers: #"{"type": "dense", "units": 8}, {"type": "dense", "units": 8}, {"type": "dense"}"#,
      training: #""optimizer": {"type": "sgd", "learning_rate": 1e20}"#)
    let (text, json) = try diverge(workspace, "--set", "training.epochs=50")
    #expect((json["iteration"]?.integer ?? 0) >= 1)
    #expect(["parameter", "gradient", "output"].contains(json["what"]?.string))
    #expect(text.contains("--set training.optimizer.learning_rate=1e+19 instead of 1e+20"))
    // The checkpoint before it stays, and there is none of what diverged.
    let names =
      (try? FileManager.default.contentsOfDirectory(
        atPath: workspace.path("runs/sample/checkpoints"))) ?? []
    #expect(names.isEmpty)
  }

  @Test func gradientsThatGrowThroughStepsAreClipped() throws {
    var csv = "level\n"
    for index in 0..<200 { csv += "\(Double(index % 17) / 10)\n" }
    let workspace = try Workspace()
    try workspace.write("data.csv", csv)
    try workspace.write(
      "config.json",
      """
      {"name": "series", "data": {"train": "data.csv", "target": "level",
         "window": {"length": 60, "horizon": 1}},
       "model": {"layers": [
         {"type": "rnn", "units": 8, "activation": "relu", "recurrent_initializer":
            {"type": "constant", "value": 0.6}}, {"type": "dense"}]},
       "training": {"epochs": 5, "batch_size": 16, "optimizer": {"type": "sgd", "learning_rate": 0.01}}}
      """)
    let (text, json) = try diverge(workspace)
    let name = json["parameter"]?.string ?? json["layer"]?.string ?? ""
    #expect(name.hasPrefix("layers.0"), "\(json.compactText)")
    #expect(text.contains("\"gradient_clipping\": {\"type\": \"norm\", \"threshold\": 1}"))
  }

  @Test func exponentialsThatOverflowAreTheLoss() throws {
    var csv = "a,count\n"
    for index in 0..<40 { csv += "\(index),\(index % 4)\n" }
    let workspace = try Workspace()
    try workspace.write("data.csv", csv)
    try workspace.write(
      "config.json",
      """
      {"name": "counts", "data": {"train": "data.csv", "target": "count", "scaling": "none"},
       "model": {"layers": [{"type": "dense", "kernel_initializer": {"type": "constant", "value": 5}}]},
       "training": {"epochs": 1, "batch_size": 40, "loss": "poisson",
         "optimizer": {"type": "sgd", "learning_rate": 0.1}}}
      """)
    let (text, json) = try diverge(workspace)
    #expect(json["what"]?.string == "loss")
    #expect(json["iteration"]?.integer == 1)
    #expect(text.contains("poisson takes the exponential of the outputs"))
    // e^(5 · 18) is the first that single precision does not hold.
    #expect(json["examples"]?.items?.count == 40 - 18)
  }
}
