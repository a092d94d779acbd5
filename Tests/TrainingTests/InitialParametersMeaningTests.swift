import Configuration
import TestSupport
import Testing
import Training

/// Parameters fit by their shapes also where inputs, categories or classes are others than those that they were learned
/// for.
@Suite struct InitialParametersMeaningTests {
  private static let layers =
    #"{"type": "dense", "units": 3, "activation": "tanh"}, {"type": "dense"}"#

  /// Two numbers, a city and a kind.
  private static func csv(
    cities: [String] = ["Bonn", "Oslo"], kinds: [String] = ["no", "yes"]
  ) -> String {
    let rows = (0..<40).map { (row: Int) -> String in
      let (city, kind) = (cities[row % cities.count], kinds[row / 2 % kinds.count])
      return "\(row * 7 % 40),\(row * 11 % 23),\(city),\(kind)\n"
    }
    return "a,b,city,kind\n" + rows.joined()
  }

  /// What is said of a run on `csv` that starts with the parameters of a run on the usual data.
  private func findings(
    _ csv: String = Self.csv(), first: String = "", data: String = "", include: String? = nil
  ) throws -> [Diagnostic] {
    let source = #""train": "data.csv", "target": "kind""#
    let model = try FileRun(
      ["data.csv": Array(Self.csv().utf8)], data: source + first, layers: Self.layers
    ).model
    let names = include.map { #", "include": \#($0)"# } ?? ""
    let run = try FileRun(
      ["data.csv": Array(csv.utf8), "first": model], data: source + data, layers: Self.layers,
      model: #", "initial_parameters": {"file": "first"\#(names)}"#)
    _ = try run.sound
    return run.diagnostics.filter {
      $0.code == "initial-parameters" && !$0.message.contains("start with those of")
    }
  }

  private func warnings(
    _ csv: String = Self.csv(), first: String = "", data: String = "", include: String? = nil
  ) throws -> [String] {
    let findings = try findings(csv, first: first, data: data, include: include)
    #expect(findings.allSatisfy { $0.severity == .warning })
    return findings.map(\.message)
  }

  private static let begin = "parameters of 'first' come to stand for something else: "

  @Test func theFirstOtherInputIsSaid() throws {
    let order = #", "features": ["b", "a", "city"]"#
    #expect(try warnings().isEmpty)
    #expect(try warnings(data: order) == [Self.begin + "input 1 is 'b' here, 'a' there"])
    #expect(
      try warnings(first: #", "features": ["a"]"#, data: #", "features": ["b"]"#)
        == [Self.begin + "input 1 is 'b' here, 'a' there"])
    // What reads the inputs is learned anew.
    #expect(try warnings(data: order, include: #"["layers.1.*"]"#).isEmpty)
  }

  @Test func theFirstOtherCategoryIsSaid() throws {
    let other = Self.csv(cities: ["Bonn", "Rome"])
    let message = Self.begin + "category 2 of 'city' is 'Rome' here, 'Oslo' there"
    #expect(try warnings(other) == [message])
    #expect(try warnings(other, include: #"["layers.1.*"]"#).isEmpty)
    let vectors =
      #", "columns": {"city": {"type": "category", "encoding": "embedding", "dimensions": 2}}"#
    #expect(try warnings(other, first: vectors, data: vectors) == [message])
    #expect(
      try warnings(other, first: vectors, data: vectors, include: #"["inputs.*"]"#) == [message])
    #expect(
      try warnings(other, first: vectors, data: vectors, include: #"["layers.*"]"#).isEmpty)
  }

  @Test func theFirstOtherClassIsSaid() throws {
    let other = Self.csv(kinds: ["no", "perhaps"])
    #expect(
      try warnings(other) == [Self.begin + "class 2 is 'perhaps' here, 'yes' there"])
    #expect(try warnings(other, include: #"["layers.0.*"]"#).isEmpty)
    // Where the last layer does not fit, it begins with its initializer.
    let more = Self.csv(kinds: ["maybe", "never", "no"])
    #expect(try warnings(more, include: #"["*"]"#).isEmpty)
  }

  /// Numbers have no classes; what they are is told by their columns.
  @Test func theFirstOtherTargetIsSaid() throws {
    let files = ["data.csv": Array(Self.csv().utf8)]
    func data(_ target: String) -> String {
      #""train": "data.csv", "target": "\#(target)", "features": ["city", "kind"]"#
    }
    let first = try FileRun(files, data: data("a"), layers: Self.layers).model
    for (target, expected) in [
      ("a", []), ("b", [Self.begin + "target 1 is 'b' here, 'a' there"]),
    ] as [(String, [String])] {
      let run = try FileRun(
        files.merging(["first": first]) { old, _ in old }, data: data(target), layers: Self.layers,
        model: #", "initial_parameters": {"file": "first"}"#)
      _ = try run.sound
      let found = run.diagnostics.filter { $0.code == "initial-parameters" }.map(\.message)
      #expect(found == expected)
    }
  }

  @Test func theScaleOfSingleColumnsIsNoted() throws {
    let columns = #", "columns": {"a": {"scaling": "min_max"}, "b": {"clip": 2}}"#
    let standard = #", "scaling": "standard""#
    let notes = try findings(first: standard, data: standard + columns)
    #expect(notes.map(\.severity) == [.note])
    #expect(
      notes.map(\.message) == [
        "the model in 'first' was trained with other settings: data.columns.a.scaling \"standard\" instead of \"min_max\", data.columns.b.clip none instead of 2"
      ])
    #expect(try findings(first: columns, data: columns).isEmpty)
    #expect(try findings(data: columns, include: #"["layers.1.*"]"#).isEmpty)
  }
}
