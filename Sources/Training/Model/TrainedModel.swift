import Configuration
import Datasets
import Network
import Numerics

/// A trained model in memory, ready to predict.
package struct TrainedModel: Sendable {
  package let config: RunConfig
  package let encoding: any DataEncoding
  /// With the weights of the classes, as far as the file tells them.
  package let loss: any Loss
  package let network: Network
  package let memory: Memory
  /// The figures of the run, as the file has them; null if it has none.
  package let training: JSONValue
  /// Where the targets and losses of a batch go, as those of a `RunPlan`.
  let targets: Slot
  let losses: Slot
  /// `nil` where figures do not depend on it, and in files of versions that did not write it.
  let trainingPart: TrainingPart?
  private let file: Safetensors

  /// How many examples a batch has.
  package enum Rows: Sendable {
    /// So many, or fewer if they are large.
    case upTo(Int)
    /// As many as when training evaluates.
    case asInTraining
  }

  package static let formatName = "hptrain"
  private static let largestExample = 1 << 31
  /// The values of a batch take no more, unless those of one example do.
  private static let batchBytes = 8 << 20

  // MARK: - Writing

  /// The pieces of a model file, one behind the other: parameters, and in the metadata the resolved
  /// configuration, the encoding of inputs and targets, and the figures of the run.
  ///
  /// - Parameter body: given the pieces, which are valid as long as it runs.
  package static func withPieces<Result>(
    plan: RunPlan, memory: Memory, source: Source = .current, summary: JSONValue, version: String,
    _ body: ([UnsafeRawBufferPointer]) throws -> Result
  ) rethrows -> Result {
    let tensors = source.arrays(memory).map { array in
      (
        name: array.name, shape: array.shape.dimensions,
        values: UnsafeBufferPointer(
          start: UnsafePointer(array.values), count: array.shape.count)
      )
    }
    var metadata = [
      (key: "format", value: formatName),
      (key: "hptrain_version", value: version),
      (key: "config", value: plan.portableConfig.json.compactText),
      (key: encodingKey, value: text(of: plan.data.encoding)),
      (key: "training", value: summary.compactText),
    ]
    if let part = plan.trainingPart {
      metadata.append((key: trainingPartKey, value: part.json.compactText))
    }
    return try Safetensors.withPieces(metadata: metadata, tensors: tensors, body)
  }

  /// The pieces of the same model file with another threshold.
  ///
  /// - Parameter body: given the pieces, which are valid as long as it runs.
  /// - Precondition: the answer of the model is yes or no.
  package func withPieces<Result>(
    threshold: Double?, _ body: ([UnsafeRawBufferPointer]) throws -> Result
  ) rethrows -> Result {
    precondition(encoding.target.isBinary)
    return try file.withPieces(
      replacing: Self.encodingKey, by: Self.text(of: encoding.deciding(above: threshold)), body)
  }

  private static let encodingKey = "encoding"
  private static let trainingPartKey = "training_part"

  private static func text(of encoding: any DataEncoding) -> String {
    DataEncodings.catalog.codec.write(encoding).compactText
  }

  /// Where the values of a model are.
  package enum Source {
    /// In the memory that trains.
    case current
    /// In a copy with the layout of `Memory.model`.
    case best(UnsafeMutableBufferPointer<Float>)

    fileprivate func arrays(
      _ memory: Memory
    ) -> [(name: String, shape: Shape, values: UnsafeMutablePointer<Float>)] {
      guard case .best(let copy) = self, let start = copy.baseAddress,
        let current = memory.model.baseAddress
      else { return memory.modelArrays }
      return memory.modelArrays.map { ($0.name, $0.shape, start + ($0.values - current)) }
    }
  }

  // MARK: - Reading

  /// Reads a model file and rebuilds the network for batches of up to so many rows, fewer if they are large.
  ///
  /// - Throws: `Failure` if the file is damaged, or not a model of this program.
  package init(path: String, rows: Int) throws {
    try self.init(path: path, rows: .upTo(rows))
  }

  /// The same for batches as large as they are in training, or of so many rows.
  package init(path: String, rows: Rows) throws {
    try self.init(file: FileBytes(path: path, compression: .keep), rows: rows)
  }

  /// Reads a model from the bytes of its file.
  ///
  /// - Parameter tokens: those of an example of a text, where they are not to be as many as in training;
  ///   not every network can be built for another number.
  package init(file bytes: FileBytes, rows: Int, tokens: Int? = nil) throws {
    try self.init(file: bytes, rows: .upTo(rows), tokens: tokens)
  }

  package init(file bytes: FileBytes, rows: Rows, tokens: Int? = nil) throws {
    let path = bytes.name
    let file = try Safetensors(bytes)
    func fail(_ message: String) -> Failure {
      Failure(
        Diagnostic(
          .error, .data, code: "model-contents", "'\(path)' is no valid model: \(message)"))
    }
    guard file.metadata["format"] == Self.formatName else {
      throw Failure(
        Diagnostic(
          .error, .data, code: "model-format",
          "'\(path)' is a safetensors file, but no model that hptrain wrote",
          help: "hptrain stores the configuration and the encoders in the file's metadata"))
    }
    guard file.metadata[SafetensorsChecksum.key] != nil else {
      throw Failure(
        Diagnostic(
          .error, .data, code: "model-checksum",
          "'\(path)' is no valid model: its metadata lacks '\(SafetensorsChecksum.key)'",
          help: "who changed it on purpose sets the checksum to \"none\""))
    }
    training =
      file.metadata["training"].map { JSONParser.parse(SourceText(name: "training", $0)).value }
      ?? .null
    config = try Self.parse("config", file, fail) { Codec<RunConfig>.object().read($0, &$1) }
    var encoding = try Self.parse(Self.encodingKey, file, fail) {
      DataEncodings.catalog.codec.read($0, &$1)
    }
    if let tokens, var text = encoding as? TextEncoding {
      text.sequenceLength = tokens
      encoding = text
    }
    self.encoding = encoding
    guard let loss = config.training.loss else { throw fail("its configuration names no loss") }
    if let problem = Self.problem(of: encoding) { throw fail(problem) }
    let part = try file.metadata[Self.trainingPartKey].map { _ in
      try Self.parse(Self.trainingPartKey, file, fail) {
        Codec<TrainingPart>.object().read($0, &$1)
      }
    }
    let counts = part?.classCounts ?? []
    if !counts.isEmpty, counts.count != encoding.target.classes.count {
      throw fail("the counts of its training part are not those of its classes")
    }
    trainingPart = part
    self.file = file
    self.loss = loss.resolved(classes: encoding.target.classes, counts: counts)
    let units: Int
    do throws(PlanError) {
      units = try loss.outputs(for: encoding.target.kind)
    } catch {
      throw fail(error.message)
    }
    let model = config.model ?? NetworkConfig()
    let (vocabularySize, layout) = (encoding.vocabularySize, encoding.inputLayout)
    let input = encoding.inputShape
    let positions = encoding.positions ?? 1
    let targetWidth = encoding.target.width
    func build(rows: Int) throws(PlanError) -> Built {
      var plan = NetworkPlan(
        memory: MemoryPlan(purpose: .inference, batchRows: rows, rows: rows), outputUnits: units,
        vocabularySize: vocabularySize, inputLayout: layout, link: type(of: loss).link)
      let network = try model.build(&plan, input: input)
      return Built(
        network: network,
        targets: plan.memory.slot(Shape(positions, targetWidth), gradient: false),
        losses: plan.memory.slot(Shape(positions), gradient: false), memory: plan.memory)
    }
    let plan: Built
    do throws(PlanError) {
      switch rows {
      case .upTo(let most):
        let first = try build(rows: most)
        var memory = first.memory
        memory.limitRows(to: most, bytes: Self.batchBytes)
        // What all rows share is planned for as many as there are.
        plan = memory.rows < most ? try build(rows: memory.rows) : first
      case .asInTraining:
        let batch = min(config.training.batchSize, part?.examples ?? .max)
        let first = try build(rows: batch)
        var memory = first.memory
        RunPlan.limitRows(
          of: &memory, batch: batch, isStateful: first.network.isStateful, examples: .max)
        plan = memory.rows > batch ? try build(rows: memory.rows) : first
      }
      (network, targets, losses) = (plan.network, plan.targets, plan.losses)
    } catch {
      throw fail("\(error.path): \(error.message)")
    }
    let wanted = encoding.outputShape(units: units)
    guard network.output.shape == wanted else {
      throw fail(
        "its network has outputs of the shape \(network.output.shape) instead of \(wanted)")
    }
    if let mismatch = file.mismatch(with: plan.memory) { throw fail(mismatch) }
    memory = try Memory.allocate(plan.memory)
    file.copyValues(to: memory)
    guard memory.model.allSatisfy(\.isFinite) else {
      throw fail("its arrays hold numbers that are not finite")
    }
    network.prepare(memory)
  }

  /// A network with room for its answers.
  private struct Built {
    let network: Network
    let targets: Slot
    let losses: Slot
    let memory: MemoryPlan
  }

  private static func parse<Value>(
    _ key: String, _ file: Safetensors, _ fail: (String) -> Failure,
    _ read: (JSONValue, inout Reading) -> Value?
  ) throws -> Value {
    guard let text = file.metadata[key] else { throw fail("its metadata lacks '\(key)'") }
    let parsed = JSONParser.parse(SourceText(name: key, text), category: .data)
    var reading = Reading(root: RunConfig.form)
    let value = read(parsed.value, &reading)
    if let first = (parsed.diagnostics + reading.diagnostics).first(where: { $0.severity == .error }
    ) {
      throw fail("its \(key): \(first.message)")
    }
    guard let value else { throw fail("its \(key) cannot be read") }
    return value
  }

  /// What an encoding promises but cannot keep; `nil` if it is sound.
  private static func problem(of encoding: any DataEncoding) -> String? {
    let target = encoding.target
    if target.columns.isEmpty { return "its target has no column" }
    if Set(target.classes).count < target.classes.count { return "its classes are not unique" }
    if target.classes.count == 1 { return "its target has one class" }
    if target.columns.contains(where: { $0.scale.divisor == 0 }) {
      return "a scale divides by zero"
    }
    if target.threshold != nil, !target.isBinary {
      return "its threshold has no yes or no to decide"
    }
    if let list = target.list {
      let labels = target.columns.map(\.name)
      guard let table = encoding as? TableEncoding, table.window == nil,
        target.task == .classification, target.classes.isEmpty, labels.count > 1,
        Set(labels).count == labels.count, labels.allSatisfy({ list.labels(of: $0) == [$0] })
      else { return "its labels are no list" }
    }
    if target.isWeighted, !(encoding is TableEncoding) { return "its weights are no weights" }
    switch encoding {
    case let table as TableEncoding:
      if table.width == 0 { return "it has no inputs" }
      if let problem = table.window?.problem(inputs: table.width, target: target) {
        return problem
      }
      if let weight = target.weight {
        let others = table.features.map(\.name) + table.targetNames
        if others.contains(weight) { return "its weights are no weights" }
      }
      let names = table.features.map(\.name)
      if Set(names).count < names.count { return "its columns are not unique" }
      for feature in table.features {
        if let number = feature as? NumberFeature, number.scale.divisor == 0 {
          return "a scale divides by zero"
        }
        if let problem = (feature as? DateFeature)?.problem { return problem }
        if let problem = (feature as? CodedFeature)?.problem { return problem }
        if let problem = (feature as? NumberFeature)?.curve.problem { return problem }
        if let problem = (feature as? PiecewiseLinearFeature)?.problem { return problem }
        if let category = feature as? CategoryFeature,
          Set(category.categories).count < category.categories.count
        {
          return "its categories are not unique"
        }
      }
    case let array as ArrayEncoding:
      var count = 1
      for extent in array.shape {
        count = min(largestExample + 1, count.multipliedReportingOverflow(by: extent).partialValue)
        if count > largestExample || count <= 0 { return "its examples are impossibly large" }
      }
      guard array.storedShape.count <= 8, array.shape.count <= 8 else {
        return "its examples have too many dimensions"
      }
      let stored = array.storedShape.reduce(into: 1) { $0 = $0 > largestExample ? $0 : $0 * $1 }
      if stored != count { return "its stored shape does not fit its shape" }
      if array.offsets.count != array.shape.last || array.divisors.count != array.shape.last {
        return "its scales do not fit its shape"
      }
      if array.divisors.contains(0) { return "a scale divides by zero" }
    case let text as TextEncoding: return text.problem
    default: break
    }
    return nil
  }
}

