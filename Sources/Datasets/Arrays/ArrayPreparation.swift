import Configuration
import Numerics

/// From IDX files to examples: reads and compares them, divides the rows, and fits the scaler on the
/// training part.
struct ArrayPreparation {
  let config: IDXDataConfig
  let context: DataContext

  func prepare() throws -> PreparedData {
    let clock = ContinuousClock()
    let start = clock.now
    let train = try readTraining()
    let split = try context.divide(
      train.rows, validation: config.validation?.share, test: config.test?.share,
      strata: train.strata?.codes)
    var parts = split.rows.mapValues { ArrayPart(arrays: train.arrays, rows: $0) }
    let files = [(Part.validation, config.validation), (.test, config.test)]
    for case (let part, .source(let files)) in files {
      parts[part] = try readPart(part, files, like: train)
    }
    let shares = files.compactMap { part, held in
      held?.share.map { (part: part, isStratified: $0.isStratified) }
    }
    let rare = context.warnings(onRareClassesOf: train.strata, in: train.rows, shares)
    return try fit(train, parts, clock.now - start, rare)
  }

  /// Reads the training files and settles what does not depend on how they are divided.
  func readTraining() throws -> TrainingArrays {
    let train = try load(config.train ?? IDXFiles(), at: [.key("train")])
    return TrainingArrays(
      arrays: train, shape: try networkShape(train),
      task: config.task ?? context.lossTask ?? defaultTask(train))
  }

  /// Reads files that are a part as a whole.
  func readPart(_ part: Part, _ files: IDXFiles, like train: TrainingArrays) throws -> ArrayPart {
    let other = try load(files, at: [.key(part.rawValue)])
    guard other.storedShape == train.arrays.storedShape else {
      throw Failure(
        context.dataFinding(
          "shape",
          "the examples of \(part.rawValue) have the shape \(Shape(other.storedShape)), those of train \(Shape(train.arrays.storedShape))",
          at: [.key(part.rawValue), .key("features")]))
    }
    let (type, learned) = (
      other.features.header.elementType, train.arrays.features.header.elementType
    )
    let isUnit = scaling(of: train.arrays) == .unit
    guard type.means(sameAs: learned, isUnit: isUnit) else {
      var finding = context.dataFinding(
        "element-type",
        "the features of \(part.rawValue) are \(type.numbers), those of train "
          + learned.scaledNumbers(isUnit: isUnit), at: [.key(part.rawValue), .key("features")])
      finding.help = "write both files as numbers of one type and scale"
      throw Failure(finding)
    }
    return ArrayPart(arrays: other, rows: (0..<other.count).map { Int32($0) })
  }

  /// Fits the scaler and the classes on the training part and checks all parts.
  ///
  /// - Parameters:
  ///   - elapsed: the time it took to read the parts.
  ///   - warnings: on how they were divided.
  func fit(
    _ training: TrainingArrays, _ parts: [Part: ArrayPart], _ elapsed: Duration,
    _ warnings: [Diagnostic] = []
  ) throws -> PreparedData {
    let clock = ContinuousClock()
    let start = clock.now
    let (train, shape, task) = (training.arrays, training.shape, training.task)
    let trainRows = parts[.train]?.rows ?? []
    let target = try fitTarget(train, trainRows, task: task)
    for (part, contents) in parts where !target.classes.isEmpty {
      try checkLabels(
        contents.arrays, contents.rows, target.classes, of: part.rawValue,
        at: [.key(part.rawValue)])
    }
    var encoding = ArrayEncoding()
    encoding.storedShape = train.storedShape
    encoding.shape = shape
    encoding.target = target
    encoding.elementType = train.features.header.elementType
    encoding.isScaledByType = scaling(of: train) == .unit
    let scale = try fitScale(train, trainRows, shape)
    (encoding.offsets, encoding.divisors) = (scale.offsets, scale.divisors)
    let augmentation = try AugmentationCheck(context, layout: layout(of: train), shape: shape)
      .check(config.augmentation)

    let finished = encoding
    let counts = parts.mapValues(\.rows.count)
    var data = PreparedData(
      inputShape: encoding.inputShape, target: target.kind, task: task, encoding: encoding,
      config: resolvedConfig(train, task), counts: counts,
      classCounts: Self.classCounts(train.labels, trainRows, encoding),
      warnings: channelWarnings(train) + constantWarnings(scale.constants, of: shape)
        + darkWarnings(train, trainRows) + warnings
        + augmentation.warnings,
      bytesRead: train.features.header.fileSize,
      seconds: (elapsed + (clock.now - start)) / .seconds(1),
      augmentation: augmentation.config.map {
        ImageAugmentation($0, shape: shape, background: encoding.background)
      },
      laterBytes: Self.laterBytes(parts, encoding) + PreparedData.orderBytes(counts),
      makeSets: { try Self.encode(parts, finished) })
    data.targetRange = {
      let width = finished.target.kind.width
      let all = Self.targets(train.labels, finished)
      let own = trainRows.flatMap { all[Int($0) * width..<(Int($0) + 1) * width] }
      return own.range(everyFirst: width, of: width)
    }
    return data
  }

