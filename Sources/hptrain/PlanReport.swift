import Configuration
import Datasets
import Training

/// What `check` says of a plan: the table of layers, the examples, the iterations and the memory.
struct PlanReport {
  let plan: RunPlan
  /// What is searched, if the configuration says it.
  var search: TuningPlan?
  /// What was timed, if anything was.
  var measurement: RunMeasurement?

  var text: String {
    var lines: [String] = []
    var table = TextTable([.left, .left, .left, .right])
    table.add("layer", "type", "output", "parameters")
    table.add("input", "", plan.network.inputShape.description, "")
    for summary in plan.network.summaries {
      table.add(
        String(repeating: "  ", count: summary.depth) + summary.name, summary.type,
        summary.output.description,
        Spelling.grouped(summary.parameters))
    }
    table.add("total", "", "", Spelling.grouped(plan.parameterCount))
    lines += table.lines() + [""]
    var facts = TextTable([.left, .left])
    facts.add("examples", examples)
    if let storage { facts.add("on disk", storage) }
    if let window { facts.add("window", window) }
    if let embeddings { facts.add("embeddings", embeddings) }
    if let encodings { facts.add("encodings", encodings) }
    if let bins { facts.add("bins", bins) }
    facts.add("target", target)
    if let weight = plan.data.encoding.target.weight { facts.add("weights", weight) }
    if plan.memory.frozenCount > 0 {
      facts.add(
        "frozen",
        "\(Spelling.count(plan.memory.frozenCount, "parameter")) that training leaves as they are")
    }
    facts.add("loss", type(of: plan.loss).type)
    facts.add("optimizer", type(of: plan.config.training.optimizer).type + optimizerRate)
    if !(plan.config.training.schedule is ConstantSchedule) {
      facts.add("schedule", type(of: plan.config.training.schedule).type)
    }
    facts.add("iterations", "(examples / batch) · epochs = " + plan.length.formula)
    facts.add("memory", Spelling.bytes(plan.memoryBytes))
    facts.add("data read", reading)
    if let search { add(search, to: &facts) }
    if let measurement { add(measurement, to: &facts) }
    return (lines + facts.lines()).joined(separator: "\n")
  }

  private func add(_ measurement: RunMeasurement, to facts: inout TextTable) {
    let microseconds = measurement.secondsPerIteration * 1e6
    let time =
      microseconds < 1000
      ? "\(Int(microseconds.rounded())) µs" : "\((microseconds / 100).rounded() / 10) ms"
    facts.add(
      "iteration",
      "\(time), the mean of \(Spelling.count(measurement.iterations, "iteration")) that were made")
    facts.add(
      "expected", "\(TrainingReporter.time(measurement.expectedSeconds)) in all, evaluations too")
    facts.add("peak memory", Spelling.bytes(measurement.peakMemoryBytes))
    let disk = measurement.disk
    facts.add(
      "disk",
      "\(Spelling.bytes(disk.total)): model \(Spelling.bytes(disk.model)), checkpoints \(Spelling.bytes(disk.checkpoints))"
    )
  }

  private func add(_ search: TuningPlan, to facts: inout TextTable) {
    let places = Spelling.count(search.space.places.count, "hyperparameter")
    let size =
      search.gridSize.map { "a grid of \(Spelling.count($0, "point"))" }
      ?? search.pointCount.map { "\(Self.large($0)) points" } ?? "no end of points"
    facts.add("search", "\(type(of: search.config.algorithm).type) over \(places), \(size)")
    facts.add(
      "corners",
      "\(Spelling.count(search.cornerCount, "corner")) of the space, and all of them build")
    facts.add("trials", Self.bill(of: search))
  }

