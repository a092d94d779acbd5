import Configuration
import TestSupport
import Testing
import Training

/// Parameters fit by their shapes, whatever they were learned behind.
@Suite struct InitialParametersNoteTests {
  private static let csv =
    "a,b,y\n" + (0..<40).map { "\($0 * 7 % 40),\($0 * 11 % 23),\($0 * 3 % 17)\n" }.joined()

  private static func layers(_ activation: String) -> String {
    #"{"type": "dense", "units": 3, "activation": "\#(activation)"}, {"type": "dense"}"#
  }

  private func notes(
    scaling: String, activation: String, include: String = ""
  ) throws -> [Diagnostic] {
    let data = #""train": "data.csv", "target": "y", "scaling": "#
    let first = try FileRun(
      ["data.csv": Array(Self.csv.utf8)], data: data + #""standard""#,
      layers: Self.layers("tanh"))
    let run = try FileRun(
      ["data.csv": Array(Self.csv.utf8), "first": try first.model], data: data + "\"\(scaling)\"",
      layers: Self.layers(activation),
      model: #", "initial_parameters": {"file": "first"\#(include)}"#)
    return run.diagnostics.filter { $0.message.contains("other settings") }
  }

  @Test func whatIsOtherIsSaid() throws {
    let both = try notes(scaling: "min_max", activation: "relu")
    #expect(both.map(\.severity) == [.note])
    #expect(
      both.map(\.message) == [
        "the model in 'first' was trained with other settings: data.scaling \"standard\" instead of \"min_max\", model.layers[0].activation \"tanh\" instead of \"relu\""
      ])
    #expect(try notes(scaling: "standard", activation: "relu").count == 1)
    #expect(try notes(scaling: "standard", activation: "tanh").isEmpty)
  }

  /// A layer from which nothing is taken may be any.
  @Test func layersThatAreNotTakenAreNotCompared() throws {
    let include = #", "include": ["layers.1.*"]"#
    #expect(try notes(scaling: "standard", activation: "relu", include: include).isEmpty)
  }
}
