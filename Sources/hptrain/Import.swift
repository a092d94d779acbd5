import ArgumentParser
import Configuration
import Interchange
import Numerics
import Training

struct Import: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Makes a model of weights that PyTorch trained.",
    discussion: """
      The configuration says how the network is built and how data is encoded; its data is read for that, and nothing \
      is trained. The weights are a state dict in a safetensors file, in single, double or half precision. Without a \
      mapping its modules, in the order of their names, are those of the layers with parameters, in theirs, where \
      numbers, kinds and shapes leave no other; a mapping is a JSON object of layers and modules, or of arrays and \
      tensors:

        {"layers.0": "conv1", "layers.3.kernel": "fc.weight", "layers.3.bias": "fc.bias"}

        hptrain import lenet-5.json lenet.safetensors --output lenet/model.safetensors
      """)

  @Argument(
    help: ArgumentHelp("A configuration file, or - for standard input.", valueName: "config"),
    completion: .file(extensions: ["json"]))
  var config: String

  @Argument(
    help: "A safetensors file with a state dict of PyTorch.",
    completion: .file(extensions: ["safetensors"]))
  var weights: String

  @Option(help: "The model to write; one that is there is replaced.")
  var output: String

  @Option(
    help: "A JSON file that says which tensors are which.", completion: .file(extensions: ["json"]))
  var mapping: String?

  @OptionGroup var overrides: OverrideOptions

  func validate() throws { try OutputGuard.checkIsName(output) }

  func run() throws {
    try reporting {
      try OutputGuard.check(
        [output], against: [config, self.weights] + (mapping.map { [$0] } ?? []),
        help: Self.otherName)
      let (plan, diagnostics) = RunPlan.checkForImport(
        path: config, overrides: overrides.overrides)
      guard let plan else { throw Failure(diagnostics) }
      try OutputGuard.check(
        [output], against: plan.dataPaths, help: Self.otherName)
      Console.show(diagnostics)
      let weights = try WeightImport(path: weights, mapping: mapping, plan: plan)
      let memory = try Memory.allocate(plan.memory)
      try weights.copyValues(to: memory)
      Console.show(Self.notes(of: weights))
      try OutputFile.makeFolders(around: output)
      let summary = JSONValue.object(["reason": .string("imported")])
      try TrainedModel.withPieces(
        plan: plan, memory: memory, summary: summary, version: Hptrain.version
      ) { try OutputFile.replace(output, with: $0) }
    }
  }

  private static let otherName = "name another file: --output imported/model.safetensors"

  /// What was taken, and what was not.
  private static func notes(of weights: WeightImport) -> [Diagnostic] {
    func note(_ code: String, _ message: String) -> Diagnostic {
      Diagnostic(.note, .data, code: code, message)
    }
    var notes: [Diagnostic] = []
    if !weights.order.isEmpty {
      notes.append(
        note("weights-order", "by the order of names: \(Spelling.shortened(weights.order))"))
    }
    if !weights.otherTypes.isEmpty {
      let types = Spelling.list(weights.otherTypes, "and")
      notes.append(note("weights-type", "tensors are of type \(types), and become F32"))
    }
    if !weights.left.isEmpty {
      notes.append(
        note("weights-left", "the network has no place for \(Spelling.shortened(weights.left))"))
    }
    return notes
  }
}
