import ArgumentParser
import Configuration
import Interchange
import Training

struct Export: ParsableCommand {
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case onnx
    case pytorch
    case keras

    /// The one that the suffix of a file stands for; `nil` if it stands for none.
    init?(suffixOf path: String) {
      guard let dot = path.lastIndex(of: "."),
        let format = Format.allCases.first(where: { $0.rawValue == path[dot...].dropFirst() })
      else { return nil }
      self = format
    }

    /// The suffix of its file.
    var suffix: String { self == .onnx ? "onnx" : "safetensors" }

    /// What is written, for messages.
    var summary: String {
      switch self {
      case .onnx: "an ONNX model is one file"
      case .pytorch: "for PyTorch \(Self.weights)"
      case .keras: "for Keras \(Self.weights)"
      }
    }

    private static let weights =
      "there is a safetensors file with a module of Python that loads it"
  }

  /// What files of models end in; other names with a dot may be those of folders.
  private static let suffixes = ["onnx", "safetensors", "pt", "pth", "keras", "h5"]

  static let configuration = CommandConfiguration(
    abstract: "Writes a trained model for other programs.",
    discussion: """
      An ONNX model takes the data as it comes and gives the answers of predict, in any runtime with operator set \
      17: each column of a table is an input by its name, numbers as double with NaN for a missing one, texts \
      without blanks around them; images are an input 'features' with the numbers of the file; texts are tokens. \
      Outputs are 'label' and 'probabilities', or 'prediction' in the units of the target, or 'logits' of the next \
      token. A row that predict refuses has an empty label and NaN.

      For PyTorch and Keras there is a safetensors file with the weights as they have them, and beside it a module \
      of Python that builds the network and loads them. It takes what the first layer takes, channels last.

        hptrain export runs/iris --output iris.onnx
        hptrain export runs/digits --format pytorch --output digits.safetensors
      """)

  @Argument(
    help: "A model.safetensors file, or the folder of a run.",
    completion: .file(extensions: ["safetensors"]))
  var model: String

  @Option(
    help:
      "The file to write; one that is there is replaced. For PyTorch and Keras that of the weights, with the module beside it, or a folder for model.safetensors and model.py."
  )
  var output: String

  @Option(help: "What to write. (default: by the suffix of --output, which .onnx alone tells)")
  var format: Format?

  private func chosenFormat() throws -> Format {
    if let format { return format }
    guard let format = Format(suffixOf: output) else {
      throw ValidationError(unknownFormat)
    }
    return format
  }

  /// What to say where neither the option nor the suffix tells the format.
  private var unknownFormat: String {
    let file = output.lowercased()
    let meant: Format? =
      [".pt", ".pth"].contains { file.hasSuffix($0) }
      ? .pytorch : file.hasSuffix(".h5") ? .keras : nil
    if let meant {
      return
        "\(meant.summary): --format \(meant.rawValue) and an --output that ends in .\(meant.suffix)"
    }
    let fitting = Format.allCases.filter { !file.hasSuffix(".safetensors") || $0 != .onnx }
    return "the suffix of --output '\(output)' says no format; name one: --format "
      + Spelling.list(fitting.map(\.rawValue), "or")
  }

  func validate() throws {
    let format = try chosenFormat()
    let file = output.split(separator: "/").last ?? ""
    let suffix = file.lastIndex(of: ".").map { file[$0...].dropFirst().lowercased() }
    guard let suffix, suffix != format.suffix, Self.suffixes.contains(suffix) else { return }
    throw ValidationError(
      "\(format.summary), and '\(output)' ends in .\(suffix); end it in .\(format.suffix)"
        + (format == .onnx ? "" : ", or name a folder"))
  }

  func run() throws {
    try reporting {
      let model = try TrainedModel(path: ModelPath.resolve(model), rows: 1)
      switch try chosenFormat() {
      case .onnx:
        try OutputFile.replace(
          output, with: ONNXModel(model, version: Hptrain.version).bytes())
      case .pytorch: try writePython(model, .pytorch)
      case .keras: try writePython(model, .keras)
      }
    }
  }

  /// The weights come first: a module without them would not load.
  private func writePython(
    _ model: TrainedModel, _ framework: PythonExport.Framework
  ) throws {
    let suffix = ".safetensors"
    let isFile = output.hasSuffix(suffix)
    let folder = PathArithmetic.withoutSlash(output)
    let stem = isFile ? String(output.dropLast(suffix.count)) : folder + "/model"
    let name = stem.split(separator: "/").last.map { String($0) } ?? stem
    let export = try PythonExport(model, for: framework, weights: name + suffix)
    if !isFile { try OutputFile.makeFolder(folder) }
    try export.withWeights { try OutputFile.replace(stem + suffix, with: $0) }
    try OutputFile.replace(stem + ".py", with: Array(export.text.utf8))
  }
}
