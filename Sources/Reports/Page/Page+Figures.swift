import Configuration
import Pictures

extension Page {
  /// The names of the pictures, in their order: their titles in small letters with hyphens, as far as a comma, and as
  /// they are typed.
  package var figureNames: [String] { figures.map(\.name) }

  private var figures: [(name: String, view: FigureView)] {
    var found: [(name: String, view: FigureView)] = []
    for view in sections.flatMap(\.blocks).compactMap(\.figure) {
      let title = view.title.prefix { $0 != "," }.lowercased()
      let typed = String(title.map { $0 == "²" ? "2" : $0 })
      let name = typed.split { !$0.isLetter && !$0.isNumber }.joined(separator: "-")
      found.append((name, view))
    }
    return found
  }

  /// A picture as a file of its own, in light and dark as its reader's system is.
  ///
  /// - Throws: `Failure` if the page has none of that name.
  package func svg(of name: String) throws -> String {
    guard let view = figures.first(where: { $0.name == name })?.view else {
      throw Failure(
        Diagnostic(
          .error, .usage, code: "figure", "the page has no picture '\(name)'",
          help: "it has \(figureNames.joined(separator: ", "))"))
    }
    return PictureFile.text(of: view.svg)
  }
}
