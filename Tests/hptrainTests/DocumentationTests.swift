import Configuration
import Datasets
import Foundation
import Network
import TestSupport
import Testing
import Training

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

  /// The table at the top of the reference page has a line for every entry of every catalog, with
  /// all its keys and their defaults.
  @Test func theTableHasEveryEntryAndKey() throws {
    let lines = try file("Documentation/Config.md").split(separator: "\n")
    func expect<Item>(_ catalog: Catalog<Item>) {
      for entry in catalog.entries {
        let line = lines.first { $0.hasPrefix("| \(catalog.kind) | `\(entry.type)` |") } ?? ""
        #expect(!line.isEmpty, "\(catalog.kind) \(entry.type)")
        for key in entry.keys() {
          #expect(line.contains("`\(key.name)`"), "\(entry.type) \(key.name)")
          if let text = key.defaultText { #expect(line.contains(text)) }
        }
      }
    }
    expect(DataFormats.catalog)
    expect(Layers.catalog)
    expect(Activations.catalog)
    expect(Initializers.catalog)
    expect(Losses.catalog)
    expect(Metrics.catalog)
    expect(Optimizers.catalog)
    expect(Schedules.catalog)
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
