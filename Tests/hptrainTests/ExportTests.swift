import Configuration
import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(minutes: 10)) struct ExportTests {
  private func trained(
    data: String = "", layers: String = #"{"type": "dense"}"#
  ) throws -> Workspace {
    let workspace = try Sample.workspace(data: data, layers: layers)
    let result = try Program.run("train", "config.json", "--output", "run", in: workspace.path)
    try #require(result.exitCode == 0, "\(result.errors)")
    return workspace
  }

  private func files(_ workspace: Workspace) throws -> Set<String> {
    Set(try FileManager.default.contentsOfDirectory(atPath: workspace.path))
  }

  @Test func theSuffixTellsTheFormat() throws {
    let workspace = try trained()
    let result = try Program.run("export", "run", "--output", "model.onnx", in: workspace.path)
    #expect(result.exitCode == 0, "\(result.errors)")
    #expect(result.output.isEmpty && result.errors.isEmpty)
    // IR version 8 stands first.
    #expect(Array(try workspace.read("model.onnx").prefix(2)) == [8, 8])
    let other = try Program.run("export", "run", "--output", "model.bin", in: workspace.path)
    #expect(other.exitCode == 64)
    #expect(other.errors.contains("--format"))
    #expect(!workspace.exists("model.bin"))
    let torch = try Program.run("export", "run", "--output", "model.pt", in: workspace.path)
    #expect(torch.exitCode == 64)
    #expect(torch.errors.contains("--format pytorch"), "\(torch.errors)")
    let named = try Program.run(
      "export", "run", "--output", "model.bin", "--format", "onnx", in: workspace.path)
    #expect(named.exitCode == 0)
    #expect(try workspace.read("model.bin") == workspace.read("model.onnx"))
  }

  @Test(arguments: [
    ("m.safetensors", "says no format; name one: --format pytorch or keras"),
    ("folder", "says no format; name one: --format onnx, pytorch or keras"),
    ("m.h5", "--format keras and an --output that ends in .safetensors"),
    ("m.pth", "--format pytorch and an --output that ends in .safetensors"),
  ])
  func formatsThatFitTheSuffixAreNamed(output: String, message: String) throws {
    let result = try Program.run("export", "run", "--output", output, in: "/")
    #expect(result.exitCode == 64)
    #expect(result.errors.contains(message), "\(result.errors)")
  }

  /// What a causal network says of a step does not depend on later ones, so that they may be missing.
  @Test(arguments: [true, false])
  func causalNetworksTakeShorterSequencesInPyTorch(isCausal: Bool) throws {
    let workspace = try trained(
      layers: """
        {"type": "reshape", "shape": [2, 1]}, {"type": "positional_embedding"},
        {"type": "self_attention", "heads": 1, "causal": \(isCausal)}, {"type": "flatten"},
        {"type": "dense"}
        """)
    _ = try Program.run(
      "export", "run", "--format", "pytorch", "--output", "flat", in: workspace.path)
    let flat = String(decoding: try workspace.read("flat/model.py"), as: UTF8.self)
    // Behind flatten there have to be all steps.
    #expect(flat.contains("x = x + self.positions_1\n"))
    #expect(flat.contains("torch.ones(x.shape[1], x.shape[1], ") == isCausal)
  }

  @Test func positionsOfATextAreThoseOfItsTokens() throws {
    let workspace = try Workspace()
    try workspace.write("text.txt", String(repeating: "one two three ", count: 40))
    try workspace.write(
      "config.json",
      """
      {"data": {"format": "text", "train": "text.txt", "sequence_length": 8},
       "model": {"layers": [{"type": "embedding", "dimensions": 4}, {"type": "positional_embedding"},
         {"type": "residual", "layers": [{"type": "self_attention", "heads": 1, "causal": true}]},
         {"type": "dense"}]},
       "training": {"epochs": 1}}
      """)
    let trained = try Program.run("train", "config.json", "--output", "run", in: workspace.path)
    try #require(trained.exitCode == 0, "\(trained.errors)")
    let result = try Program.run(
      "export", "run", "--format", "pytorch", "--output", "net", in: workspace.path)
    #expect(result.exitCode == 0, "\(result.errors)")
    let module = String(decoding: try workspace.read("net/model.py"), as: UTF8.self)
    #expect(module.contains("x = x + self.positions_1[: x.shape[1]]\n"))
    #expect(module.contains("mask = torch.ones(x.shape[1], x.shape[1], "))
  }

  @Test(arguments: [
    ("pytorch", "x.onnx", "for PyTorch there is a safetensors file"),
    ("keras", "x.onnx", "for Keras there is a safetensors file"),
    ("pytorch", "x.pt", "ends in .pt; end it in .safetensors, or name a folder"),
    ("keras", "x.keras", "ends in .keras; end it in .safetensors, or name a folder"),
    ("onnx", "x.safetensors", "is one file, and 'x.safetensors' ends in .safetensors; end it in"),
  ])
  func aSuffixOfAnotherFormatIsRefused(format: String, output: String, message: String) throws {
    let workspace = try trained()
    let before = try files(workspace)
    let result = try Program.run(
      "export", "run", "--format", format, "--output", output, in: workspace.path)
    #expect(result.exitCode == 64)
    #expect(result.errors.contains(message), "\(result.errors)")
    #expect(try files(workspace) == before)
    // A folder may have a dot in its name.
    let folder = try Program.run(
      "export", "run", "--format", "pytorch", "--output", "net.v2", in: workspace.path)
    #expect(folder.exitCode == 0 && workspace.exists("net.v2/model.py"), "\(folder.errors)")
  }

  @Test func equalModelsGiveEqualBytes() throws {
    let workspace = try trained(layers: #"{"type": "ensemble"}, {"type": "dense"}"#)
    for name in ["a.onnx", "b.onnx"] {
      _ = try Program.run("export", "run", "--output", name, in: workspace.path)
    }
    #expect(try workspace.read("a.onnx") == workspace.read("b.onnx"))
  }

  @Test(arguments: ["pytorch", "keras"])
  func aLayerThatIsNotThereIsNamed(format: String) throws {
    let workspace = try trained(
      layers:
        #"{"type": "dense", "units": 4}, {"type": "dense", "units": 3}, {"type": "periodic_embedding"}, {"type": "dense"}"#
    )
    let before = try files(workspace)
    let result = try Program.run(
      "export", "run", "--format", format, "--output", "net.safetensors", in: workspace.path)
    #expect(result.exitCode == 78)
    #expect(result.errors.contains("model.layers[2] (periodic_embedding)"))
    #expect(result.errors.contains("--format onnx"))
    #expect(try files(workspace) == before)
  }

  @Test func aColumnThatIsNotThereIsNamed() throws {
    let workspace = try trained(
      data: #""columns": {"width": {"type": "category", "encoding": "hash", "buckets": 8}}"#)
    let before = try files(workspace)
    let result = try Program.run("export", "run", "--output", "model.onnx", in: workspace.path)
    #expect(result.exitCode == 78)
    #expect(result.errors.contains("\"width\""))
    #expect(try files(workspace) == before)
  }

  @Test func whatCannotBeWrittenIsSaid() throws {
    let workspace = try trained()
    let result = try Program.run(
      "export", "run", "--output", "config.json/model.onnx", in: workspace.path)
    #expect(result.exitCode == 73)
    #expect(result.errors.contains("config.json"))
    let made = try Program.run("export", "run", "--output", "no/model.onnx", in: workspace.path)
    #expect(made.exitCode == 0 && workspace.exists("no/model.onnx"), "\(made.errors)")
    let missing = try Program.run("export", "nowhere", "--output", "a.onnx", in: workspace.path)
    #expect(missing.exitCode == 66)
  }

  @Test(arguments: [
    ("pytorch", "nn.Linear(2, 5)", "dense_1.weight", [5, 2]),
    ("keras", "layers.Dense(5, name=\"dense_1\")", "dense_1.kernel", [2, 5]),
  ])
  func weightsLieAsTheOtherSideHasThem(
    format: String, line: String, name: String, shape: [Int]
  ) throws {
    let workspace = try trained(
      layers: #"{"type": "dense", "units": 5, "activation": "relu"}, {"type": "dense"}"#)
    let result = try Program.run(
      "export", "run", "--format", format, "--output", "net", in: workspace.path)
    #expect(result.exitCode == 0, "\(result.errors)")
    let module = String(decoding: try workspace.read("net/model.py"), as: UTF8.self)
    #expect(module.contains(line))
    #expect(module.contains("model.safetensors"))
    let ours = try SafetensorsValues(workspace.read("run/model.safetensors"))
    let theirs = try SafetensorsValues(workspace.read("net/model.safetensors"))
    let kernel = try #require(ours.tensors["layers.0.kernel"])
    let weight = try #require(theirs.tensors[name])
    #expect(weight.shape == shape)
    let expected =
      format == "keras"
      ? kernel.values : (0..<5).flatMap { unit in (0..<2).map { kernel.values[$0 * 5 + unit] } }
    #expect(weight.values == expected)
  }
}

/// The tensors of a safetensors file.
struct SafetensorsValues {
  let tensors: [String: (shape: [Int], values: [Float])]

  init(_ bytes: [UInt8]) throws {
    let length = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = JSONParser.parse(SourceText(name: "header", bytes: Array(bytes[8..<8 + length])))
      .value
    var tensors: [String: (shape: [Int], values: [Float])] = [:]
    for member in header.members ?? [] where member.key != "__metadata__" {
      let offsets = try (member.value.require("data_offsets").items ?? []).compactMap(\.integer)
      let values = stride(from: 8 + length + offsets[0], to: 8 + length + offsets[1], by: 4).map {
        Float(bitPattern: bytes[$0..<$0 + 4].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
      }
      tensors[member.key] = (try member.value.shape(), values)
    }
    self.tensors = tensors
  }

  /// The bytes of a file with tensors.
  static func bytes(
    _ tensors: [(name: String, type: String, shape: [Int], values: [Float])]
  ) -> [UInt8] {
    var offset = 0
    let entries = tensors.map { tensor in
      let end = offset + 4 * tensor.values.count
      defer { offset = end }
      return
        "\"\(tensor.name)\":{\"dtype\":\"\(tensor.type)\",\"shape\":\(tensor.shape),\"data_offsets\":[\(offset),\(end)]}"
    }
    var header = Array("{\(entries.joined(separator: ","))}".utf8)
    while header.count % 8 != 0 { header.append(UInt8(ascii: " ")) }
    let length = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) }
    return length + header
      + tensors.flatMap {
        $0.values.flatMap { value in
          withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
        }
      }
  }
}