extension Memory {
  /// The one allocation, with a finding in the user's words if there is no room.
  package static func allocate(_ plan: MemoryPlan) throws -> Memory {
    do throws(OutOfMemory) {
      return try Memory(plan)
    } catch {
      throw error.failure(plan.purpose)
    }
  }
}

extension ThreadPool {
  /// Takes the scratch memory of a plan, with a finding in the user's words if there is no room.
  package func reserveScratch(_ plan: MemoryPlan) throws {
    do throws(Memory.OutOfMemory) {
      try scratch.reserve(elements: plan.scratchElements)
    } catch {
      throw error.failure(plan.purpose)
    }
  }
}

extension Memory.OutOfMemory {
  fileprivate func failure(_ purpose: MemoryPlan.Purpose) -> Failure {
    let isTraining = purpose == .training
    return Failure(
      Diagnostic(
        .error, isTraining ? .configuration : .data, code: "out-of-memory",
        "\(isTraining ? "the run" : "an example of the model") needs "
          + "\(Spelling.bytes(byteCount)) of memory, which the system does not give",
        help: isTraining
          ? "make layers or batch_size smaller" : "train a model with smaller layers or examples"))
  }
}

extension Spelling {
  /// `1.5 MiB`
  package static func bytes(_ count: Int) -> String {
    let units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
    var value = Double(count)
    var unit = 0
    while value >= 1024, unit + 1 < units.count {
      value /= 1024
      unit += 1
    }
    if unit == 0 { return count == 1 ? "1 byte" : "\(count) bytes" }
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10) \(units[unit])"
  }
}
