import Configuration
import Testing
import Training

/// Which paths the form of a configuration knows.
struct RunConfigPathsTests {
  @Test(arguments: [
    "seed", "training.optimizer", "training.optimizer.type", "training.optimizer.momentum",
    "model.layers[3].units", "model.layers[0].layers[2].kernel_initializer.scale",
    "data.columns.age.type", "data.train.features", "data.validation.fraction",
    "training.metrics[0].average",
  ])
  func knowsPaths(path: String) throws {
    #expect(RunConfig.form.knows(try ConfigPath.parse(path, name: "path")))
  }

  @Test(arguments: [
    ("trainig.epochs", "did you mean 'training.epochs'?"),
    ("training.optimizer.lerning_rate", "did you mean 'training.optimizer.learning_rate'?"),
    ("learning_rate", "'learning_rate' belongs to 'training.optimizer'"),
    ("model.layers[0].unit", "did you mean 'model.layers[0].units'?"),
    ("model.layers.units", "'units' belongs to"),
    (
      "model.layers[0].kernel_initializer.scael",
      "did you mean 'model.layers[0].kernel_initializer.scale'?"
    ),
    ("model.layers.unitz", "did you mean 'units', which belongs to"),
    (
      "data.columns.unit.price.scaling",
      #"a name with a dot in it is written 'data.columns["unit.price"].scaling'"#
    ),
    ("data.columns.a.b.c", #"a name with a dot in it is written 'data.columns["a.b.c"]'"#),
    ("data.columns.age.scalin", "did you mean 'data.columns.age.scaling'?"),
  ])
  func suggestsForOthers(path: String, suggestion: String) throws {
    let path = try ConfigPath.parse(path, name: "path")
    #expect(!RunConfig.form.knows(path))
    let found = RunConfig.form.suggestion(for: path)
    #expect(found?.hasPrefix(suggestion) == true, "\(found ?? "nothing")")
  }
}
