import Configuration
import Datasets
import Glibc
import Network
import Numerics

/// Whether the network can be built and fits the loss.
extension PlanChecker {
  func build(_ model: NetworkConfig, _ plan: inout NetworkPlan, input: Shape) -> Network? {
    do throws(PlanError) {
      let network = try model.build(&plan, input: input)
      for warning in network.warnings {
        warn(
          warning.code, warning.message,
          at: ConfigPath(steps: [.key("model")] + warning.path.steps), help: warning.help)
      }
      return network
    } catch {
      let path = ConfigPath(steps: [.key("model")] + error.path.steps)
      report(error.code, error.message, at: path, help: error.help)
      return nil
    }
  }

  func checkOutput(_ network: Network?, units: Int?, loss: any Loss) {
    guard let network, let units, let last = network.layers.indices.last else { return }
    let path = ConfigPath.root.key("model").key("layers").index(last)
    let shape = network.output.shape
    let wanted = data.encoding.outputShape(units: units)
    guard shape == wanted else {
      let target =
        switch data.target {
        case .classIndex(let count): Spelling.count(count, "class", plural: "classes")
        case .values(let count): Spelling.count(count, "target")
        }
      report(
        "output-shape",
        "the network ends with the shape \(shape), but \(type(of: loss).type) with \(target) needs \(wanted)",
        at: path, help: Self.help(shape, wanted, network))
      return
    }
    if network.parameterCount == 0 {
      report(
        "no-parameters", "the network has nothing to learn", at: path, help: "add a dense layer")
    }
  }

  private static func help(_ shape: Shape, _ wanted: Shape, _ network: Network) -> String {
    let end = "{\"type\": \"dense\"}, which takes the number from the data"
    if wanted.rank == 2, shape.rank == 1 {
      return "each step has an answer: recurrent layers need \"return_sequences\": true"
    }
    if wanted.rank == 1, shape.rank > 1 {
      let isRecurrent = network.layers.contains {
        if case .recurrent = $0.operation { true } else { false }
      }
      let isDense = if case .dense? = network.layers.last?.operation { true } else { false }
      return "there is one answer for the whole \(shape.rank == 2 ? "sequence" : "image"): "
        + (isRecurrent ? "leave \"return_sequences\" of the last recurrent layer out, or " : "")
        + "put {\"type\": \"global_average_pool\"} or {\"type\": \"flatten\"} "
        + (isDense ? "before the last dense layer" : "behind it, and end with \(end)")
    }
    return "end with \(end)"
  }

  /// What the network starts with, where the configuration names a file and it fits.
  func readInitialParameters(_ model: NetworkConfig, _ memory: MemoryPlan) -> InitialParameters? {
    guard let config = model.initialParameters, let name = config.file,
      !loaded.beginsWithCheckpoint
    else { return nil }
    let path = ConfigPath.root.key("model").key("initial_parameters")
    do {
      // Only what is taken has to be of a type that can be.
      let file = try Safetensors(
        FileBytes(path: ModelPath.resolve(loaded.resolve(name)), compression: .keep),
        types: Safetensors.ElementType.allCases)
      let parameters = try InitialParameters(config, file, name: name, network: memory)
      checkCharacters(of: file, at: path)
      if config.include != nil { note("initial-parameters", parameters.summary, at: path) }
      if !parameters.otherTypes.isEmpty {
        note(
          "initial-parameters",
          "arrays of '\(name)' are of type \(Spelling.list(parameters.otherTypes, "and")), and become F32",
          at: path)
      }
      let ends = LayerEnds(of: model, parameters)
      noteOtherSettings(of: file, parameters, ends, named: name, model)
      warnOfOtherEncoding(of: file, parameters, ends, named: name)
      return parameters
    } catch let error as PlanError {
      let place = ConfigPath(steps: path.steps + error.path.steps)
      report(error.code, error.message, at: place, help: error.help)
    } catch let failure as Failure {
      for diagnostic in failure.diagnostics {
        var finding = diagnostic
        finding.place = loaded.document.location(of: path)?.place
        report(finding)
      }
    } catch {
      report("initial-parameters", "\(error)", at: path, help: nil)
    }
    return nil
  }

