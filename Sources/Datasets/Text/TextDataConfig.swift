import Configuration
import Numerics

/// A text, of which the network learns to predict the next token from those before it.
package struct TextDataConfig: DataConfig {
  package static let type = "text"
  package static let summary =
    "A text in UTF-8, plain or in gzip: each token is predicted from those before it."
  package static let synonyms = ["txt", "characters", "language_model"]

  package var train: String?
  package var validation: HeldOut<String>?
  package var test: HeldOut<String>?
  package var tokenizer = Tokenizer.character
  package var sequenceLength = 64
  package var stride: Int?

  package init() {}

  package static let keys: [Key<Self>] = [
    Key(
      "train", \.train, .string("a path"), required: true,
      synonyms: ["path", "file", "data", "train_path", "training", "corpus"],
      help: "The file with the text to learn from."),
    Key(
      "validation", \.validation, .heldOut(.string("a path")),
      synonyms: ["val", "valid", "validation_split", "eval"],
      help: "Text to choose the best epoch by: a file, or a fraction of train, from its end."),
    Key(
      "test", \.test, .heldOut(.string("a path")), synonyms: ["test_split", "holdout"],
      help: "Text for the final figures: a file, or a fraction of train, from its end."),
    Key(
      "tokenizer", \.tokenizer, .choice, synonyms: ["tokens", "tokenization", "level"],
      help: "What a token is: a character that train holds, or a byte of any kind."),
    .integer(
      "sequence_length", \.sequenceLength, in: .between(1, 16_777_216), unit: "tokens",
      synonyms: ["length", "block_size", "context", "context_length", "seq_len", "window"],
      help: "Tokens of an example; each is the target of those before it."),
    .integer(
      "stride", \.stride, in: .between(1, 16_777_216), unit: "tokens", synonyms: ["step"],
      help:
        "Tokens from the start of one example to that of the next; by default sequence_length, so that examples do not overlap."
    ),
  ]

  package var isComplete: Bool { train != nil }

  package mutating func mapPaths(_ transform: (String) -> String) {
    train = train.map(transform)
    if let path = validation?.source { validation = .source(transform(path)) }
    if let path = test?.source { test = .source(transform(path)) }
  }

  package func prepare(_ context: DataContext) throws -> PreparedData {
    try TextPreparation(config: self, context: context).prepare()
  }

  package func prepareFolds(_ count: Int, _ context: DataContext) throws -> FoldedData {
    try TextPreparation(config: self, context: context).prepareFolds(count)
  }
}
