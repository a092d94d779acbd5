import Configuration

// Mistakes that show in a file and were made in the configuration.
extension TablePreparation {
  /// - Throws: `Failure` if a file holds arrays, which are no table.
  func checkFormat(_ contents: FileBytes, at steps: [ConfigPath.Step]) throws {
    guard contents.withBytes({ (try? IDXHeader(of: $0, file: contents.name)) != nil }) else {
      return
    }
    throw Failure(
      context.finding(
        "format", "\(Spelling.file(contents.name)) is an IDX file, and no table", at: steps,
        help:
          "write \"format\": \"idx\" in data, with \"train\": {\"features\": \"…\", \"labels\": \"…\"}"
      ))
  }

  /// Points at the setting by which a column of texts is read as numbers.
  func blamingTypes<Result>(_ read: () throws -> Result) throws -> Result {
    do {
      return try read()
    } catch let failure as Failure {
      throw Failure(
        failure.diagnostics.map { diagnostic in
          guard let name = diagnostic.columns.first, config.columns[name]?.type == .number else {
            return diagnostic
          }
          return context.finding(
            diagnostic.code, diagnostic.message,
            at: [.key("columns"), .key(name), .key("type")],
            help: "remove \"number\", or write \"category\" in its place")
        })
    }
  }
}
