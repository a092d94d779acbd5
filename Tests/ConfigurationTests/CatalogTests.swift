import Configuration
import TestSupport
import Testing

struct CatalogTests {
  @Test func aliasesReadAsTheirType() throws {
    #expect(try stepCatalog.codec.value("\"roast\"") is BakeConfig)
    #expect(try stepCatalog.codec.value("{\"type\": \"roast\", \"minutes\": 2}") is BakeConfig)
  }

  @Test func defaultsAreWrittenOut() {
    #expect(
      stepCatalog.codec.write(StirConfig()).compactText == "{\"type\":\"stir\",\"times\":10}")
    #expect(stepCatalog.codec.write(BakeConfig()).compactText == "\"bake\"")
  }

  @Test func defaultTypeIsTakenWithoutTag() throws {
    let catalog = Catalog<any StepConfig>(
      kind: "step", defaultType: "stir", stepCatalog.entries, describe: { $0 })
    let step = try catalog.codec.value("{\"times\": 2}")
    #expect((step as? StirConfig)?.times == 2)
  }
}
