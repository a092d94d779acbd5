import Foundation
import TestSupport
import Testing

/// What is generated from the declarations is what they say now.
@Suite struct DocumentationTests {
  private func file(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: Checkout.url.appendingPathComponent(name)), as: UTF8.self)
  }

  @Test func theReferencePageIsCurrent() throws {
    let result = try Program.run("explain", "--markdown", in: Checkout.url.path)
    #expect(result.output == (try file("Documentation/Config.md")), "run 'make reference'")
  }

  @Test func theSchemaIsCurrent() throws {
    let result = try Program.run("schema", in: Checkout.url.path)
    #expect(result.output == (try file("configs/hptrain.schema.json")), "run 'make reference'")
  }

  @Test func everyExampleIsValidAndExplained() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Checkout.path("configs"))
      .filter { $0.hasSuffix(".json") && $0 != "hptrain.schema.json" }
    #expect(names.count >= 5)
    let page = try file("Documentation/Examples.md")
    for name in names {
      let result = try Program.run("check", "configs/\(name)", in: Checkout.url.path)
      #expect(result.exitCode == 0, "\(result.errors)")
      #expect(page.contains(name), "\(name) is not explained")
    }
  }
}
