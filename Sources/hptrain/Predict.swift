import ArgumentParser
import Configuration
import Datasets
import Training

struct Predict: ParsableCommand {
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case csv
    case json
  }

  static let configuration = CommandConfiguration(
    abstract: "Predicts from new data with a trained model.",
    discussion: """
      Rows of CSV are matched to the model by the names of the columns, in any order; others are \
      ignored. Each row gives one line as soon as it has arrived: the label and the probability of \
      each class, or the predicted numbers. A model trained on IDX reads IDX.

        hptrain predict runs/iris/model.safetensors - < new.csv | cut -d, -f1 | sort | uniq -c

      A row with a category that training has not seen, a text among numbers or the like ends the \
      command; with --on-error skip or blank the others are answered, and the exit code is 65.

      A model of series (data.window) forecasts from the last rows of each series: a line for each \
      step, with the group if there is one, the time or the number of the step, and the numbers. \
      With --every and without times, the row that a forecast starts from comes before its step.
      """)

  @Argument(
    help: "A model.safetensors file, or the folder of a run.",
    completion: .file(extensions: ["safetensors"]))
  var model: String

  @Argument(help: "CSV or IDX data, plain or in gzip, or - for standard input.")
  var input = "-"

  @Option(help: "How to write: csv, or json with one object a line.")
  var format = Format.csv

  @Flag(help: "Name the columns in a first line of the CSV output.")
  var header = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Forecast after every so many rows of a series, not only after its last.", valueName: "rows"))
  var every: Int?

  @Option(
    name: .customLong("on-error"),
    help: ArgumentHelp(
      "What a row does that cannot be answered: stop, skip (no line), or blank (a line without an answer).",
      valueName: "what"))
  var badRows = BadRowHandling.stop

  @OptionGroup var threads: ThreadOptions

  /// Enough for all threads to have a share.
  private static let batchRows = 4096

  func validate() throws {
    if header, format == .json {
      throw ValidationError(
        "--header names the columns of CSV, and contradicts --format json, which names each value")
    }
    if let every, every < 1 { throw ValidationError("--every must be at least 1") }
  }

  func run() throws {
    CoreSelection.apply()
    try reporting {
      let model = try TrainedModel(path: ModelPath.resolve(model), rows: Self.batchRows)
      guard !(model.encoding is TextEncoding) else {
        throw Failure(
          Diagnostic(
            .error, .data, code: "text-model", "this model was trained on a text",
            help: "use: hptrain generate \(self.model) --prompt \"…\""))
      }
      let predictor = try Predictor(model, pool: threads.makePool())
      let table = model.encoding as? TableEncoding
      guard badRows == .stop || table != nil && table?.window == nil else {
        throw Failure(
          Diagnostic(
            .error, .usage, code: "usage",
            "--on-error is for rows of tables, each of which is answered by itself"))
      }
      if let table, let window = table.window {
        return try forecast(table, window, predictor)
      }
      guard every == nil else {
        throw Failure(
          Diagnostic(
            .error, .usage, code: "usage",
            "--every is for models of series; this one predicts from every row anyway"))
      }
      var writer = PredictionWriter(model.encoding.target, format: format)
      if header { try writer.writeHeader() }
      var answers = AnswerQueue(predictor, writer)
      do {
        if let table { try predictTable(table, &answers) }
        if let arrays = model.encoding as? ArrayEncoding { try predictArrays(arrays, &answers) }
      } catch {
        // What was predicted before the mistake is not lost.
        try answers.flush()
        throw error
      }
      try answers.flush()
    }
  }

  private func predictTable(_ encoding: TableEncoding, _ answers: inout AnswerQueue) throws {
    var rows = try PredictionRows(input, encoding)
    var prediction = TablePrediction(
      encoder: try RowEncoder(encoding, columns: rows.columns, file: input), answers: answers,
      bad: BadRows(badRows))
    defer { answers = prediction.answers }
    PredictionRows.note(extraColumns: prediction.encoder.extraColumns)
    if rows.isFirstPending, try rows.next(beforeWaiting: {}) { try prediction.take(rows.row) }
    if let rest = rows.rest,
      let blocks = RowBlocks(
        rest.contents, from: rest.offset, encoding: encoding, encoder: prediction.encoder,
        pool: answers.predictor.pool)
    {
      try prediction.take(blocks, of: rest.contents, dialect: encoding.dialect(of: rest.contents))
    } else {
      while try rows.next(beforeWaiting: { try prediction.answers.flush() }) {
        try prediction.take(rows.row)
      }
    }
    let data = answers.predictor.model.config.data as? CSVDataConfig
    PredictionRows.note(
      filledIn: prediction.encoder.filledIn.filter { data?.fillsIn($0.column) == false })
    try prediction.finish()
  }

  private func forecast(
    _ encoding: TableEncoding, _ window: WindowEncoding, _ predictor: Predictor
  ) throws {
    var rows = try PredictionRows(input, encoding)
    var forecast = try Forecast(
      encoding, window, predictor, columns: rows.columns, file: input, format: format,
      every: every)
    PredictionRows.note(extraColumns: forecast.extraColumns)
    if header { try forecast.writeHeader() }
    do {
      while try rows.next(beforeWaiting: { try forecast.flush() }) { try forecast.take(rows.row) }
    } catch {
      try forecast.flush()
      throw error
    }
    PredictionRows.note(droppedRows: forecast.dropped)
    try forecast.finish()
  }

  private func predictArrays(_ encoding: ArrayEncoding, _ answers: inout AnswerQueue) throws {
    let file = try IDXFile(
      input == "-"
        ? FileBytes(descriptor: 0, name: "-", compression: .keep)
        : FileBytes(path: input, compression: .keep))
    let shape = Array(file.header.dimensions.dropFirst())
    guard shape == encoding.storedShape else {
      throw Failure(
        Diagnostic(
          .error, .data, code: "shape",
          "\(Spelling.file(input)) holds examples of the shape \(Self.text(shape)), the model was trained on "
            + Self.text(encoding.storedShape)))
    }
    try encoding.check(file)
    try answers.write(answersFor: encoding.matrix(of: file))
  }

  private static func text(_ shape: [Int]) -> String {
    shape.isEmpty ? "1" : shape.map { String($0) }.joined(separator: "×")
  }
}