  /// What a search takes, were all of its trials like that of the file's values.
  private static func bill(of search: TuningPlan) -> String {
    var factors: [String] = []
    var counts: [Int] = []
    func times(_ count: Int, _ text: String) {
      factors.append(text)
      counts.append(count)
    }
    let iterations = search.run.iterations
    if let generations = search.generations, search.trialCount < generations.trialCount {
      return bill(of: search, generations)
    }
    if let generations = search.generations {
      let members = generations.search.populationSize
      times(members, Spelling.count(members, "member"))
    } else {
      times(search.trialCount, Spelling.grouped(search.trialCount))
    }
    if search.config.seeds > 1 { times(search.config.seeds, "\(search.config.seeds) seeds") }
    if let folds = search.config.folds { times(folds, "\(folds) folds") }
    times(iterations, "\(Spelling.count(iterations, "iteration")) of the file's values")
    let product = counts.reduce(1 as Int?) { product, count in
      product.flatMap {
        let (next, overflow) = $0.multipliedReportingOverflow(by: count)
        return overflow ? nil : next
      }
    }
    var text = factors.joined(separator: " · ")
    if let product { text += " = \(Spelling.grouped(product))" }
    if let generations = search.generations {
      let each = Spelling.count(generations.epochs, "epoch")
      text += ", in \(Spelling.count(generations.count, "generation")) of \(each)"
    }
    return text + (search.config.pruning == nil ? "" : ", less what is pruned")
  }

  /// What the first trials of a population take, each of which is a generation of a member.
  private static func bill(of search: TuningPlan, _ generations: Generations) -> String {
    let each = generations.iterations(ofTrials: 1, search.run) ?? 0
    let (product, overflow) = each.multipliedReportingOverflow(by: search.trialCount)
    var text =
      "\(Spelling.grouped(search.trialCount)) · \(Spelling.count(each, "iteration")) of the file's values"
    if let total = generations.iterations(ofTrials: search.trialCount, search.run) {
      // The last generation may have fewer epochs.
      text += !overflow && product == total ? " = " : ", fewer in the last generation: "
      text += Spelling.grouped(total)
    }
    let size = generations.search.populationSize
    let begun = (search.trialCount + size - 1) / size
    return text
      + ", in \(Spelling.grouped(begun)) of \(Spelling.count(generations.count, "generation")) of \(Spelling.count(generations.epochs, "epoch"))"
  }

  private static func large(_ count: Double) -> String {
    count < 1e15 ? Spelling.grouped(Int(count)) : TrainingReporter.short(count)
  }

  private var optimizerRate: String {
    ", learning_rate \(JSONNumber(plan.config.training.optimizer.learningRate).text)"
  }

  private var examples: String {
    Part.allCases.compactMap { part in
      plan.data.counts[part].map { "\(Spelling.grouped($0)) \(part.rawValue)" }
    }.joined(separator: ", ")
  }

  private var storage: String? {
    plan.data.onDisk.map { disk in
      let windows =
        disk.windows == 1
        ? "all training examples in memory at a time"
        : "\(Spelling.grouped(disk.windowExamples)) training examples in a window in memory, \(disk.windows) windows"
      return "\(Spelling.bytes(disk.bytes)) in \(disk.folder), \(windows)"
    }
  }

  private var window: String? {
    let table = plan.data.encoding as? TableEncoding
    return table?.window?.summary(inputs: table?.inputs ?? 0)
  }

  private var features: [any FeatureEncoding] {
    (plan.data.encoding as? TableEncoding)?.features ?? []
  }

  /// The columns whose categories are learned vectors.
  private var embeddings: String? {
    let columns = features.compactMap { feature -> String? in
      switch feature {
      case let category as CategoryFeature:
        category.dimensions.map {
          "\(category.name) \(Spelling.grouped(category.count)) × \($0)"
            + (category.table.map { " (\($0))" } ?? "")
        }
      case let hashed as HashFeature:
        hashed.dimensions.map { "\(hashed.name) \(Spelling.grouped(hashed.buckets)) × \($0)" }
      default: nil
      }
    }
    return columns.isEmpty ? nil : list(columns)
  }

  /// The columns whose categories are numbers or buckets.
  private var encodings: String? {
    let columns = features.compactMap { feature -> String? in
      switch feature {
      case let coded as CodedFeature:
        "\(coded.name) \(coded.kind.rawValue)"
          + (coded.inputs.count > 1 ? " (\(coded.inputs.count) numbers)" : "")
      case let hashed as HashFeature:
        "\(hashed.name) \(HashFeature.type) (\(Spelling.count(hashed.buckets, "bucket")))"
      default: nil
      }
    }
    return columns.isEmpty ? nil : list(columns)
  }

