import Configuration
import Numerics

/// Everything that turns raw data into inputs and outputs into answers; stored in the model, so that
/// predicting needs nothing else.
package protocol DataEncoding: ConfigVariant {
  var inputShape: Shape { get }
  var target: TargetEncoding { get }
  /// How many answers each example has, one behind the other, as one for each step of a sequence; `nil`
  /// for a single one.
  var positions: Int? { get }
  /// The number of different tokens where the inputs are numbers of tokens; else `nil`.
  var vocabularySize: Int? { get }
  /// What the numbers of an example are, or of each row of a window; `nil` where all are quantities, or tokens.
  var inputLayout: InputLayout? { get }

  /// The same with another threshold of a target that is yes or no.
  func deciding(above threshold: Double?) -> Self
}

extension DataEncoding {
  package var positions: Int? { nil }
  package var vocabularySize: Int? { nil }
  package var inputLayout: InputLayout? { nil }

  package func deciding(above threshold: Double?) -> Self { self }

  /// The shape of the outputs for so many of an answer.
  package func outputShape(units: Int) -> Shape {
    positions.map { Shape($0, units) } ?? Shape(units)
  }
}

package enum DataEncodings {
  package static let catalog = Catalog<any DataEncoding>(
    kind: "encoding", tag: "format",
    [
      .init(TableEncoding.self) { $0 }, .init(ArrayEncoding.self) { $0 },
      .init(TextEncoding.self) { $0 },
    ], describe: { $0 })
}

/// How targets are learned, and how outputs are answered.
package struct TargetEncoding: ConfigObject {
  /// One column of a target of numbers.
  package struct Column: ConfigObject {
    package var name = ""
    package var scale = Scale.identity

    package init() {}

    package init(name: String, scale: Scale) {
      self.name = name
      self.scale = scale
    }

    package static let keys: [Key<Self>] = [
      Key("name", \.name, .anyString, help: "The column."),
      .number("offset", \.scale.offset, help: "Added to the scaled output."),
      .number("divisor", \.scale.divisor, help: "Multiplies the output."),
    ]
  }

  package var task = LearningTask.regression
  /// The labels in the order of the outputs; empty unless the target is a class.
  package var classes: [String] = []
  /// The columns of a target of numbers; for a class its one column.
  package var columns: [Column] = []
  /// Of an answer that is yes or no, the probability of yes above which it is yes; `nil` for the likelier
  /// one.
  package var threshold: Double?
  /// The column with the weights of the examples; `nil` where all weigh the same.
  package var weight: String?
  /// Whether the classes follow each other, by an order that was given.
  package var isOrdered = false
  /// The column of a file that holds the labels of `columns`; `nil` where each of these is a column itself.
  package var list: LabelList?

  package init() {}

  package init(
    task: LearningTask, classes: [String], columns: [Column], weight: String? = nil
  ) {
    self.task = task
    self.classes = classes
    self.columns = columns
    self.weight = weight
  }

  package static let keys: [Key<Self>] = [
    Key("task", \.task, .choice, help: "What is learned."),
    Key("classes", \.classes, .list(.anyString), help: "The labels in the order of the outputs."),
    Key("columns", \.columns, .list(.object()), help: "The target columns."),
    .number(
      "threshold", \.threshold, in: .between(0, 1),
      help: "The probability of the second class above which it is the answer."),
    Key("weight", \.weight, .anyString, help: "The column with the weights of the examples."),
    .boolean("ordered", \.isOrdered, help: "Whether the classes follow each other."),
    Key("list", \.list, .object(), help: "The column that holds the labels of the columns."),
  ]

  /// The columns of a file that targets are read from.
  package var sources: [String] { list.map { [$0.column] } ?? columns.map(\.name) }

  /// What a prediction has a probability of besides its answer: the classes, or the labels.
  package var answerNames: [String] { list == nil ? classes : columns.map(\.name) }

  /// How often each class occurs among indices of classes.
  func counts(of indices: some Sequence<Int>) -> [Double] {
    indices.reduce(into: Array(repeating: 0, count: classes.count)) { $0[$1] += 1 }
  }

  /// Whether classes are called by their `ClassName`; those of models may come from elsewhere.
  var hasClassNames: Bool { classes.allSatisfy { ClassName.withoutDecimals($0) == $0 } }

  /// Whether the last number of a target is the weight of its example.
  package var isWeighted: Bool { weight != nil }

  /// The numbers of a target, with its weight where it has one.
  package var width: Int { kind.width + (isWeighted ? 1 : 0) }

  package var kind: TargetKind {
    classes.isEmpty ? .values(count: columns.count) : .classIndex(count: classes.count)
  }
}

