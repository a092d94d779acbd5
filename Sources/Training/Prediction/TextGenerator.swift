import Configuration
import Datasets
import Network
import Numerics

/// Continues a text token by token.
///
/// The network sees the last tokens, as many as it was trained on. Where there are fewer, they stand at
/// the beginning: what comes behind does not reach back, since no layer of such a network looks ahead.
/// A stateful network sees one token at a time and remembers the rest in its state, as in training.
package final class TextGenerator {
  package let encoding: TextEncoding
  private let model: TrainedModel
  private let pool: ThreadPool
  /// The tokens that the network is to see next.
  private var context: [Int] = []
  /// Whether the state of the network holds what came before the context.
  private var hasState = false

  /// - Throws: `Failure` if the file is no model of a text, or there is no memory.
  package init(path: String, pool: ThreadPool) throws {
    let file = try FileBytes(path: path, compression: .keep)
    var model = try TrainedModel(file: file, rows: 1)
    if model.network.isStateful {
      let reach = (model.config.model?.layers ?? []).map(\.reach).max() ?? .step
      guard reach == .step else {
        throw Failure(
          Diagnostic(
            .error, .data, code: "state-and-window",
            "'\(path)' carries a state, but layers of it look at several tokens of a window or at their places, and generating token by token would show them one",
            help:
              "train it with all recurrent layers stateful and no attention or positions, or without \"stateful\""
          ))
      }
      model = try TrainedModel(file: file, rows: 1, tokens: 1)
    }
    guard let encoding = model.encoding as? TextEncoding else {
      throw Failure(
        Diagnostic(
          .error, .data, code: "no-text-model",
          "'\(path)' was not trained on a text, and cannot generate any",
          help: "use: hptrain predict"))
    }
    try pool.reserveScratch(model.memory.plan)
    self.encoding = encoding
    self.model = model
    self.pool = pool
  }

  /// Generates so many tokens after a prompt.
  ///
  /// - Parameters:
  ///   - prompt: tokens; without any the text begins after a line break, or else after the first token.
  ///   - body: called with the bytes of each token as soon as it is there; `false` ends the text.
  package func generate(
    after prompt: [Int], count: Int, _ sampler: TokenSampler, _ body: ([UInt8]) throws -> Bool
  ) rethrows {
    context = prompt.isEmpty ? [startToken] : prompt
    hasState = false
    for index in 0..<count {
      let token = sampler.sample(isStepwise ? outputsOfSteps() : outputsOfWindow(), index: index)
      guard try body(encoding.bytes(of: token)) else { return }
      context.append(token)
      if context.count > 2 * encoding.sequenceLength {
        context.removeFirst(context.count - encoding.sequenceLength)
      }
    }
  }

  private var isStepwise: Bool { model.network.isStateful }

  private var startToken: Int {
    (try? encoding.tokens([UInt8(ascii: "\n")], name: "start"))?.first ?? 0
  }

  /// Hands the context to the network token by token and forgets it.
  private func outputsOfSteps() -> UnsafeBufferPointer<Float> {
    for token in context {
      model.memory.value(model.network.input)[0] = Float(token)
      model.network.forward(
        model.memory, Pass(.evaluation, rows: 1, pool: pool, continuesState: hasState))
      hasState = true
    }
    context.removeAll(keepingCapacity: true)
    return UnsafeBufferPointer(
      start: model.memory.value(model.network.output), count: model.network.output.shape.count)
  }

  /// What the network says of the token after the context.
  private func outputsOfWindow() -> UnsafeBufferPointer<Float> {
    let seen = context.suffix(encoding.sequenceLength)
    let inputs = model.memory.value(model.network.input)
    inputs.update(repeating: 0, count: encoding.sequenceLength)
    for (position, token) in seen.enumerated() { inputs[position] = Float(token) }
    model.network.forward(model.memory, Pass(.evaluation, rows: 1, pool: pool))
    let width = model.network.output.shape.count / encoding.sequenceLength
    return UnsafeBufferPointer(
      start: model.memory.value(model.network.output) + (seen.count - 1) * width, count: width)
  }
}
