import Configuration
import Interchange
import Testing

/// How columns of tables are written; what the nodes compute is held against onnxruntime by Scripts/check-onnx.
@Suite struct ONNXTableTests {
  private static let csv: String = {
    let rows = (0..<60).map { index in
      let color = index % 9 == 0 ? "NA" : ["red", "green", "blue"][index % 3]
      return "\(index % 7),\(color),\(index % 2 == 0 ? "no" : "yes")"
    }
    return "size,color,y\n" + rows.joined(separator: "\n") + "\n"
  }()

  private func graph(_ columns: String, more: String = "") throws -> ONNXGraphProto {
    try TrainedModelGraph(
      SampleModel(
        layers: #"{"type": "dense"}"#, csv: Self.csv,
        data: """
          , "missing": {"tokens": ["NA", "-1"]\(more)}, "columns": {\(columns)}
          """)
    ).proto.graph
  }

  @Test func columnsAreInputsByTheirNames() throws {
    let graph = try graph(#""color": {"missing": "most_frequent"}"#)
    #expect(graph.input.map(\.name) == ["size", "color"])
    // double, and text
    #expect(graph.input.map(\.type.tensorType.elemType) == [11, 8])
    #expect(graph.input.allSatisfy { $0.type.tensorType.shape.dim.count == 2 })
    #expect(graph.input[0].type.tensorType.shape.dim.first?.dimParam == "batch")
  }

  @Test func categoriesAreLookedUp() throws {
    let graph = try graph(#""color": {"missing": "most_frequent", "unseen_categories": "zeros"}"#)
    let encoder = try #require(graph.node.first { $0.opType == "LabelEncoder" })
    #expect(encoder.domain == "ai.onnx.ml")
    let keys = encoder.attribute[0].strings.map { String(decoding: $0, as: UTF8.self) }
    #expect(Set(keys) == ["red", "green", "blue", "NA", "-1"])
    let places = Dictionary(uniqueKeysWithValues: zip(keys, encoder.attribute[1].ints))
    // Green is the most frequent one, for index % 9 takes away red only.
    #expect(places["NA"] == places["-1"])
    #expect(places["NA"] != places["red"])
    // What is none of three lies beyond the end, where OneHot has nothing but zeros.
    #expect(encoder.attribute[2].i == 3)
  }

  /// `predict` refuses what it does not know; a graph marks it.
  @Test(arguments: [("error", 2), ("zeros", 1)])
  func refusedTextsHaveAMark(rule: String, encoders: Int) throws {
    let graph = try graph(
      #""color": {"missing": "most_frequent", "unseen_categories": "\#(rule)"}"#)
    let found = graph.node.filter { $0.opType == "LabelEncoder" }
    #expect(found.count == encoders)
    let mark = found.first { $0.attribute.last?.name == "default_float" }
    #expect(mark?.attribute.last?.f.isNaN == (rule == "error" ? true : nil))
  }

  @Test func tokensThatAreNumbersAreMissingNumbers() throws {
    let graph = try graph(#""size": {"missing": "median"}, "color": {"missing": "most_frequent"}"#)
    let token = try #require(graph.array("missing_token"))
    #expect(token.doubles == [-1])
    #expect(graph.node.contains { $0.opType == "Or" })
    #expect(graph.array("missing_value")?.doubles == [3])
  }

  /// The operator Sigmoid is no way to them.
  @Test(arguments: [
    #"{"type": "dense"}"#, #"{"type": "ensemble", "members": 2}, {"type": "dense"}"#,
  ])
  func probabilitiesKeepSmallNumbers(layers: String) throws {
    let graph = try TrainedModelGraph(
      SampleModel(layers: layers, training: #", "loss": "binary_cross_entropy""#)
    ).proto.graph
    let operators = graph.node.map(\.opType)
    #expect(!operators.contains("Sigmoid"))
    let end = try #require(operators.lastIndex(of: "Div"))
    #expect(operators[(end - 3)...end] == ["Neg", "Exp", "Add", "Div"])
  }

  @Test func binsHaveTheirEdges() throws {
    let graph = try graph(
      #""size": {"encoding": "piecewise_linear", "bins": 3}, "color": {"missing": "most_frequent"}"#
    )
    // The thirds of 0 to 6; the first and the last bin have no end.
    #expect(graph.array("edges")?.doubles == [0, 2, 4])
    #expect(graph.array("widths")?.doubles == [2, 2, 2])
    #expect(graph.array("least")?.doubles == [-.infinity, 0, 0])
    #expect(graph.array("most")?.doubles == [1, 1, .infinity])
  }

  @Test(arguments: [
    (#""color": {"encoding": "hash", "buckets": 8, "missing": "most_frequent"}"#, "color", "hash"),
    (#""day": {"type": "datetime"}, "color": {"missing": "most_frequent"}"#, "day", "dates"),
  ])
  func whatONNXCannotReadIsNamed(columns: String, column: String, reason: String) throws {
    let rows = Self.csv.split(separator: "\n").enumerated().map { index, row in
      index == 0 ? "day,\(row)" : "2024-01-\(10 + index % 20),\(row)"
    }
    let sample = try SampleModel(
      layers: #"{"type": "dense"}"#, csv: rows.joined(separator: "\n") + "\n",
      data: """
        , "missing": {"tokens": ["NA"]}\(column == "day" ? "" : #", "ignore": ["day"]"#),
        "columns": {\(columns)}
        """)
    let failure = try #require(throws: Failure.self) {
      try ONNXModel(sample.model, version: "test")
    }
    let finding = try #require(failure.diagnostics.first)
    #expect(finding.code == "not-exportable")
    #expect(finding.message.contains("\"\(column)\"") && finding.message.contains(reason))
    #expect(finding.help != nil)
  }
}
