import Configuration
import Datasets
import Network

/// Proposes a recurrent network that carries its state through a text, character by character.
///
/// Of the networks that train in a minute or two on two processors it says the next character of a megabyte
/// of Shakespeare best: 1.59 nats, where an LSTM of its size has 1.67 and a small GPT 1.79.
struct TextProposal {
  static func make(for request: ProposalRequest, _ contents: FileBytes) throws -> Proposal {
    let task = request.task == nil ? [] : ["--task"]
    if let option = (request.optionsOfTables + task).first {
      throw Failure(
        Diagnostic(
          .error, .usage, code: "contradiction",
          "\(option) is for tables, and '\(request.data)' is read as a text",
          help: "--format csv reads it as a table"))
    }
    return try TextProposal(request: request, contents: contents).make()
  }

  private let request: ProposalRequest
  private let contents: FileBytes

  private static let sequenceLength = 64
  /// The held-out tokens that are enough to tell epochs apart.
  private static let mostHeldOut = 200_000.0
  /// Iterations of 32 × 64 tokens: five epochs of a megabyte.
  private static let iterations = 2_450
  /// A text below this has too few examples for a batch of streams.
  private static let fewest = 1_000

  private func make() throws -> Proposal {
    let (tokens, isUTF8) = contents.withBytes { bytes -> (Int, Bool) in
      guard String(validating: bytes, as: UTF8.self) != nil else { return (bytes.count, false) }
      // A byte order mark is none of the characters.
      let mark = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 1 : 0
      return (bytes.count { $0 & 0xC0 != 0x80 } - mark, true)
    }
    guard tokens >= Self.fewest else {
      throw Failure(
        Diagnostic(
          .error, .data, code: "too-short",
          "'\(request.data)' is a text of \(Spelling.count(tokens, "character")), and nothing can be learned from so few",
          help: "a text has at least a thousand; a table is read with --format csv"))
    }
    let share = min(0.1, Self.mostHeldOut / Double(tokens))
    let heldOut = (share * 1000).rounded(.up) / 1000
    let training = Double(tokens) * (1 - heldOut)
    let units = tokens < 100_000 ? 128 : 256
    let batch = batchSize(training)

    var data = TextDataConfig()
    data.train = request.path(request.data)
    data.sequenceLength = Self.sequenceLength
    if !isUTF8 { data.tokenizer = .byte }
    data.validation = .fraction(heldOut, isStratified: false)
    var model = NetworkConfig()
    var layers: [any LayerConfig] = [
      EmbeddingConfig(dimensions: 64), GRUConfig.stateful(units: units),
    ]
    // A text that is read many times is learned by heart.
    if tokens < 500_000 { layers.append(DropoutConfig(rate: 0.2)) }
    model.layers = layers + [DenseConfig()]
    var config = RunConfig()
    config.data = data
    config.model = model
    config.training = self.training(tokens: training, batch: batch)
    config.training.stopEarly()
    var notes: [Diagnostic] = []
    if !isUTF8 {
      notes.append(
        Diagnostic(
          .note, .data, code: "invalid-utf-8",
          "the text is not in UTF-8, so its tokens are bytes",
          help: "for characters, convert it, as with: iconv -f LATIN1 -t UTF-8"))
    }
    return Proposal(
      config: config,
      summary: "a text of \(Spelling.count(tokens, isUTF8 ? "character" : "byte"))",
      facts: [
        .init(Subject.target, "the next \(isUTF8 ? "character" : "byte")"),
        .init(
          Subject.heldOut,
          "the last \(Spelling.grouped(Int((Double(tokens) * heldOut).rounded()))) for validation"),
      ], notes: notes)
  }

  /// Streams that are read side by side: as many as leave each of them some windows.
  private func batchSize(_ tokens: Double) -> Int {
    let windows = Int(tokens) / Self.sequenceLength
    return [32, 16, 8, 4].first { windows >= 8 * $0 } ?? 2
  }

  private func training(tokens: Double, batch: Int) -> TrainingConfig {
    var training = TrainingConfig()
    training.batchSize = batch
    let perEpoch = tokens / Double(batch * Self.sequenceLength)
    training.epochs = RoundNumber.near(Double(Self.iterations) / perEpoch, in: 1...60)
    if perEpoch > Double(Self.iterations) * 2 { training.maxIterations = 2 * Self.iterations }
    training.loss = CrossEntropy()
    training.metrics = [Perplexity(), BitsPerCharacter()]
    var optimizer = Adam()
    optimizer.learningRate = 0.002
    training.optimizer = optimizer
    var schedule = CosineSchedule()
    schedule.finalLearningRate = 0.0001
    training.schedule = schedule
    training.gradientClipping = GradientClippingConfig()
    return training
  }
}
