import Foundation
import TestSupport
import Testing

/// Files that a network may begin with, and those that it may not.
@Suite(.timeLimit(minutes: 10)) struct InitialParametersFileTests {
  private typealias Tensor = (name: String, type: String, shape: [Int], values: [Float])

  private static let kernel: Tensor = ("layers.0.kernel", "F32", [2, 2], [1, 2, 3, 4])
  private static let bias: Tensor = ("layers.0.bias", "F32", [2], [0, 1])

  private func check(
    _ tensors: [Tensor], layers: String = #"{"type": "dense"}"#, more: String? = nil
  ) throws -> Program.Result {
    let workspace = try Sample.workspace(layers: layers)
    try workspace.write("first", SafetensorsValues.bytes(tensors))
    let value = more.map { #"{"file": "first", \#($0)}"# } ?? "first"
    return try Program.run(
      "check", "config.json", "--set", "model.initial_parameters=\(value)", in: workspace.path)
  }

  @Test func numbersThatAreNotFiniteAreRefused() throws {
    var kernel = Self.kernel
    kernel.values[2] = .nan
    let result = try check([kernel, Self.bias])
    #expect(result.exitCode == 78)
    #expect(
      result.errors.contains(
        "the array 'layers.0.kernel' of 'first' holds numbers that are not finite"),
      "\(result.errors)")
    // What is not taken may be anything.
    let other = try check([kernel, Self.bias], more: #""include": ["*.bias"]"#)
    #expect(other.exitCode == 0, "\(other.errors)")
  }

  @Test func aCheckpointIsNamedAsOne() throws {
    let workspace = try Sample.workspace()
    let run = try Program.run("train", "config.json", "--output", "run", in: workspace.path)
    try #require(run.exitCode == 0, "\(run.errors)")
    let folder = workspace.path("run/checkpoints")
    let name = try #require(
      try FileManager.default.contentsOfDirectory(atPath: folder).first {
        $0.hasSuffix(".safetensors")
      })
    let result = try Program.run(
      "check", "config.json", "--set", "model.initial_parameters=run/checkpoints/\(name)",
      in: workspace.path)
    #expect(result.exitCode != 0)
    #expect(result.errors.contains("is a checkpoint"), "\(result.errors)")
  }

  @Test func aVarianceBelowZeroIsRefused() throws {
    let layers = #"{"type": "batch_normalization", "affine": false}, {"type": "dense"}"#
    let result = try check(
      [
        ("layers.0.running_mean", "F32", [2], [0, 0]),
        ("layers.0.running_variance", "F32", [2], [1, -2]),
      ], layers: layers, more: #""include": ["layers.0.*"]"#)
    #expect(result.exitCode == 78)
    #expect(
      result.errors.contains("holds -2.0, and no variance is below 0"), "\(result.errors)")
  }

  /// An array of integers is in nobody's way unless it is to be taken.
  @Test func onlyWhatIsTakenHasToBeNumbers() throws {
    let count: Tensor = ("num_batches_tracked", "I64", [], [0, 0])
    let result = try check([Self.kernel, Self.bias, count], more: #""include": ["*"]"#)
    #expect(result.exitCode == 0, "\(result.errors)")
    var bias = Self.bias
    bias.type = "I32"
    let refused = try check([Self.kernel, bias], more: #""include": ["*"]"#)
    #expect(refused.exitCode == 78)
    #expect(
      refused.errors.contains(
        "the array 'layers.0.bias' of 'first' is of type I32, not F32, F64, F16 or BF16"),
      "\(refused.errors)")
  }

  @Test func halfPrecisionIsTaken() throws {
    // Two numbers 1 in the bits of each.
    let one = Float(bitPattern: 0x3C00_3C00)
    let result = try check([("layers.0.kernel", "F16", [2, 2], [one, one]), Self.bias])
    #expect(result.exitCode == 0, "\(result.errors)")
    #expect(
      result.errors.contains("arrays of 'first' are of type F16, and become F32"),
      "\(result.errors)")
  }

  @Test func aPatternOfExcludeThatFitsNothingIsRefused() throws {
    let result = try check(
      [Self.kernel, Self.bias], more: #""include": ["*"], "exclude": ["layers.0.kernal"]"#)
    #expect(result.exitCode == 78)
    #expect(
      result.errors.contains("no array of the network is called 'layers.0.kernal'"),
      "\(result.errors)")
    #expect(result.errors.contains(#"did you mean "layers.0.kernel"?"#), "\(result.errors)")
  }

  @Test func theFolderOfARunStandsForItsModel() throws {
    let workspace = try Sample.workspace()
    let first = try Program.run("train", "config.json", "--output", "base", in: workspace.path)
    try #require(first.exitCode == 0, "\(first.errors)")
    let start = ["train", "config.json", "--set", "training.max_iterations=1", "--output"]
    for (output, file) in [("one", "base"), ("two", "base/model.safetensors")] {
      let result = try Program.run(
        start + [output, "--set", "model.initial_parameters=\(file)"], in: workspace.path)
      #expect(result.exitCode == 0, "\(result.errors)")
    }
    let (one, two) = (
      try SafetensorsValues(workspace.read("one/model.safetensors")),
      try SafetensorsValues(workspace.read("two/model.safetensors"))
    )
    #expect(one.tensors.mapValues(\.values) == two.tensors.mapValues(\.values))
    try FileManager.default.removeItem(atPath: workspace.path("base/model.safetensors"))
    let missing = try Program.run(
      "check", "config.json", "--set", "model.initial_parameters=base", in: workspace.path)
    #expect(missing.errors.contains("'base' has no model"), "\(missing.errors)")
  }
}
