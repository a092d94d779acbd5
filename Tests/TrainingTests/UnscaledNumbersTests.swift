import Configuration
import TestSupport
import Testing
import Training

/// Numbers that are too large or too small for the values that networks begin with.
@Suite struct UnscaledNumbersTests {
  /// `far` goes from -250 to 2,500, `near` from 0 to 9 and `price` from 1,000 to 100,000.
  private func warnings(
    _ data: String, layers: String = #"{"type": "dense"}"#, loss: String = "mse"
  ) throws -> [Diagnostic] {
    let workspace = try Workspace()
    let rows = (0..<100).map { "\($0 % 12 * 250 - 250),\($0 % 10),\(1000 + $0 * 1000),\($0 % 2)" }
    try workspace.write("data.csv", "far,near,price,is\n" + rows.joined(separator: "\n") + "\n")
    let text = """
      {"data": {"train": "\(workspace.path("data.csv"))", \(data)}, "model": {"layers": [\(layers)]},
       "training": {"epochs": 2, "batch_size": 20, "loss": "\(loss)"}}
      """
    let (plan, diagnostics) = RunPlan.check(
      try LoadedConfig.parse(SourceText(name: "c.json", text)))
    return try #require(plan, "\(diagnostics)").warnings.filter { $0.code == "unscaled" }
  }

  private static let ofPrice = #""target": "price", "features": ["far", "near"]"#

  @Test func inputsAreNamed() throws {
    let one = try warnings(Self.ofPrice)
    #expect(one.map(\.message) == ["'far' reaches from -250 to 2500 and is not scaled"])
    #expect(one.map(\.help) == [#"add "scaling": "standard" to data"#])
    let two = try warnings(#""target": "is", "features": ["far", "near", "price"]"#)
    #expect(two.map(\.message) == ["'far', 'price' reach beyond 100 and are not scaled"])
  }

  @Test func theTargetIsNamed() throws {
    let found = try warnings(#""target": "price", "features": ["near"]"#)
    #expect(
      found.map(\.message) == [
        "the target 'price' reaches from 1000 to 100000 and is not scaled"
      ])
    #expect(found.first?.help?.contains(#"{"price": {"scaling": "standard"}}"#) == true)
    // What is counted is not scaled.
    #expect(
      try warnings(#""target": "price", "features": ["near"]"#, loss: "poisson").isEmpty)
  }

  @Test(arguments: [
    #", "scaling": "standard""#, #", "scaling": "log""#,
    #", "columns": {"far": {"scaling": "robust"}, "price": {"scaling": "standard"}}"#,
    #", "scaling": "none""#,
    #", "columns": {"far": {"scaling": "none"}, "price": {"scaling": "none"}}"#,
  ])
  func whatIsScaledOrMeantIsNot(data: String) throws {
    #expect(try warnings(Self.ofPrice + data).isEmpty)
  }

  @Test func aNormalizationScalesTheInputs() throws {
    let found = try warnings(
      Self.ofPrice, layers: #""batch_normalization", {"type": "dense"}"#)
    #expect(found.map(\.message).allSatisfy { $0.hasPrefix("the target") } && found.count == 1)
  }
}
