import Configuration
import Datasets
import Numerics
import Network

/// Proposes a network for a pair of IDX files: convolutions for images, dense layers for rows of numbers.
struct ImageProposal {
  static func make(for request: ProposalRequest) throws -> Proposal {
    try ImageProposal(request).make()
  }

  private let request: ProposalRequest
  private let features: IDXHeader
  private let labels: IDXFile
  private let labelPath: String

  private init(_ request: ProposalRequest) throws {
    self.request = request
    try Self.refuseOptionsOfTables(request)
    features = try IDXHeader(path: request.data)
    guard features.dimensions.count > 1 else {
      throw Failure(
        Diagnostic(
          .error, .usage, code: "labels-first",
          "'\(request.data)' holds one number for each example, as files of labels do",
          help: "name the file of the images first, then that of the labels"))
    }
    labelPath = try request.labels ?? Self.findLabels(of: request.data)
    labels = try IDXFile(path: labelPath)
    let (count, labelCount) = (features.dimensions[0], labels.header.dimensions[0])
    guard count == labelCount else {
      throw Failure(
        Diagnostic(
          .error, .data, code: "count-mismatch",
          "'\(request.data)' holds \(Spelling.count(count, "example")), but '\(labelPath)' "
            + Spelling.count(labelCount, "label"),
          help: "name the file of the labels as the second argument"))
    }
    guard count > 1 else {
      throw Failure(
        Diagnostic(
          .error, .data, code: "too-few-rows",
          "'\(request.data)' holds 1 example, and nothing can be learned from so few"))
    }
  }

  /// The labels that lie beside a file under the usual names: `x-images-idx3-ubyte` has
  /// `x-labels-idx1-ubyte`, with or without `.gz`.
  private static func findLabels(of path: String) throws -> String {
    let slash = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    let (folder, name) = (path[..<slash], String(path[slash...]))
    var candidates: [String] = []
    for (images, labels) in [
      ("images", "labels"), ("features", "labels"), ("data", "labels"), ("X", "y"), ("x", "y"),
    ]
    where name.contains(images) {
      let other = name.replacing(images, with: labels)
      for rank in 2...8 where other.contains("idx\(rank)") {
        candidates.append(other.replacing("idx\(rank)", with: "idx1"))
      }
      candidates.append(other)
    }
    let both = candidates.flatMap {
      [$0, $0.hasSuffix(".gz") ? String($0.dropLast(3)) : $0 + ".gz"]
    }
    if let found = both.first(where: { $0 != name && (try? IDXHeader(path: folder + $0)) != nil }) {
      return folder + found
    }
    throw Failure(
      Diagnostic(
        .error, .usage, code: "no-labels",
        "'\(path)' holds the examples, and no file with their labels was found beside it",
        help: "name it as the second argument: hptrain init \(name) LABELS"))
  }

  private func make() throws -> Proposal {
    let answers = try ArrayLabels(labels, path: labelPath, task: request.task)
    let isClassification = answers.kind == .classes
    let imbalance = isClassification ? ClassImbalance(answers.counts, of: "example") : nil
    let count = features.dimensions[0]
    let shape = Array(features.dimensions.dropFirst())
    let isImage = shape.count == 2 || shape.count == 3
    var fractions = HeldOutRule.fractions(of: count)
    if let smallest = imbalance?.smallest, smallest.count < 3 { fractions?.test = nil }

    var files = IDXFiles()
    files.features = request.path(request.data)
    files.labels = request.path(labelPath)
    var data = IDXDataConfig()
    data.train = files
    if !isImage, shape.count > 1 { data.layout = .flat }
    // Bytes are divided by 255 by default; what else there is has any size.
    if features.elementType != .unsignedByte {
      data.scaling = .standard
    } else if try IDXFile(path: request.data).largestOfDark(0..<count) != nil {
      data.scaling = .minMax
    }
    let areIntegers = labels.header.dimensions.count == 1 && labels.header.elementType.isInteger
    if areIntegers, answers.kind == .numbers { data.task = .regression }
    data.validation = fractions.map { .fraction($0.validation, isStratified: isClassification) }
    data.test = fractions?.test.map { .fraction($0, isStratified: isClassification) }

    let rules = TableRules(
      rows: HeldOutRule.trainingRows(of: count, fractions),
      isClassification: answers.kind != .numbers)
    let network = ImageNetwork(shape: shape, examples: rules.rows)
    var config = RunConfig()
    config.data = data
    var model = NetworkConfig()
    model.layers = isImage ? network.layers : rules.layers(quantities: shape.reduce(1, *))
    config.model = model
    var training = TrainingConfig()
    training.batchSize = isImage ? network.batchSize : rules.batchSize
    training.epochs = isImage ? network.epochs : rules.epochs
    var optimizer = AdamW()
    optimizer.learningRate = isImage ? 0.003 : rules.learningRate
    if !isImage { optimizer.weightDecay = rules.weightDecay }
    training.optimizer = optimizer
    training.schedule = CosineSchedule()
    switch answers.kind {
    case .classes:
      training.loss = answers.counts.count == 2 ? BinaryCrossEntropy() : CrossEntropy()
      training.metrics = imbalance?.isNotable == true ? [Accuracy(), F1()] : [Accuracy()]
    case .labels:
      training.loss = BinaryCrossEntropy()
      training.metrics = [Accuracy(), ExactMatch(), Jaccard()]
    case .numbers:
      training.loss = MeanSquaredError()
      training.metrics = [RMSEMetric(), MAEMetric(), R2Metric()]
    }
    config.training = training
    if fractions != nil { config.training.stopEarly() }
    return Proposal(
      config: config,
      summary: "IDX, \(Spelling.grouped(count)) \(isImage ? "images" : "examples") of "
        + shape.map(String.init).joined(separator: "×")
        + ", with the labels in \(labelPath)",
      facts: [
        .init(Subject.target, answers.text),
        .init(
          Subject.heldOut,
          HeldOutRule.text(
            fractions, isClassification ? "every class in its share" : "chosen at random")),
      ], notes: (imbalance?.notes ?? []) + notes(on: answers))
  }

  private func notes(on answers: ArrayLabels) -> [Diagnostic] {
    guard answers.kind == .labels else { return [] }
    let count = Spelling.count(answers.counts.count, "column")
    return [
      Diagnostic(
        .note, .data, code: "labels",
        answers.isOneHot
          ? "the labels are \(count) of 0 and 1, in each example one of them 1, and are learned each by itself"
          : "the labels are \(count) of 0 and 1, which are learned as labels that may hold at once",
        help: answers.isOneHot
          ? "for classes, write the number of the column for each example: in numpy labels.argmax(axis=1)"
          : "--task regression takes them for numbers")
    ]
  }

  /// - Throws: `Failure` if something was asked for that only tables have.
  private static func refuseOptionsOfTables(_ request: ProposalRequest) throws(Failure) {
    guard let option = request.optionsOfTables.first else { return }
    throw Failure(
      Diagnostic(
        .error, .usage, code: "contradiction",
        "\(option) is for tables, and '\(request.data)' is read as IDX",
        help: "labels of arrays are in a file of their own, the second argument"))
  }
}