  // MARK: - Reading

  /// - Parameter open: reads a file; by default a path of the configuration.
  func load(
    _ files: IDXFiles, at steps: [ConfigPath.Step], open: ((String) throws -> IDXFile)? = nil
  ) throws -> LabeledArrays {
    let open = open ?? { try IDXFile(path: context.resolve($0)) }
    let featurePath = files.features ?? ""
    let labelPath = files.labels ?? ""
    let features = try context.reading(steps + [.key("features")]) {
      try open(featurePath)
    }
    let labels = try context.reading(steps + [.key("labels")]) {
      try open(labelPath)
    }
    if !features.header.elementType.isInteger {
      // What is no number is found before the run.
      _ = try context.reading(steps + [.key("features")]) { try features.floats() }
    }
    let (count, labelCount) = (features.header.dimensions[0], labels.header.dimensions[0])
    guard count == labelCount else {
      throw Failure(
        Diagnostic(
          .error, .data, code: "count-mismatch",
          "'\(featurePath)' holds \(Spelling.count(count, "example")), but '\(labelPath)' "
            + Spelling.count(labelCount, "label"),
          at: context.document.location(
            of: ConfigPath(steps: [.key("data")] + steps + [.key("labels")]))?.place))
    }
    let width = labels.header.dimensions.dropFirst().reduce(1, *)
    if width == 1, let integers = labels.integers() {
      return LabeledArrays(features: features, labels: .integers(integers))
    }
    return LabeledArrays(features: features, labels: .numbers(try labels.floats(), width: width))
  }

  private func layout(of loaded: LabeledArrays) -> IDXDataConfig.Layout {
    config.layout ?? (loaded.storedShape.count >= 2 ? .image : .flat)
  }

  /// What to say of images that look as PyTorch has them, with the channels before rows and columns.
  private func channelWarnings(_ loaded: LabeledArrays) -> [Diagnostic] {
    let shape = loaded.storedShape
    let channels = [1, 3, 4]
    guard layout(of: loaded) == .image, shape.count == 3, channels.contains(shape[0]),
      !channels.contains(shape[2])
    else { return [] }
    return [
      context.finding(
        "channels-first",
        "images of the shape \(Shape(shape)) are taken for \(shape[0]) × \(shape[1]) pixels with "
          + "\(Spelling.count(shape[2], "channel")), and look as if their channels came first",
        at: [.key("train"), .key("features")],
        help: "the order is height × width × channels: in numpy images.transpose(0, 2, 3, 1)",
        severity: .warning)
    ]
  }

  private func networkShape(_ loaded: LabeledArrays) throws -> [Int] {
    let stored = loaded.storedShape
    let layout = layout(of: loaded)
    switch layout {
    case .flat: return [stored.reduce(1, *)]
    case .image where stored.count == 2: return stored + [1]
    case .image where stored.count == 3: return stored
    case .sequence where stored.count == 2: return stored
    case .image, .sequence:
      throw Failure(
        context.finding(
          "layout",
          "the layout \(layout.rawValue) does not fit examples of the shape \(Shape(stored))",
          at: [.key("layout")],
          help: "image needs 2 or 3 dimensions, sequence 2; flat takes any"))
    }
  }

  // MARK: - Target

  private func defaultTask(_ loaded: LabeledArrays) -> LearningTask {
    if case .integers = loaded.labels { .classification } else { .regression }
  }

  private func fitTarget(
    _ loaded: LabeledArrays, _ rows: [Int32], task: LearningTask
  ) throws -> TargetEncoding {
    switch (task, loaded.labels) {
    case (.classification, .integers(let labels)):
      let classes = Set(rows.map { labels[Int($0)] }).sorted()
      guard classes.count > 1 else {
        throw Failure(
          Diagnostic(
            .error, .data, code: "one-class",
            "the labels have one class only, \(classes.first ?? 0)",
            at: context.place(.key("train"), .key("labels")),
            help: "a classifier needs at least two classes in the training part"))
      }
      return TargetEncoding(
        task: task, classes: classes.map { String($0) },
        columns: [.init(name: "label", scale: .identity)])
    case (_, .integers):
      return TargetEncoding(
        task: task, classes: [], columns: [.init(name: "label", scale: .identity)])
    case (_, .numbers(_, let width)):
      return TargetEncoding(
        task: task, classes: [],
        columns: (0..<width).map { .init(name: "label\($0)", scale: .identity) })
    }
  }

