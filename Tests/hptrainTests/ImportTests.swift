import Configuration
import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(minutes: 10)) struct ImportTests {
  private static let layers =
    #"{"type": "dense", "units": 3, "activation": "tanh"}, {"type": "dense"}"#

  private typealias Tensor = (name: String, type: String, shape: [Int], values: [Float])

  /// A state dict of two linear layers: y = W·x + b.
  private static func tensors(first: String = "fc1", second: String = "fc2") -> [Tensor] {
    [
      ("\(first).bias", "F32", [3], [0.5, -0.25, 0.125]),
      ("\(first).weight", "F32", [3, 2], [1, 2, 3, 4, 5, 6]),
      ("\(second).bias", "F32", [2], [0.75, -1]),
      ("\(second).weight", "F32", [2, 3], [-1, -2, -3, -4, -5, -6]),
    ]
  }

  private func run(
    _ tensors: [Tensor], layers: String = Self.layers, mapping: String? = nil
  ) throws -> (Workspace, Program.Result) {
    try run(SafetensorsValues.bytes(tensors), layers: layers, mapping: mapping)
  }

  private func run(
    _ weights: [UInt8], layers: String, mapping: String? = nil
  ) throws -> (Workspace, Program.Result) {
    let workspace = try Sample.workspace(layers: layers)
    try workspace.write("weights.safetensors", weights)
    var arguments = [
      "import", "config.json", "weights.safetensors", "--output", "model.safetensors",
    ]
    if let mapping {
      try workspace.write("mapping.json", mapping)
      arguments += ["--mapping", "mapping.json"]
    }
    return (workspace, try Program.run(arguments, in: workspace.path))
  }

  private func expectWeights(in workspace: Workspace) throws {
    let model = try SafetensorsValues(workspace.read("model.safetensors"))
    #expect(model.tensors["layers.0.kernel"]?.values == [1, 3, 5, 2, 4, 6])
    #expect(model.tensors["layers.0.bias"]?.values == [0.5, -0.25, 0.125])
    #expect(model.tensors["layers.1.kernel"]?.values == [-1, -4, -2, -5, -3, -6])
    #expect(model.tensors["layers.1.bias"]?.values == [0.75, -1])
  }

  @Test func modulesInTheOrderOfTheirNames() throws {
    let (workspace, result) = try run(Self.tensors())
    #expect(result.exitCode == 0, "\(result.errors)")
    try expectWeights(in: workspace)
    let predicted = try Program.run(
      "predict", "model.safetensors", "data.csv", in: workspace.path)
    #expect(predicted.lines.count == 60)
  }

  /// What was taken can be read, where no mapping says it.
  @Test func theOrderIsSaid() throws {
    let (_, result) = try run(Self.tensors())
    #expect(
      result.errors.contains("note: by the order of names: layers.0 ← fc1, layers.1 ← fc2\n"),
      "\(result.errors)")
    let (_, mapped) = try run(
      Self.tensors(), mapping: #"{"layers.0": "fc1", "layers.1": "fc2"}"#)
    #expect(!mapped.errors.contains("the order of names"), "\(mapped.errors)")
  }

  /// Letters order names, and not what a network does with its modules.
  @Test(arguments: [
    ("decoder", "encoder", false), ("l1.b", "l1.k", false), ("fc", "fc2", true),
    ("dense", "dense_1", true), ("norm", "norm_out", false),
    ("fc1", "fc2", true), ("net.1", "net.10", true), ("a.0.w", "a.1.b", true),
  ])
  func modulesThatCouldBeExchangedNeedNumbers(first: String, second: String, isTaken: Bool) throws {
    let layers =
      #"{"type": "dense", "units": 2}, {"type": "dense", "units": 2}, {"type": "dense", "units": 3}, {"type": "dense"}"#
    var tensors: [Tensor] = [first, second].flatMap { name -> [Tensor] in
      [("\(name).bias", "F32", [2], [0, 0]), ("\(name).weight", "F32", [2, 2], [1, 2, 3, 4])]
    }
    tensors += [
      ("x.bias", "F32", [3], [0, 0, 0]), ("x.weight", "F32", [3, 2], [1, 2, 3, 4, 5, 6]),
      ("y.bias", "F32", [2], [0, 0]), ("y.weight", "F32", [2, 3], [1, 2, 3, 4, 5, 6]),
    ]
    let (workspace, result) = try run(tensors, layers: layers)
    #expect(result.exitCode == (isTaken ? 0 : 65), "\(result.errors)")
    guard !isTaken else { return }
    #expect(!workspace.exists("model.safetensors"))
    #expect(
      result.errors.contains("the modules '\(first)' and '\(second)'"), "\(result.errors)")
    let mapping =
      #"{"layers.0": "\#(first)", "layers.1": "\#(second)", "layers.2": "x", "layers.3": "y"}"#
    #expect(result.errors.replacing(/\s+/, with: " ").contains(mapping), "\(result.errors)")
    let (_, mapped) = try run(tensors, layers: layers, mapping: mapping)
    #expect(mapped.exitCode == 0, "\(mapped.errors)")
  }

  /// 10 comes after 9.
  @Test func numbersAreOrderedByTheirValue() throws {
    let (workspace, result) = try run(Self.tensors(first: "net.9", second: "net.10"))
    #expect(result.exitCode == 0, "\(result.errors)")
    try expectWeights(in: workspace)
  }

  @Test func aMappingNamesModulesAndTensors() throws {
    // By their names the second layer would come first.
    let tensors = Self.tensors(first: "hidden", second: "a")
    let (_, unmapped) = try run(tensors)
    #expect(unmapped.exitCode == 65)
    #expect(unmapped.errors.contains("3×2") && unmapped.errors.contains("2×3"))
    #expect(
      unmapped.errors.contains(#"{"layers.0": "hidden", "layers.1": "a"}"#), "\(unmapped.errors)")
    let (workspace, result) = try run(
      tensors,
      mapping: """
        {"layers.0": "hidden", "layers.1.kernel": "a.weight", "layers.1.bias": "a.bias"}
        """)
    #expect(result.exitCode == 0, "\(result.errors)")
    try expectWeights(in: workspace)
  }

  @Test func theTwoBiasesOfALSTMAreAdded() throws {
    let layers =
      #"{"type": "reshape", "shape": [2, 1]}, {"type": "lstm", "units": 1}, {"type": "dense"}"#
    let (workspace, result) = try run(
      [
        ("a.bias_hh_l0", "F32", [4], [1, 2, 3, 4]), ("a.bias_ih_l0", "F32", [4], [10, 20, 30, 40]),
        ("a.weight_hh_l0", "F32", [4, 1], [5, 6, 7, 8]),
        ("a.weight_ih_l0", "F32", [4, 1], [9, 10, 11, 12]),
        ("b.bias", "F32", [2], [0, 0]), ("b.weight", "F32", [2, 1], [1, 2]),
      ], layers: layers)
    #expect(result.exitCode == 0, "\(result.errors)")
    let model = try SafetensorsValues(workspace.read("model.safetensors"))
    #expect(model.tensors["layers.1.bias"]?.values == [11, 22, 33, 44])
    #expect(model.tensors["layers.1.recurrent_kernel"]?.values == [5, 6, 7, 8])
  }

  /// `nn.LSTM(1, 1, num_layers=2)` is two layers here, each a module of its own.
  @Test(arguments: [
    ("a", nil), ("z", #"{"layers.1": "z.l0", "layers.2": "z.l1", "layers.3": "b"}"#),
    ("z", #"{"layers.1": "z", "layers.2": "z.l1", "layers.3": "b"}"#),
  ])
  func layersOfARecurrentModuleAreModules(name: String, mapping: String?) throws {
    let layers = """
      {"type": "reshape", "shape": [2, 1]}, {"type": "lstm", "units": 1, "return_sequences": true},
      {"type": "lstm", "units": 1}, {"type": "dense"}
      """
    var tensors: [Tensor] = [
      ("b.bias", "F32", [2], [0, 0]), ("b.weight", "F32", [2, 1], [1, 2]),
    ]
    for layer in 0..<2 {
      let first = Float(layer) * 100
      let numbers = (1...4).map { first + Float($0) }
      let zeros: [Float] = [0, 0, 0, 0]
      tensors.append(("\(name).bias_hh_l\(layer)", "F32", [4], zeros))
      tensors.append(("\(name).bias_ih_l\(layer)", "F32", [4], numbers))
      tensors.append(("\(name).weight_hh_l\(layer)", "F32", [4, 1], numbers))
      tensors.append(("\(name).weight_ih_l\(layer)", "F32", [4, 1], numbers))
    }
    let (workspace, result) = try run(tensors, layers: layers, mapping: mapping)
    #expect(result.exitCode == 0, "\(result.errors)")
    let model = try SafetensorsValues(workspace.read("model.safetensors"))
    for array in ["bias", "kernel", "recurrent_kernel"] {
      #expect(model.tensors["layers.1.\(array)"]?.values == [1, 2, 3, 4])
      #expect(model.tensors["layers.2.\(array)"]?.values == [101, 102, 103, 104])
    }
    #expect(model.tensors["layers.3.kernel"]?.values == [1, 2])
  }

  @Test func layersOfARecurrentModuleAreCounted() throws {
    let layers =
      #"{"type": "reshape", "shape": [2, 1]}, {"type": "lstm", "units": 1}, {"type": "dense"}"#
    var tensors: [Tensor] = [
      ("b.bias", "F32", [2], [0, 0]), ("b.weight", "F32", [2, 1], [1, 2]),
    ]
    for layer in 0..<2 {
      for kind in ["ih", "hh"] {
        tensors.append(("a.bias_\(kind)_l\(layer)", "F32", [4], [1, 2, 3, 4]))
        tensors.append(("a.weight_\(kind)_l\(layer)", "F32", [4, 1], [1, 2, 3, 4]))
      }
    }
    let (_, result) = try run(tensors, layers: layers)
    #expect(result.exitCode == 65)
    #expect(result.errors.contains("3 modules (a.l0, a.l1, b)"), "\(result.errors)")
  }

  /// PyTorch makes a row of an image channel by channel: the third of its numbers is the first pixel of the second
  /// channel, and here that is the second one.
  @Test func aRowOfAnImageHasAnotherOrder() throws {
    let layers = """
      {"type": "dense", "units": 4}, {"type": "reshape", "shape": [2, 1, 2]}, {"type": "flatten"},
      {"type": "dense"}
      """
    let tensors: [Tensor] = [
      ("a.bias", "F32", [4], [0, 0, 0, 0]), ("a.weight", "F32", [4, 2], [0, 0, 0, 0, 0, 0, 0, 0]),
      ("b.bias", "F32", [2], [0, 0]), ("b.weight", "F32", [2, 4], [1, 2, 3, 4, 5, 6, 7, 8]),
    ]
    let (workspace, result) = try run(tensors, layers: layers)
    #expect(result.exitCode == 0, "\(result.errors)")
    let model = try SafetensorsValues(workspace.read("model.safetensors"))
    #expect(model.tensors["layers.3.kernel"]?.values == [1, 5, 3, 7, 2, 6, 4, 8])
    let exported = try Program.run(
      "export", "model.safetensors", "--format", "pytorch", "--output", "back.safetensors",
      in: workspace.path)
    #expect(exported.exitCode == 0, "\(exported.errors)")
    let back = try SafetensorsValues(workspace.read("back.safetensors"))
    #expect(back.tensors["dense_2.weight"]?.values == [1, 2, 3, 4, 5, 6, 7, 8])
  }

  /// What does not fit is named with both shapes, or types, and no model is left.
  @Test func whatDoesNotFitIsNamed() throws {
    var tensors = Self.tensors()
    tensors[1].shape = [2, 3]
    tensors[2].type = "I32"
    let (workspace, result) = try run(tensors)
    #expect(result.exitCode == 65)
    #expect(
      result.errors.contains(
        "'fc1.weight' has the shape 2×3, and 'layers.0.kernel' takes 3×2"))
    #expect(result.errors.components(separatedBy: "help: ").count == 3, "\(result.errors)")
    #expect(result.errors.contains("'fc2.bias' for 'layers.1.bias' is of type I32, not F32"))
    #expect(!workspace.exists("model.safetensors"))
  }

  @Test(arguments: [
    (#"{"layers.0": "fc1", "layers.1": "fc3"}"#, "no tensor 'fc3.weight'", "'fc1.weight'"),
    (#"{"layers.0": "fc1", "layer.1": "fc2"}"#, "no layer or array 'layer.1'", "'layers.1'"),
    (#"{"layers.0": "fc1"}"#, "nothing for layers.1.kernel", ""),
    (#"{"layers.0": 1, "layers.1": "fc2"}"#, "'layers.0' takes", "mapping.json:1"),
    (#"["fc1"]"#, "a mapping is an object", "mapping.json:1"),
    (#"{"layers.0.kernel": ["fc1.weight", "fc2.weight"]}"#, "takes 1 tensor, not 2", ""),
  ])
  func mistakesOfAMappingAreNamed(mapping: String, message: String, help: String) throws {
    let (workspace, result) = try run(Self.tensors(), mapping: mapping)
    #expect(result.exitCode == 78)
    #expect(result.errors.contains(message), "\(result.errors)")
    #expect(help.isEmpty || result.errors.contains(help), "\(result.errors)")
    #expect(!workspace.exists("model.safetensors"))
  }

  @Test func anotherNumberOfModulesIsNoGuess() throws {
    let (_, result) = try run(Array(Self.tensors().prefix(2)))
    #expect(result.exitCode == 65)
    #expect(result.errors.contains("2 layers") && result.errors.contains("1 module"))
    #expect(result.errors.contains("--mapping"))
  }

  /// What is suggested fits: by their kinds and shapes there is one module for each layer here.
  @Test func theMappingThatIsSuggestedFits() throws {
    let layers = """
      {"type": "dense", "units": 3}, {"type": "batch_normalization"}, {"type": "dense"}
      """
    var tensors: [Tensor] = Self.tensors(first: "c1", second: "out")
    for (part, value) in [
      ("bias", 0), ("running_mean", 0), ("running_var", 1), ("weight", 1),
    ] as [(String, Float)] {
      tensors.append(("bn.\(part)", "F32", [3], [value, value, value]))
    }
    let (_, refused) = try run(tensors, layers: layers)
    #expect(refused.exitCode == 65)
    let mapping = #"{"layers.0": "c1", "layers.1": "bn", "layers.2": "out"}"#
    #expect(
      refused.errors.replacing(/\s+/, with: " ").contains(mapping), "\(refused.errors)")
    let (_, taken) = try run(tensors, layers: layers, mapping: mapping)
    #expect(taken.exitCode == 0, "\(taken.errors)")
    // Two of one shape may be either, and are not suggested.
    let alike = #"{"type": "dense", "units": 2}, {"type": "dense", "units": 2}, {"type": "dense"}"#
    let square: [Tensor] = ["a", "b", "c", "d"].flatMap { name -> [Tensor] in
      [("\(name).weight", "F32", [2, 2], [1, 2, 3, 4]), ("\(name).bias", "F32", [2], [0, 0])]
    }
    let (_, open) = try run(square, layers: alike)
    #expect(open.errors.contains("4 modules"), "\(open.errors)")
    #expect(!open.errors.contains(#": "a""#) && !open.errors.contains(#": "b""#), "\(open.errors)")
    let help = open.errors.replacing(/\s+/, with: " ")
    #expect(
      help.contains(
        #"{"layers.0": "?", "layers.1": "?", "layers.2": "?"}, where ? is one of: a, b, c, d"#),
      "\(open.errors)")
  }

  /// Tensors at the root have no module to be named by, and a module of another kind keeps its own names.
  @Test func modulesAreNamedByWhatTheyHold() throws {
    let (_, rooted) = try run(Self.tensors() + [("scale", "F32", [1], [1])])
    #expect(rooted.exitCode == 65)
    #expect(rooted.errors.contains("3 modules (fc1, fc2, scale)"), "\(rooted.errors)")
    let layers = #"{"type": "batch_normalization"}, {"type": "dense"}"#
    let (_, other) = try run(
      [
        ("a.bias", "F32", [2], [0, 0]), ("a.weight", "F32", [2, 2], [1, 2, 3, 4]),
        ("b.bias", "F32", [2], [0, 0]), ("b.weight", "F32", [2, 2], [1, 2, 3, 4]),
      ], layers: layers)
    #expect(
      other.errors.contains(
        "takes a module with 'bias', 'running_mean', 'running_var' and 'weight', and the next one of 'weights.safetensors' is 'a' with 'bias' and 'weight'"
      ), "\(other.errors)")
  }

  /// The bytes of a tensor, and the bits of what becomes of them; `nil` for what cannot be taken. Single precision has a
  /// place for each number of two bytes, subnormal ones too.
  static let precisions: [(String, [UInt8], [UInt32]?)] = [
    ("F16", [0x01, 0x00, 0x00, 0xFC], nil), ("F16", [0x00, 0x7E, 0x00, 0x3C], nil),
    (
      "F16", [0x01, 0x00, 0xFF, 0x7B, 0xFF, 0x83, 0x55, 0x35],
      [0x3380_0000, 0x477F_E000, 0xB87F_C000, 0x3EAA_A000]
    ),
    (
      "BF16", [0x80, 0x3F, 0x01, 0x00, 0x49, 0xC0, 0x7F, 0x7F],
      [0x3F80_0000, 0x0001_0000, 0xC049_0000, 0x7F7F_0000]
    ),
    (
      "F64",
      [
        0x9A, 0x99, 0x99, 0x99, 0x99, 0x99, 0xB9, 0x3F, 0, 0, 0, 0, 0, 0, 0, 0x80,
        0x18, 0x2D, 0x44, 0x54, 0xFB, 0x21, 0x09, 0x40, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F,
      ], [0x3DCC_CCCD, 0x8000_0000, 0x4049_0FDB, 0x3F80_0000]
    ),
    // 10³⁰⁰
    (
      "F64",
      [
        0x9C, 0x75, 0x00, 0x88, 0x3C, 0xE4, 0x37, 0x7E, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
      ], nil
    ),
  ]

  @Test(arguments: precisions)
  func otherPrecisionsAreTaken(type: String, bytes: [UInt8], expected: [UInt32]?) throws {
    // Two numbers that cannot be taken are followed by those that can.
    let size = type == "F64" ? 8 : 2
    let bytes = bytes + [UInt8](repeating: 0, count: 4 * size - bytes.count)
    let header = Array(
      #"{"fc.weight":{"dtype":"\#(type)","shape":[2,2],"data_offsets":[0,\#(bytes.count)]}}"#.utf8)
    let length = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) }
    let (workspace, result) = try run(
      length + header + bytes, layers: #"{"type": "dense", "use_bias": false}"#)
    guard let expected else {
      #expect(result.exitCode == 65)
      let fault =
        type == "F64"
        ? "'fc.weight' holds 1e+300, which is beyond the range of single precision"
        : "'fc.weight' holds numbers that are not finite"
      #expect(result.errors.contains(fault), "\(result.errors)")
      #expect(!workspace.exists("model.safetensors"))
      return
    }
    #expect(result.exitCode == 0, "\(result.errors)")
    #expect(result.errors.contains("tensors are of type \(type), and become F32"))
    let model = try SafetensorsValues(workspace.read("model.safetensors"))
    let values = try #require(model.tensors["layers.0.kernel"]?.values)
    // Units come last here, and first in PyTorch.
    #expect([0, 2, 1, 3].map { values[$0].bitPattern } == expected)
  }

  @Test func aVarianceBelowZeroIsRefused() throws {
    let layers = #"{"type": "batch_normalization"}, {"type": "dense"}"#
    let (workspace, result) = try run(
      [
        ("a.bias", "F32", [2], [0, 0]), ("a.running_mean", "F32", [2], [0, 0]),
        ("a.running_var", "F32", [2], [1, -0.5]), ("a.weight", "F32", [2], [1, 1]),
        ("b.bias", "F32", [2], [0, 0]), ("b.weight", "F32", [2, 2], [1, 2, 3, 4]),
      ], layers: layers)
    #expect(result.exitCode == 65)
    #expect(
      result.errors.contains("'a.running_var' holds -0.5, and no variance is below 0"),
      "\(result.errors)")
    #expect(!workspace.exists("model.safetensors"))
  }

  /// The file that a configuration begins with is not even opened.
  @Test func initialParametersAreNotRead() throws {
    let workspace = try Sample.workspace(layers: Self.layers)
    try workspace.write("weights.safetensors", SafetensorsValues.bytes(Self.tensors()))
    let result = try Program.run(
      "import", "config.json", "weights.safetensors", "--output", "model.safetensors", "--set",
      "model.initial_parameters=none.safetensors", in: workspace.path)
    #expect(result.exitCode == 0, "\(result.errors)")
    #expect(
      result.errors.contains("warning: the weights that are imported take the place"),
      "\(result.errors)")
    try expectWeights(in: workspace)
  }

  @Test func theFolderOfTheModelIsMade() throws {
    let workspace = try Sample.workspace(layers: Self.layers)
    try workspace.write("weights.safetensors", SafetensorsValues.bytes(Self.tensors()))
    let result = try Program.run(
      "import", "config.json", "weights.safetensors", "--output", "new/er/model.safetensors",
      in: workspace.path)
    #expect(result.exitCode == 0, "\(result.errors)")
    #expect(workspace.exists("new/er/model.safetensors"))
  }

  /// What torch.save wrote: an archive, or a pickle in earlier versions.
  @Test(
    arguments: [
      (Array("PK\u{3}\u{4}".utf8) + [0, 0, 8, 8, 0, 0, 0, 0, 0, 0, 0, 0], "a ZIP archive"),
      (Array("PK\u{3}\u{4}".utf8) + [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], "a ZIP archive"),
      ([0x80, 2, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8], "a pickle"),
    ] as [([UInt8], String)])
  func filesOfTorchSaveAreNamed(bytes: [UInt8], kind: String) throws {
    let workspace = try Sample.workspace(layers: Self.layers)
    try workspace.write("weights.pt", bytes)
    let result = try Program.run(
      "import", "config.json", "weights.pt", "--output", "model.safetensors", in: workspace.path)
    #expect(result.exitCode == 65)
    #expect(result.errors.contains(kind), "\(result.errors)")
    #expect(result.errors.contains("safetensors.torch.save_file"))
  }

  @Test func numbersThatAreNotFiniteAreRefused() throws {
    var tensors = Self.tensors()
    tensors[0].values[1] = .nan
    let (workspace, result) = try run(tensors)
    #expect(result.exitCode == 65)
    #expect(result.errors.contains("fc1.bias"))
    #expect(!workspace.exists("model.safetensors"))
  }

  /// What was exported comes back.
  @Test func exportAndImportAreInverse() throws {
    let workspace = try Sample.workspace(layers: Self.layers)
    _ = try Program.run("train", "config.json", "--output", "run", in: workspace.path)
    let exported = try Program.run(
      "export", "run", "--format", "pytorch", "--output", "net.safetensors", in: workspace.path)
    #expect(exported.exitCode == 0, "\(exported.errors)")
    let result = try Program.run(
      "import", "config.json", "net.safetensors", "--output", "back.safetensors",
      in: workspace.path)
    #expect(result.exitCode == 0, "\(result.errors)")
    let (first, second) = (
      try SafetensorsValues(workspace.read("run/model.safetensors")),
      try SafetensorsValues(workspace.read("back.safetensors"))
    )
    #expect(first.tensors.mapValues(\.values) == second.tensors.mapValues(\.values))
  }
}
