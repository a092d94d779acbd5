import Pictures

/// A picture as a file of its own, in light and dark as its reader's system is.
package enum PictureFile {
  /// What its first bytes are.
  package static let mark =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" style=\"background:var(--ground)\""

  package static func text(of figure: Figure) -> String { text(of: figure.svg) }

  /// - Parameter svg: as it stands in a page.
  static func text(of svg: String) -> String {
    // A file needs the name of its language, which a page does without.
    svg.replacingFirst("<svg ", by: mark + " ")
      .replacingFirst("\">", by: "\"><style>\(Stylesheet.text)</style>") + "\n"
  }
}

extension String {
  fileprivate func replacingFirst(_ part: String, by other: String) -> String {
    guard let range = firstRange(of: part) else { return self }
    return self[..<range.lowerBound] + other + self[range.upperBound...]
  }
}