  /// - Parameters:
  ///   - name: what to call the labels.
  ///   - steps: where the configuration names them.
  func checkLabels(
    _ loaded: LabeledArrays, _ rows: [Int32], _ classes: [String], of name: String,
    at steps: [ConfigPath.Step]
  ) throws {
    guard case .integers(let labels) = loaded.labels else {
      let width = loaded.labelWidth
      guard width == 1 else {
        throw Failure(
          context.dataFinding(
            "shape",
            "the labels of \(name) are \(Shape([loaded.count, width])) numbers, and a class is one number for each example",
            at: steps + [.key("labels")]))
      }
      throw Failure(
        context.dataFinding(
          "wrong-type", "the labels of \(name) are no integers as those of train are",
          at: steps + [.key("labels")]))
    }
    let known = Set(classes)
    guard let row = rows.first(where: { !known.contains(String(labels[Int($0)])) }) else { return }
    throw Failure(
      context.dataFinding(
        "unseen-category",
        "the label \(labels[Int(row)]) of example \(row + 1) of \(name) does not occur in the training part",
        at: steps))
  }

  // MARK: - Rows and scale

  private func scaling(of loaded: LabeledArrays) -> IDXDataConfig.ArrayScaling {
    config.scaling ?? (loaded.features.header.elementType.isInteger ? .unit : .none)
  }

  private func resolvedConfig(_ train: LabeledArrays, _ task: LearningTask) -> IDXDataConfig {
    var config = config
    config.task = task
    config.layout = layout(of: train)
    config.scaling = scaling(of: train)
    return config
  }

  /// What brings the numbers to a common size, along the last dimension.
  private struct FittedScale {
    let offsets: [Double]
    let divisors: [Double]
    /// The indices of which all numbers are the same, where those were looked at one by one.
    var constants: [Int] = []
  }

  private func fitScale(
    _ loaded: LabeledArrays, _ rows: [Int32], _ shape: [Int]
  ) throws -> FittedScale {
    let features = loaded.features
    let type = features.header.elementType
    let scaling = scaling(of: loaded)
    let last = shape.last ?? 1
    let repeated = { (scale: Scale) in
      FittedScale(
        offsets: [Double](repeating: scale.offset, count: last),
        divisors: [Double](repeating: scale.divisor, count: last))
    }
    switch scaling {
    case .none: return repeated(.identity)
    case .unit:
      guard let largest = type.largestInteger else {
        throw Failure(
          context.finding(
            "scaling", "scaling \"unit\" needs integers, but the features are real numbers",
            at: [.key("scaling")], help: "use \"standard\" or \"min_max\""))
      }
      return repeated(Scale(offset: 0, divisor: largest))
    case .standard, .minMax:
      let width = shape.reduce(1, *)
      let fit = scaling == .standard ? Scaling.standard : .minMax
      let values: any ArrayElements =
        type == .unsignedByte ? ByteElements(file: features) : FloatElements(try features.floats())
      let scales = (0..<last).map { index in
        fit.fit { visit in
          for row in rows {
            for element in stride(from: index, to: width, by: last) {
              visit(values[Int(row) * width + element])
            }
          }
        }
      }
      // Numbers that differ mostly do so within the first examples.
      let constants = (0..<last).filter { index in
        guard rows.count > 1, let first = rows.first else { return false }
        let value = values[Int(first) * width + index]
        return rows.allSatisfy { row in
          stride(from: index, to: width, by: last).allSatisfy {
            values[Int(row) * width + $0] == value
          }
        }
      }
      return FittedScale(
        offsets: scales.map(\.offset), divisors: scales.map(\.divisor), constants: constants)
    }
  }

  /// What to say of bytes that use little of their range.
  private func darkWarnings(_ loaded: LabeledArrays, _ rows: [Int32]) -> [Diagnostic] {
    guard scaling(of: loaded) == .unit, !rows.isEmpty,
      let largest = loaded.features.largestOfDark(rows.lazy.map { Int($0) })
    else { return [] }
    return [
      context.finding(
        "scaling",
        "scaling \"unit\" divides by 255, and no number is above \(largest): inputs are small",
        at: [.key("scaling")], help: "use \"min_max\" or \"standard\"", severity: .warning)
    ]
  }

