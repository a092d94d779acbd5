import Configuration
import Datasets
import Network
import Numerics
import TestSupport
import Training

/// Models as training begins them.
struct SampleModel {
  let workspace: Workspace
  let plan: RunPlan
  let model: TrainedModel

  /// - Parameters:
  ///   - layers: of the network, as JSON without the brackets around.
  ///   - csv: the data.
  ///   - data: more members of the section `data`.
  init(
    layers: String, csv: String = Self.numbers, target: String = #""y""#, data: String = "",
    training: String = "", seed: Int = 3
  ) throws {
    let workspace = try Workspace()
    try workspace.write("data.csv", csv)
    try self.init(
      workspace,
      """
      {
        "seed": \(seed),
        "data": {"train": "\(workspace.path("data.csv"))", "target": \(target)\(data)},
        "model": {"layers": [\(layers)]},
        "training": {"epochs": 1\(training)}
      }
      """)
  }

  /// A model of the text `abcabc…` in windows of four characters.
  init(ofTextWith layers: String) throws {
    let workspace = try Workspace()
    try workspace.write("text.txt", String(repeating: "abc", count: 40))
    try self.init(
      workspace,
      """
      {
        "data": {"format": "text", "train": "\(workspace.path("text.txt"))", "sequence_length": 4},
        "model": {"layers": [\(layers)]}, "training": {"epochs": 1}
      }
      """)
  }

  private init(_ workspace: Workspace, _ text: String) throws {
    let loaded = try LoadedConfig.parse(SourceText(name: "sample.json", text))
    let (plan, diagnostics) = RunPlan.check(loaded)
    guard let plan else { throw Failure(diagnostics) }
    let memory = immortal(try Memory.allocate(plan.memory))
    plan.network.initialize(memory, seed: UInt64(plan.config.seed))
    let bytes = TrainedModel.withPieces(
      plan: plan, memory: memory, summary: .object([:]), version: "test"
    ) { $0.flatMap { Array($0) } }
    self.workspace = workspace
    self.plan = plan
    model = try TrainedModel(file: FileBytes(name: "model", copying: bytes), rows: 1)
  }

  /// Four numbers and a target.
  static let numbers: String = {
    let rows = (0..<40).map {
      "\($0 % 7),\($0 % 5),\($0 % 3),\($0 % 11),\($0 % 2 == 0 ? "no" : "yes")"
    }
    return "a,b,c,d,y\n" + rows.joined(separator: "\n") + "\n"
  }()

  /// An array of the model by its name.
  func array(_ name: String) throws -> [Float] {
    guard let array = model.memory.modelArrays.first(where: { $0.name == name }) else { return [] }
    defer { extendLifetime(model) }
    return Array(UnsafeBufferPointer(start: array.values, count: array.shape.count))
  }
}
