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
    try OutputGuard.checkIsName(output)
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
      let format = try chosenFormat()
      let path = try ModelPath.resolve(model)
      try checkOutputs(format, model: path)
      let trained = try TrainedModel(path: path, rows: 1)
      try OutputFile.makeFolders(around: output)
      switch format {
      case .onnx:
        try OutputFile.replace(
          output, with: ONNXModel(trained, version: Hptrain.version).bytes())
      case .pytorch: try writePython(trained, .pytorch)
      case .keras: try writePython(trained, .keras)
      }
    }
  }

  /// A model is what hours of training have made: no export takes its place.
  private func checkOutputs(_ format: Format, model: String) throws {
    let files = PythonFiles(output)
    let isFile = format == .onnx || files.folder == nil
    let outputs = format == .onnx ? [output] : files.all
    let other = format == .onnx ? output + ".onnx" : files.another(format.rawValue)
    let help =
      "name another \(isFile ? "file" : "folder"): --output \(ShellWord.quoted(other))"
    try OutputGuard.check(outputs, against: [model], help: help)
    try OutputGuard.checkForModels(outputs, help: help)
  }

  /// The weights come first: a module without them would not load.
  private func writePython(
    _ model: TrainedModel, _ framework: PythonExport.Framework
  ) throws {
    let files = PythonFiles(output)
    let name = files.weights.split(separator: "/").last.map { String($0) } ?? files.weights
    let export = try PythonExport(model, for: framework, weights: name)
    if let folder = files.folder { try OutputFile.makeFolder(folder) }
    try export.withWeights { try OutputFile.replace(files.weights, with: $0) }
    try OutputFile.replace(files.module, with: Array(export.text.utf8))
  }
}

/// What is written for PyTorch and Keras: weights, and beside them the module that loads them.
private struct PythonFiles {
  private static let suffix = ".safetensors"

  /// `nil` where the output names the file of the weights.
  let folder: String?
  /// The path of both without what they end in.
  let stem: String

  init(_ output: String) {
    let isFile = output.hasSuffix(Self.suffix)
    let path = PathArithmetic.withoutSlash(output)
    folder = isFile ? nil : path
    stem = isFile ? String(output.dropLast(Self.suffix.count)) : path + "/model"
  }

  var weights: String { stem + Self.suffix }
  var module: String { stem + ".py" }
  var all: [String] { [weights, module] }

  /// Another output of the same kind, beside the one that is taken.
  func another(_ name: String) -> String {
    folder.map { "\($0)/\(name)" } ?? "\(stem)-\(name)\(Self.suffix)"
  }
}