  /// What stays as it begins had better begin with something that was learned.
  func checkFrozen(_ network: Network?, _ parameters: InitialParameters?) {
    guard let network else { return }
    let frozen = network.initializations.filter { !$0.parameter.isTrainable }
    guard !frozen.isEmpty else { return }
    let path = ConfigPath.root.key("model").key("layers")
    if frozen.count == network.initializations.count {
      return report(
        "no-parameters", "the network has nothing to learn: no layer is trainable", at: path,
        help: "leave \"trainable\": false out of one layer at least")
    }
    guard !loaded.beginsWithCheckpoint else { return }
    for (index, layer) in (loaded.config.model?.layers ?? []).enumerated()
    where layer is BatchNormalizationConfig && !layer.trainable
      && parameters?.takes("layers.\(index).running_mean") != true
    {
      warn(
        "inert",
        "a batch normalization that is not trainable keeps the mean 0 and the variance 1 that it begins with, and changes next to nothing",
        at: path.index(index).key("trainable"),
        help: "give model.initial_parameters, or leave \"trainable\": false out")
    }
    guard
      // A scale of 1 or a shift of 0 was not drawn.
      let first = frozen.first(where: {
        !$0.initializer.isConstant && parameters?.takes($0.parameter.name) != true
      })
    else { return }
    warn(
      "frozen-at-random",
      "'\(first.parameter.name)' is not trainable and keeps the random numbers of its initializer",
      at: path,
      help: "give model.initial_parameters, or leave \"trainable\": false out")
  }

  /// A run that does not fit into the machine is none.
  func checkMemory(_ memory: RunMemory) {
    let pages = sysconf(Int32(_SC_PHYS_PAGES))
    let bytes = pages * sysconf(Int32(_SC_PAGESIZE))
    let needed = memory.total
    guard pages > 0, needed > bytes else { return }
    let message =
      "the run needs \(Spelling.bytes(needed)) of memory, the machine has \(Spelling.bytes(bytes))"
    let isTable = (loaded.config.data as? CSVDataConfig)?.isOnDisk == false
    guard isTable, memory.process + memory.examples > needed / 2 else {
      report(
        "out-of-memory", message, at: ConfigPath.root.key("model").key("layers"),
        help: "make layers or batch_size smaller")
      return
    }
    report(
      "out-of-memory", message, at: ConfigPath.root.key("data"),
      help: "write \"storage\": \"disk\" in data to keep the examples on the disk")
  }

  /// A loss that applies its function itself wants the outputs before any other.
  func warnOfOutputActivation(_ model: NetworkConfig, loss: any Loss) {
    guard let layers = model.layers, let last = layers.last, type(of: loss).link != .identity
    else { return }
    let path = ConfigPath.root.key("model").key("layers").index(layers.count - 1)
    guard let activation = last.outputActivation else {
      return warnOfBoundedOutputs(last, loss: loss, at: path)
    }
    guard !type(of: activation).isIdentity else { return }
    let name = type(of: activation).type
    let predictions = type(of: loss).link == .exponential ? "rates above 0" : "probabilities"
    let loss = type(of: loss).type
    warn(
      "output-activation", "\(loss) takes the outputs as they are, and \(name) distorts them",
      at: path.key("activation"),
      help:
        "leave the activation of the last layer out; predictions are \(predictions) all the same")
  }

  /// Probabilities of scores between −1 and 1 are never near 0 or 1.
  private func warnOfBoundedOutputs(_ layer: any LayerConfig, loss: any Loss, at path: ConfigPath) {
    let outputs = layer.outputRange(width: 1)
    guard outputs.lowerBound.isFinite || outputs.upperBound.isFinite else { return }
    warn(
      "output-activation",
      "\(type(of: loss).type) takes scores of any size, and \(type(of: layer).type) gives \(Self.text(of: outputs))",
      at: path, help: Self.helpOnBoundedLayer)
  }

  /// A batch of one example has no variance to normalize by.
  func warnOfLastBatch(_ network: Network?) {
    guard let network, let path = network.batchDependentLayer, !training.dropLast,
      examples > training.batchSize, lastBatchRows(isStateful: network.isStateful) == 1
    else { return }
    warn(
      "batch-of-one",
      "the last batch of an epoch has one example, which this layer normalizes by its running statistics",
      at: ConfigPath(steps: [.key("model")] + path.steps),
      help: "set drop_last, or another batch_size than \(training.batchSize)")
  }

  private func lastBatchRows(isStateful: Bool) -> Int {
    guard isStateful else { return examples % training.batchSize }
    let streams = ParallelStreams(count: examples, size: training.batchSize)
    return streams.rowCount(of: streams.batchCount - 1)
  }

  /// Answers that are set to zero at random cannot be learned from.
  func warnOfOutputDropout(_ model: NetworkConfig, _ network: Network?) {
    guard let layers = model.layers, let last = network?.lastLearningLayer else { return }
    for index in layers.indices where index > last {
      guard let dropout = layers[index] as? DropoutConfig, dropout.rate > 0 else { continue }
      warn(
        "output-dropout", "this dropout sets outputs of the network to zero while training",
        at: ConfigPath.root.key("model").key("layers").index(index),
        help: "move it before the last layer that learns")
    }
  }
}

extension Network {
  fileprivate var parameterCount: Int { summaries.reduce(0) { $0 + $1.parameters } }

  /// The index of the last layer that has parameters, in itself or in layers inside it.
  fileprivate var lastLearningLayer: Int? {
    var index = -1
    var last: Int?
    for summary in summaries {
      if summary.depth == 0 { index += 1 }
      if summary.parameters > 0 { last = index }
    }
    return last
  }
}
