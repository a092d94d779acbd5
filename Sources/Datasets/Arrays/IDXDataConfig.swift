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
      synonyms: ["images", "data", "x"], help: "The file with the arrays.",
      guidance: .choice(
        "The file of images or other arrays; the first dimension counts the examples.",
        typical: "train-images-idx3-ubyte.gz.",
        example: #""features": "train-images-idx3-ubyte.gz""#)),
    Key(
      "labels", \.labels, .string("a path"), required: true, synonyms: ["targets", "y"],
      help: "The file with one label for each array, or numbers to predict.",
      guidance: .choice(
        """
        Bytes or integers for classes, floating-point numbers for regression; as many as \
        there are arrays.
        """,
        typical: "train-labels-idx1-ubyte.gz.",
        example: #""labels": "train-labels-idx1-ubyte.gz""#)),
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
  package static let guidance = Guidance.choice(
    """
    Images and other arrays of one shape, small and quick to read. A table with names of \
    columns is csv.
    """,
    typical: "MNIST and its kin.",
    example:
      #""data": {"format": "idx", "train": {"features": "train-images.gz", "labels": "train-labels.gz"}}"#
  )
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
    Key(
      "train", \.train, .object(), required: true, help: "The training files.",
      guidance: .choice(
        "The pair of files that is learned from. Each may be in gzip.",
        typical: "The files of MNIST, Fashion-MNIST or EMNIST.",
        example: #""train": {"features": "train-images.gz", "labels": "train-labels.gz"}"#)),
    Key(
      "validation", \.validation, .heldOut(.object()),
      synonyms: ["val", "valid", "validation_split", "eval"],
      help: "Examples to choose the best epoch by: files, or a fraction of train.",
      guidance: .validation(example: #""validation": {"fraction": 0.1, "stratify": true}"#)),
    Key(
      "test", \.test, .heldOut(.object()), synonyms: ["test_split", "holdout"],
      help: "Examples for the final figures: files, or a fraction of train.",
      guidance: .test(
        example: #""test": {"features": "t10k-images.gz", "labels": "t10k-labels.gz"}"#)),
    Key(
      "task", \.task, .choice, help: "What to learn; by default what the loss is made for.",
      guidance: .choice(
        """
        Say it where labels are integers that stand for quantities: regression. Otherwise \
        the loss says it.
        """,
        typical: "Left out.",
        example: #""task": "regression""#)),
    Key(
      "layout", \.layout, .choice,
      help:
        "image keeps height, width and channels (default for 3 and 4 dimensions), sequence is steps × features, flat one row of numbers (default for 2).",
      guidance: .choice(
        """
        image for convolutions; sequence to read rows as steps of a recurrent layer or \
        attention; flat for dense layers at once.
        """,
        typical: "Left out for images; sequence for the rows of MNIST through an LSTM.",
        example: #""layout": "sequence""#)),
    Key(
      "scaling", \.scaling, .choice, synonyms: ["normalization", "normalize", "scale"],
      help:
        "unit divides by the largest number of the integer type (default for integers); standard and min_max use statistics of the training part along the last dimension.",
      guidance: .choice(
        """
        unit for bytes; standard where channels or sensors differ in size; min_max for \
        numbers whose largest is not that of their type, as of 0 to 16; none if they are \
        near 1 already.
        """,
        typical: "unit for images.",
        example: #""scaling": "unit""#)),
    Key(
      "augmentation", \.augmentation, .object(),
      synonyms: ["augment", "data_augmentation", "augmentations", "transforms"],
      help: "Random changes of the images that training sees; for the layout image.",
      guidance: .choice(
        """
        Where images are few and the validation loss rises while the training loss falls. \
        Only changes that leave the label true: no flips for digits and letters.
        """,
        typical: """
          A shift of a tenth of the side, rotation of 10 degrees; horizontal_flip for \
          photographs.
          """,
        example: #""augmentation": {"shift": 2, "rotation": 10}"#)),
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
