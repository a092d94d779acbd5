import Configuration
import Numerics

/// A pair of IDX files: arrays such as images, and their labels.
package struct IDXFiles: ConfigObject {
  package var features: String?
  package var labels: String?

  package init() {}

  package static let keys: [Key<Self>] = [
    Key(
      "features", \.features, .string("a path"), required: true,
      synonyms: ["images", "data", "x"], help: "The file with the arrays."),
    Key(
      "labels", \.labels, .string("a path"), required: true, synonyms: ["targets", "y"],
      help: "The file with one label for each array, or numbers to predict."),
  ]
}

/// Arrays in the IDX format of MNIST, plain or in gzip.
package struct IDXDataConfig: DataConfig {
  package enum Layout: String, CaseIterable, Sendable {
    /// N×H×W or N×H×W×C
    case image
    /// N×steps×features
    case sequence
    /// one row of numbers
    case flat
  }

  package enum ArrayScaling: String, CaseIterable, Sendable {
    case none
    /// Divides by the largest number of the element type: bytes by 255.
    case unit
    case standard
    case minMax = "min_max"
  }

  package static let type = "idx"
  package static let summary = "Arrays in the IDX format of MNIST, plain or in gzip."
  package static let synonyms = ["mnist", "ubyte", "images"]

  package var train: IDXFiles?
  package var validation: HeldOut<IDXFiles>?
  package var test: HeldOut<IDXFiles>?
  package var task: LearningTask?
  package var layout: Layout?
  package var scaling: ArrayScaling?
  package var augmentation: AugmentationConfig?

  package init() {}

  package static let keys: [Key<Self>] = [
    Key("train", \.train, .object(), required: true, help: "The training files."),
    Key(
      "validation", \.validation, .heldOut(.object()),
      synonyms: ["val", "valid", "validation_split", "eval"],
      help: "Examples to choose the best epoch by: files, or a fraction of train."),
    Key(
      "test", \.test, .heldOut(.object()), synonyms: ["test_split", "holdout"],
      help: "Examples for the final figures: files, or a fraction of train."),
    Key("task", \.task, .choice, help: "What to learn; by default what the loss is made for."),
    Key(
      "layout", \.layout, .choice,
      help:
        "image keeps height, width and channels (default for 3 and 4 dimensions), sequence is steps × features, flat one row of numbers (default for 2)."
    ),
    Key(
      "scaling", \.scaling, .choice, synonyms: ["normalization", "normalize", "scale"],
      help:
        "unit divides by the largest number of the integer type (default for integers); standard and min_max use statistics of the training part along the last dimension."
    ),
    Key(
      "augmentation", \.augmentation, .object(),
      synonyms: ["augment", "data_augmentation", "augmentations", "transforms"],
      help: "Random changes of the images that training sees; for the layout image."),
  ]

  package var isComplete: Bool { train?.features != nil && train?.labels != nil }

  package mutating func mapPaths(_ transform: (String) -> String) {
    func map(_ files: IDXFiles) -> IDXFiles {
      var files = files
      files.features = files.features.map(transform)
      files.labels = files.labels.map(transform)
      return files
    }
    train = train.map(map)
    if let files = validation?.source { validation = .source(map(files)) }
    if let files = test?.source { test = .source(map(files)) }
  }

  package func prepare(_ context: DataContext) throws -> PreparedData {
    try ArrayPreparation(config: self, context: context).prepare()
  }

  package func prepareFolds(_ count: Int, _ context: DataContext) throws -> FoldedData {
    try ArrayPreparation(config: self, context: context).prepareFolds(count)
  }
}
