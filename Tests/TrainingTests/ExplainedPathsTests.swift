import Configuration
import Foundation
import TestSupport
import Testing
import Training

/// Whatever `hptrain show` lists, `hptrain explain` knows.
@Suite struct ExplainedPathsTests {
  private static let reference = Reference(root: RunConfig.form)

  /// The paths that are listed of a configuration: with what follows from its data, where that is there.
  private static func paths(of file: String) throws -> [String] {
    let record = try? RunRecord.read(file)
    let config = try record?.config ?? LoadedConfig.read(path: file).config
    return config.json.leaves().map(\.path.description)
  }

  @Test func thePathsOfAllExamplesAreExplained() throws {
    let folder = Checkout.path("configs")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter {
      $0.hasSuffix(".json") && !$0.hasSuffix(".schema.json")
    }
    var paths: Set<String> = []
    for name in names { paths.formUnion(try Self.paths(of: "\(folder)/\(name)")) }
    #expect(paths.count > 300)
    let unexplained = paths.filter { (try? Self.reference.text(about: $0)) == nil }
    #expect(unexplained.isEmpty, "\(unexplained.sorted())")
  }

  /// What belongs to a key is explained by it.
  @Test(arguments: [
    ("training.loss.class_weights.setosa", "class_weights"),
    (#"training.loss.class_weights["a.b"]"#, "class_weights"),
    ("model.layers[2].layers[0].kernel_size[1]", "kernel_size"),
    (#"tuning.space["training.batch_size"].values[0]"#, "values"),
    ("data.columns.sex.missing.strategy", "strategy"),
  ])
  func partsBelongToTheirKeys(path: String, key: String) throws {
    let names = try Self.reference.json(about: path).flatMap { $0["keys"]?.items ?? [] }
      .compactMap { $0["name"]?.string }
    #expect(Set(names) == [key])
  }
}