  /// The columns whose numbers are in bins, and how many there are.
  private var bins: String? {
    let columns = features.compactMap { feature in
      (feature as? PiecewiseLinearFeature).map { "\($0.name) \($0.bins)" }
    }
    return columns.isEmpty ? nil : list(columns)
  }

  private var target: String {
    let target = plan.data.encoding.target
    if let text = plan.data.encoding as? TextEncoding {
      return "the next of \(target.classes.count) \(text.tokenizer.unit)s"
        + (text.tokenizer == .character ? ": \(text.vocabulary.list)" : "")
    }
    if let list = target.list {
      return "\(list.column): \(Spelling.count(target.columns.count, "label")) "
        + "(\(self.list(target.columns.map(\.name)))), divided by '\(list.separator)'"
    }
    if target.classes.isEmpty {
      return "\(target.task.rawValue) of " + list(target.columns.map(\.name))
    }
    return "\(target.columns.first?.name ?? ""): "
      + "\(Spelling.count(target.classes.count, "class", plural: "classes")) (\(list(target.classes)))"
  }

  private func list(_ names: [String]) -> String {
    names.prefix(10).joined(separator: ", ") + (names.count > 10 ? ", …" : "")
  }

  private var reading: String {
    let megabytes = Double(plan.data.bytesRead) / 1e6
    let rate = Int((megabytes / max(1e-9, plan.data.seconds)).rounded())
    let time = Int((plan.data.seconds * 1000).rounded())
    return Spelling.bytes(plan.data.bytesRead) + " in \(time) ms"
      + (megabytes > 1 ? " (\(Spelling.grouped(rate)) MB/s)" : "")
  }

  func json(file: String) -> JSONValue {
    let members: KeyValuePairs<String, JSONValue> = [
      "event": .string("check"), "file": .string(file), "valid": .boolean(true),
      "name": .string(plan.name),
      "layers": .array(
        plan.network.summaries.map {
          .object([
            "name": .string($0.name), "type": .string($0.type),
            "output": .array($0.output.dimensions.map { .integer($0) }),
            "parameters": .integer($0.parameters),
          ])
        }),
      "input": .array(plan.network.inputShape.dimensions.map { .integer($0) }),
      "examples": .object(
        Part.allCases.compactMap { part in
          plan.data.counts[part].map { JSONMember(part.rawValue, .integer($0)) }
        }),
      "weight": plan.data.encoding.target.weight.map { .string($0) } ?? .null,
      "classes": .array(plan.data.encoding.target.classes.map { .string($0) }),
      "batch_size": .integer(plan.config.training.batchSize), "epochs": .integer(plan.epochs),
      "iterations_per_epoch": .integer(plan.iterationsPerEpoch),
      "iterations": .integer(plan.iterations), "parameters": .integer(plan.parameterCount),
      "memory_bytes": .integer(plan.memoryBytes),
    ]
    return .object(members.map { JSONMember($0.key, $0.value) } + stored + searched + measured)
  }

  private var stored: [JSONMember] {
    guard let disk = plan.data.onDisk else { return [] }
    return [
      JSONMember("example_bytes_on_disk", .integer(disk.bytes)),
      JSONMember("window_examples", .integer(disk.windowExamples)),
    ]
  }

  private var searched: [JSONMember] {
    guard let search else { return [] }
    return [
      JSONMember(
        "search",
        .object([
          "algorithm": .string(type(of: search.config.algorithm).type),
          "hyperparameters": .array(search.space.places.map { .string($0.name) }),
          "points": search.pointCount.map { .number($0) } ?? .null,
          "corners": .integer(search.cornerCount), "trials": .integer(search.trialCount),
          "seeds": .integer(search.config.seeds),
          "folds": search.config.folds.map { .integer($0) } ?? .null,
        ]))
    ]
  }

  private var measured: [JSONMember] {
    guard let measurement else { return [] }
    return [
      JSONMember("iteration_seconds", .number(measurement.secondsPerIteration)),
      JSONMember("expected_seconds", .number(measurement.expectedSeconds)),
      JSONMember("peak_memory_bytes", .integer(measurement.peakMemoryBytes)),
      JSONMember("model_bytes", .integer(measurement.disk.model)),
      JSONMember("checkpoint_bytes", .integer(measurement.disk.checkpoints)),
    ]
  }
}
