import Configuration
import Datasets
import Foundation
import TestSupport
import Testing
import Training

/// A network that starts with some arrays of another and keeps some of them.
@Suite(.timeLimit(minutes: 10)) struct FineTuningTests {
  private static let layers =
    #"{"type": "dense", "units": 6, "activation": "tanh", "name": "base"}, {"type": "dense", "name": "head"}"#

  /// A model of `data.csv`, and a configuration on data with one class more.
  private func workspace() throws -> Workspace {
    let workspace = try Sample.workspace(layers: Self.layers)
    #expect(
      try Program.run("train", "config.json", "--output", "first", in: workspace.path).exitCode == 0
    )
    var csv = Sample.csv
    for index in 0..<20 { csv += "\(index % 7),9,huge\n" }
    try workspace.write("data.csv", csv)
    return workspace
  }

  private func arrays(_ path: String) throws -> [String: [Float]] {
    let file = try Safetensors(FileBytes(path: path, compression: .keep))
    return Dictionary(
      uniqueKeysWithValues: file.tensors.map { tensor in
        let values = UnsafeMutablePointer<Float>.allocate(capacity: tensor.range.count / 4)
        defer { values.deallocate() }
        file.copyValues(of: tensor, to: values)
        return (
          tensor.name, Array(UnsafeBufferPointer(start: values, count: tensor.range.count / 4))
        )
      })
  }

  @Test func someArraysAreTakenAndKept() throws {
    let workspace = try workspace()
    let start =
      #"model.initial_parameters={"file": "first/model.safetensors", "include": ["*"]}"#
    let result = try Program.run(
      "train", "config.json", "--output", "second", "--set", start, "--set",
      "model.layers[0].trainable=false", in: workspace.path)
    #expect(result.exitCode == 0, "\(result.errors)")
    #expect(result.errors.contains("2 of 4 arrays start with those of 'first/model.safetensors'"))
    #expect(result.errors.contains("head.kernel (it is 6×2 there and 6×3 here)"))
    let (first, second) = (
      try arrays(workspace.path("first/model.safetensors")),
      try arrays(workspace.path("second/model.safetensors"))
    )
    #expect(first["base.kernel"] == second["base.kernel"])
    #expect(first["base.bias"] == second["base.bias"])
    // The same without freezing moves them.
    _ = try Program.run(
      "train", "config.json", "--output", "third", "--set", start, in: workspace.path)
    let third = try arrays(workspace.path("third/model.safetensors"))
    #expect(first["base.kernel"] != third["base.kernel"])
    let info = try Program.run("info", "second", in: workspace.path)
    #expect(info.output.contains("of which training left 18 as they were"))
  }

  /// Frozen layers change nothing but what is learned: the run goes on bit for bit, too.
  @Test func aFrozenRunGoesOn() throws {
    let workspace = try workspace()
    let start =
      #"model.initial_parameters={"file": "first/model.safetensors", "include": ["base.*"]}"#
    let settings = ["--set", start, "--set", "model.layers[0].trainable=false"]
    let whole = try Program.run(
      ["train", "config.json", "--output", "whole", "--set", "training.epochs=6"] + settings,
      in: workspace.path)
    #expect(whole.exitCode == 0)
    _ = try Program.run(
      ["train", "config.json", "--output", "part"] + settings, in: workspace.path)
    // The checkpoint has the arrays; the file is not needed any more.
    try FileManager.default.removeItem(atPath: workspace.path("first"))
    let rest = try Program.run(
      "train", "--resume", "part", "--set", "training.epochs=6", in: workspace.path)
    #expect(rest.exitCode == 0, "\(rest.errors)")
    #expect(
      try workspace.read("part/model.safetensors") == workspace.read("whole/model.safetensors"))
  }

  /// What is advised where some arrays fit and others do not can be pasted.
  @Test func theAdviceTakesWhatFits() throws {
    let workspace = try workspace()
    func check(_ value: String, layers: String? = nil) throws -> Program.Result {
      let more = layers.map { ["--set", "model.layers=\($0)"] } ?? []
      return try Program.run(
        ["check", "config.json", "--set", "model.initial_parameters=\(value)"] + more,
        in: workspace.path)
    }
    let whole = try check(#""first/model.safetensors""#)
    let advice = #"{"file": "first/model.safetensors", "include": ["*"]}"#
    #expect(whole.errors.contains("to take the arrays that fit: \(advice)"), "\(whole.errors)")
    let pasted = try check(advice)
    #expect(pasted.exitCode == 0, "\(pasted.errors)")
    // Nothing fits: then there is nothing to take.
    let none = try check(
      #""first/model.safetensors""#,
      layers: #"[{"type": "dense", "units": 7, "name": "base"}, {"type": "dense", "name": "head"}]"#
    )
    #expect(none.errors.contains("its arrays: base.kernel"), "\(none.errors)")
    #expect(!none.errors.contains("include"), "\(none.errors)")
  }

  @Test(arguments: [
    (
      #"{"file": "first/model.safetensors", "include": ["bse.*"]}"#,
      "no array of the network is called 'bse.*'"
    ),
    (#"{"file": "first/model.safetensors", "include": ["head.*"]}"#, "nothing is taken from"),
    (
      #"{"file": "first/model.safetensors", "include": ["base.kernal"]}"#,
      "did you mean \"base.kernel\"?"
    ),
    (
      #"{"file": "first/model.safetensors", "include": ["*"], "exclude": ["*"]}"#,
      "base.kernel: it is excluded; base.bias: it is excluded"
    ),
    (
      #"{"file": "first/model.safetensors", "exclude": ["head.*"]}"#,
      "'exclude' takes from what 'include' names"
    ),
    (#"{"file": "none", "include": ["*"]}"#, "cannot open 'none'"),
    (#""first/model.safetensors""#, "the array 'head.kernel' has the shape 6×2, not 6×3"),
  ])
  func whatDoesNotFitIsTold(value: String, message: String) throws {
    let workspace = try workspace()
    let result = try Program.run(
      "check", "config.json", "--set", "model.initial_parameters=\(value)", in: workspace.path)
    #expect(result.exitCode != 0)
    #expect(result.errors.contains(message), "\(result.errors)")
  }

  @Test func whatLearnsNothingIsTold() throws {
    let workspace = try Sample.workspace(layers: Self.layers)
    let nothing = try Program.run(
      "check", "config.json", "--set", "model.layers[0].trainable=false", "--set",
      "model.layers[1].trainable=false", in: workspace.path)
    #expect(nothing.exitCode == 78)
    #expect(nothing.errors.contains("no layer is trainable"))
    let random = try Program.run(
      "check", "config.json", "--set", "model.layers[0].trainable=false", "--set",
      "model.layers[0].l2=0.1", in: workspace.path)
    #expect(random.exitCode == 0)
    #expect(random.errors.contains("'base.kernel' is not trainable and keeps the random numbers"))
    #expect(random.errors.contains("a penalty moves nothing"))
    #expect(random.output.contains("18 parameters that training leaves as they are"))
  }
}
