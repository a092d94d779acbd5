import Configuration
import Datasets
import Training

/// Writes answers in the order of the rows, among them lines for rows without one.
struct AnswerQueue {
  let predictor: Predictor
  var writer: PredictionWriter
  /// For each line without an answer, how many pending examples stand before it.
  private var blanks: [Int] = []
  private var parallelLines = ParallelLines()

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
    if predictor.pending >= predictor.capacity || blanks.count >= predictor.capacity { try write() }
  }

  /// Takes rows that are encoded already.
  mutating func add(_ part: RowBlocks.Part) throws {
    let width = predictor.inputCount
    var taken = 0
    // Batches are full ones, wherever the text was cut: digits depend on nothing that is not in it.
    while taken < part.count {
      let count = min(part.count - taken, predictor.capacity - predictor.pending)
      predictor.nextInputs.update(from: part.inputs + taken * width, count: count * width)
      predictor.commit(count)
      taken += count
      try writeIfFull()
    }
  }

  /// Predicts what is pending.
  private mutating func write() throws {
    guard blanks.isEmpty else { return try writeWithBlanks() }
    try predictor.flushOutputs { try write($0, rows: $1) }
  }

  /// Predicts all examples of a matrix.
  mutating func write(answersFor features: ExampleMatrix) throws {
    try predictor.outputs(of: features) { try write($0, rows: $1) }
  }

  private mutating func write(_ outputs: UnsafeMutablePointer<Float>, rows: Int) throws {
    var text: [UInt8] = []
    parallelLines.append(outputs, rows: rows, predictor, writer.lines, to: &text)
    try writer.write(lines: text)
  }

  private mutating func writeWithBlanks() throws {
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
