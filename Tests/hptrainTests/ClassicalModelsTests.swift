import Configuration
import TestSupport
import Testing
import Training

/// The classical models among the examples against those of scikit-learn.
@Suite(.timeLimit(minutes: 10)) struct ClassicalModelsTests {
  /// Of how much a coefficient may differ, relative to itself or, where several inputs say almost
  /// the same or penalties set some to 0, to the largest one.
  private static let tolerances: [String: (relative: Double?, toLargest: Double)] = [
    "linear-regression": (1e-4, 1e-5), "ridge-regression": (1e-4, 1e-5),
    "lasso-regression": (nil, 2e-3), "logistic-regression": (1e-3, 1e-4),
    "softmax-regression": (1e-3, 1e-4), "linear-svm": (nil, 1e-2),
    "multiclass-svm": (nil, 1e-2),
  ]

  static let names = tolerances.keys.sorted()

  /// Coefficients are compared per standard deviation of their inputs and target, in which they can
  /// be compared with each other, and intercepts in the units of the data.
  @Test(arguments: names)
  func equalsScikitLearn(name: String) throws {
    let models = try Golden.read("classical-models").require("models").items ?? []
    let expected = try #require(models.first { $0["name"]?.string == name })
    let tolerance = try #require(Self.tolerances[name])
    let workspace = try Workspace()
    let trained = try Program.run(
      "train", Checkout.path("configs/\(name).json"), "--output", "run", "--format", "json",
      in: workspace.path)
    try #require(trained.exitCode == 0, "\(trained.errors)")
    let end = try #require(trained.events.last)
    #expect((end["seconds"]?.double ?? .infinity) < 5)
    for metric in ["accuracy", "r2"] {
      guard let value = expected[metric]?.double else { continue }
      #expect(abs(try #require(end["train"]?[metric]?.double) - value) < 1e-3)
    }

    let info = try Program.run("info", "run", "--format", "json", in: workspace.path)
    try #require(info.exitCode == 0, "\(info.errors)")
    let outputs = try #require(info.events.first?["linear"]?["outputs"]?.items)
    let expectedOutputs = try expected.require("outputs").items ?? []
    #expect(outputs.map { $0["output"]?.string } == expectedOutputs.map(\.string))
    let features = try expected.require("features").items ?? []
    let units = try expected.require("units").numbers()
    for (index, output) in outputs.enumerated() {
      let members = try output.require("coefficients").members ?? []
      #expect(members.map(\.key) == features.compactMap(\.string))
      let reference =
        try expected.require("standardized_coefficients").items?[index].numbers() ?? []
      let largest = reference.map(abs).max() ?? 0
      for (feature, member) in members.enumerated() {
        let value = try #require(member.value.double) / units[feature]
        let error = abs(value - reference[feature])
        #expect(error <= tolerance.toLargest * largest, "\(member.key)")
        if let relative = tolerance.relative {
          #expect(error <= relative * abs(reference[feature]), "\(member.key)")
        }
      }
      let intercept = try #require(output["intercept"]?.double)
      let expectedIntercept = try expected.require("intercepts").numbers()[index]
      #expect(
        abs(intercept - expectedIntercept) < 10 * tolerance.toLargest * abs(expectedIntercept))
    }
  }

  @Test func infoShowsACoefficientALine() throws {
    let workspace = try Sample.workspace(
      csv: "size,city,price\n1,rome,5\n2,oslo,7\n3,rome,9\n4,oslo,11\n5,oslo,13\n",
      training: #"""
        "loss": "mse", "shuffle": false,
        "optimizer": {"type": "sgd", "learning_rate": 0.2, "momentum": 0.5}
        """#)
    let trained = try Program.run(
      "train", "config.json", "--output", "run", "--set", "data.target=price", "--set",
      "training.epochs=400", "--set", "data.scaling=standard", "--set", "data.ignore=city",
      in: workspace.path)
    try #require(trained.exitCode == 0, "\(trained.errors)")
    let info = try Program.run("info", "run/model.safetensors", in: workspace.path)
    let lines = info.lines.suffix(3).map { $0.split(separator: " ").map(String.init) }
    #expect(lines[0] == ["input", "price"])
    // price = 3 + 2 · size
    #expect(lines[1][0] == "(intercept)" && abs((Double(lines[1][1]) ?? 0) - 3) < 1e-4)
    #expect(lines[2][0] == "size" && abs((Double(lines[2][1]) ?? 0) - 2) < 1e-4)
  }

  @Test func infoShowsTheLayersOfOtherModels() throws {
    let workspace = try Sample.workspace(
      layers: #"{"type": "dense", "units": 4, "activation": "relu"}, {"type": "dense"}"#)
    let trained = try Program.run("train", "config.json", "--output", "run", in: workspace.path)
    try #require(trained.exitCode == 0)
    let text = try Program.run("info", "run", in: workspace.path)
    #expect(text.output.contains("layers.0  dense  4               12"))
    let json = try Program.run("info", "run", "--format", "json", in: workspace.path)
    #expect(json.events.first?["parameters"]?.integer == 22)
    #expect(json.events.first?["linear"] == nil)
    #expect(try Program.run("info", "data.csv", in: workspace.path).exitCode == 65)
    #expect(try Program.run("info", "missing", in: workspace.path).exitCode == 66)
  }

  /// A category is an input of its own, without a scale.
  @Test func categoriesHaveTheirCoefficients() throws {
    let workspace = try Sample.workspace(
      csv: "size,city,price\n1,rome,5\n2,oslo,17\n3,rome,9\n4,oslo,21\n5,oslo,23\n",
      training: #"""
        "loss": "mse", "shuffle": false,
        "optimizer": {"type": "sgd", "learning_rate": 0.2, "momentum": 0.8}
        """#)
    let trained = try Program.run(
      "train", "config.json", "--output", "run", "--set", "data.target=price", "--set",
      "training.epochs=600", "--set", "data.scaling=standard", in: workspace.path)
    try #require(trained.exitCode == 0, "\(trained.errors)")
    let info = try Program.run("info", "run", "--format", "json", in: workspace.path)
    let output = try #require(info.events.first?["linear"]?["outputs"]?.items?.first)
    let coefficients = try output.require("coefficients")
    let size = try #require(coefficients["size"]?.double)
    let oslo = try #require(coefficients["city=oslo"]?.double)
    let rome = try #require(coefficients["city=rome"]?.double)
    let intercept = try #require(output["intercept"]?.double)
    // price = 2 · size + 3 in Rome, + 13 in Oslo; the intercept and both cities share a constant.
    #expect(abs(size - 2) < 1e-3)
    #expect(abs(oslo - rome - 10) < 1e-3)
    #expect(abs(intercept + rome - 3) < 1e-3)
  }
}
