import Configuration
import Training

/// Writes answers in the order of the rows, among them lines for rows without one.
struct AnswerQueue {
  let predictor: Predictor
  var writer: PredictionWriter
  /// For each line without an answer, how many pending examples stand before it.
  private var blanks: [Int] = []

  init(_ predictor: Predictor, _ writer: PredictionWriter) {
    self.predictor = predictor
    self.writer = writer
  }

  /// Takes the example whose inputs are in place.
  mutating func commit() throws {
    predictor.commit()
    try writeIfFull()
  }

  mutating func addBlank() throws {
    blanks.append(predictor.pending)
    try writeIfFull()
  }

  private mutating func writeIfFull() throws {
    if predictor.pending + blanks.count >= predictor.capacity { try write() }
  }

  /// Predicts what is pending.
  private mutating func write() throws {
    var answered = 0
    var blank = 0
    func writeBlanks() throws {
      while blank < blanks.count, blanks[blank] == answered {
        try writer.writeBlank()
        blank += 1
      }
    }
    try predictor.flush { prediction in
      try writeBlanks()
      try writer.write(prediction)
      answered += 1
    }
    try writeBlanks()
    blanks.removeAll(keepingCapacity: true)
  }

  /// Predicts what is pending, and leaves nothing behind.
  mutating func flush() throws {
    try write()
    try writer.flush()
  }
}
