import Configuration

extension ArrayEncoding {
  /// Refuses features whose numbers mean something else than those that the model learned from.
  ///
  /// - Throws: `Failure` that says what both hold.
  package func check(_ file: IDXFile) throws(Failure) {
    let type = file.header.elementType
    guard let learned = elementType, !type.means(sameAs: learned, isUnit: isScaledByType) else {
      return
    }
    throw Failure(
      Diagnostic(
        .error, .data, code: "element-type",
        "\(Spelling.file(file.name)) holds \(type.numbers), the model was trained on "
          + learned.scaledNumbers(isUnit: isScaledByType),
        help: "write them as \(learned.numbers) on the scale of the training file"))
  }
}