  /// At most one warning: features or channels with one number in all training examples. Single features of a flat
  /// array or a step are no channels, and many of them may be empty, as at the borders of images.
  private func constantWarnings(_ constants: [Int], of shape: [Int]) -> [Diagnostic] {
    let last = shape.last ?? 1
    guard !constants.isEmpty, shape.count > 2 || constants.count == last else { return [] }
    let subject: String
    if constants.count == last {
      subject = "the features have"
    } else if constants.count == 1 {
      subject = "channel \(constants[0] + 1) of \(last) has"
    } else {
      subject =
        "the channels \(Spelling.shortened(constants.map { String($0 + 1) })) of \(last) have"
    }
    return [
      context.finding(
        "constant-features", "\(subject) the same value in all training examples",
        at: [.key("train"), .key("features")], help: "nothing can be learned from it",
        severity: .warning)
    ]
  }

  // MARK: - Encoding

  static func encode(
    _ parts: [Part: ArrayPart], _ encoding: ArrayEncoding
  ) throws -> [Part: ExampleSet] {
    var encoded: [String: (ExampleMatrix, ExampleMatrix)] = [:]
    return try parts.mapValues { part in
      let source = part.arrays
      let name = source.features.name
      let (features, targets) =
        try encoded[name] ?? (
          encoding.matrix(of: source.features), targetMatrix(source, encoding)
        )
      source.features.willReadInAnyOrder()
      encoded[name] = (features, targets)
      return ExampleSet(features: features, targets: targets, rows: part.rows)
    }
  }

  private static func classCounts(
    _ labels: LabeledArrays.Labels, _ rows: [Int32], _ encoding: ArrayEncoding
  ) -> [Double] {
    guard !encoding.target.classes.isEmpty else { return [] }
    let indices = targets(labels, encoding)
    return encoding.target.counts(of: rows.lazy.map { Int(indices[Int($0)]) })
  }

  /// Those of each file once.
  private static func laterBytes(_ parts: [Part: ArrayPart], _ encoding: ArrayEncoding) -> Int {
    let files = Dictionary(parts.values.map { ($0.arrays.features.name, $0.arrays) }) { first, _ in
      first
    }
    return files.values.reduce(0) { sum, source in
      let targets = source.count * encoding.target.kind.width * MemoryLayout<Float>.stride
      return sum + source.features.laterBytes + targets
    }
  }

  private static func targetMatrix(_ source: LabeledArrays, _ encoding: ArrayEncoding)
    -> ExampleMatrix
  {
    ExampleMatrix(
      NumberStorage(targets(source.labels, encoding)), count: source.count,
      width: encoding.target.kind.width)
  }

  private static func targets(_ labels: LabeledArrays.Labels, _ encoding: ArrayEncoding) -> [Float]
  {
    switch labels {
    case .numbers(let values, _): return values
    case .integers(let values):
      guard !encoding.target.classes.isEmpty else { return values.map { Float($0) } }
      let indices = Dictionary(
        uniqueKeysWithValues: encoding.target.classes.enumerated().map {
          (Int32($1) ?? 0, Float($0))
        })
      return values.map { indices[$0] ?? 0 }
    }
  }
}

/// The elements of an array file as numbers, whatever their type.
private protocol ArrayElements {
  subscript(index: Int) -> Double { get }
}

private struct ByteElements: ArrayElements {
  private let file: IDXFile
  private let bytes: UnsafeRawBufferPointer

  init(file: IDXFile) {
    self.file = file
    // The pointer stays valid since this value keeps the file.
    bytes = file.withUnsignedBytes { $0 } ?? UnsafeRawBufferPointer(start: nil, count: 0)
  }

  subscript(index: Int) -> Double { Double(bytes[index]) }
}

private struct FloatElements: ArrayElements {
  private let values: [Float]

  init(_ values: [Float]) { self.values = values }

  subscript(index: Int) -> Double { Double(values[index]) }
}

extension ArrayEncoding {
  /// The features of a file whose examples have the stored shape.
  package func matrix(of file: IDXFile) throws -> ExampleMatrix {
    let count = file.header.dimensions[0]
    let width = inputShape.count
    // The pointer stays valid since the storage keeps the file.
    if let bytes = file.withUnsignedBytes({ $0 }) {
      let storage = NumberStorage(
        bytes, owner: file, offset: featureOffsets, factor: featureFactors)
      return ExampleMatrix(storage, count: count, width: width)
    }
    let values = try file.floats()
    let (offsets, factors) = (featureOffsets, featureFactors)
    let scaled = UnsafeMutablePointer<Float>.allocate(capacity: max(1, values.count))
    for (index, value) in values.enumerated() {
      let feature = index % width
      scaled[index] = (value - offsets[feature]) * factors[feature]
    }
    return ExampleMatrix(
      NumberStorage(owning: scaled, count: values.count), count: count, width: width)
  }
}