/// A table of columns.
package struct TableEncoding: DataEncoding {
  package static let type = "csv"
  package static let summary = "A table of columns."

  package var header: CSVHeaderOption = .present
  package var delimiter = ","
  package var quote = "\""
  package var missingTokens: [String] = []
  package var numberMissingTokens: [String] = []
  /// How the numbers of columns are written, for those that are not written plainly.
  package var notations: [String: NumberNotation] = [:]
  package var features: [any FeatureEncoding] = []
  package var target = TargetEncoding()
  /// Of series; `nil` if every row is an example.
  package var window: WindowEncoding?

  package init() {}

  package static let keys: [Key<Self>] = [
    Key("header", \.header, .header, help: "Whether the first line names the columns."),
    Key("delimiter", \.delimiter, .string(), help: "Between fields."),
    Key("quote", \.quote, .string(), help: "Around fields."),
    Key("missing_tokens", \.missingTokens, .list(.anyString), help: "Stand for a missing value."),
    Key(
      "number_missing_tokens", \.numberMissingTokens, .list(.anyString),
      help: "Stand for a missing number."),
    Key(
      "notations", \.notations, .map(of: "column", .object()),
      help: "How the numbers of columns are written."),
    Key(
      "features", \.features, .list(FeatureEncodings.catalog.codec, atLeast: 1),
      help: "The columns in the order of the inputs."),
    Key("target", \.target, .object(), help: "What is predicted."),
    Key("window", \.window, .object(), help: "The rows of an example, where those are several."),
  ]

  /// Numbers of one row, as examples hold them: a category is one of them.
  package var width: Int { features.reduce(0) { $0 + $1.width } }

  package var inputLayout: InputLayout? {
    let layout = InputLayout(features.flatMap(\.segments))
    return layout.isPlain ? nil : layout
  }

  /// Inputs of the network for one row.
  package var inputs: Int { inputLayout?.width ?? width }

  package var inputShape: Shape { window.map { Shape($0.length, width) } ?? Shape(width) }

  package func deciding(above threshold: Double?) -> Self {
    var encoding = self
    encoding.target.threshold = threshold
    return encoding
  }

  /// The target columns of one row.
  package var targetNames: [String] { window?.targets ?? target.sources }
}

/// Arrays of one shape, such as images.
package struct ArrayEncoding: DataEncoding {
  package static let type = "idx"
  package static let summary = "Arrays of one shape, such as images."

  /// The shape of one example as stored in the file.
  package var storedShape: [Int] = []
  /// The shape of one example as the network sees it.
  package var shape: [Int] = []
  /// What the numbers of the training files are; `nil` where a model does not say so.
  package var elementType: IDXElementType?
  /// Whether the divisors are the largest number of that type, and no statistics.
  package var isScaledByType = false
  /// For each index of the last dimension.
  package var offsets: [Double] = []
  package var divisors: [Double] = []
  package var target = TargetEncoding()

  package init() {}

  package static let keys: [Key<Self>] = [
    Key("stored_shape", \.storedShape, .list(.extent), help: "One example in the file."),
    Key("shape", \.shape, .list(.extent, atLeast: 1), help: "One example in the network."),
    Key("element_type", \.elementType, .elementType, help: "The numbers of the training files."),
    .boolean(
      "scaled_by_type", \.isScaledByType,
      help: "Whether the divisors are the largest number of the element type."),
    Key("offsets", \.offsets, .list(.number()), help: "Subtracted, along the last dimension."),
    Key("divisors", \.divisors, .list(.number()), help: "Divide, along the last dimension."),
    Key("target", \.target, .object(), help: "What is predicted."),
  ]

  package var inputShape: Shape { Shape(shape) }

  package func deciding(above threshold: Double?) -> Self {
    var encoding = self
    encoding.target.threshold = threshold
    return encoding
  }

  /// The offset of each feature, as single precision needs it.
  var featureOffsets: [Float] { repeatLastDimension(offsets.map { Float($0) }) }
  /// One over the divisor of each feature.
  var featureFactors: [Float] { repeatLastDimension(divisors.map { Float(1 / $0) }) }

  /// What a 0 of the file becomes, for each index of the last dimension.
  var background: [Float] {
    zip(offsets, divisors).map { (0 - Float($0)) * Float(1 / $1) }
  }

  private func repeatLastDimension(_ values: [Float]) -> [Float] {
    (0..<inputShape.count).map { values[$0 % values.count] }
  }
}

extension Codec where Value == Int {
  /// The extent of one dimension. The bound keeps products of a hostile file's extents in range.
  static var extent: Codec { .integer(in: .between(1, 16_777_216)) }
}
