/// Finds the place of a text among the categories that training has seen: of the same text, or else of the same whole
/// number with other decimals.
///
/// Programs write 12 as 12.0 as soon as a value of the column is missing, so that a later file has what training has not
/// seen by its letters (`ClassName`).
package struct CategoryIndex: Sendable {
  private let places: [String: Int]
  private let wholeNumbers: [String: Int]

  package init(_ categories: [String]) {
    var places: [String: Int] = [:]
    var wholeNumbers: [String: Int] = [:]
    for (place, category) in categories.enumerated() where places[category] == nil {
      places[category] = place
      let name = ClassName.withoutDecimals(category)
      if ClassName.isWholeNumber(name), wholeNumbers[name] == nil { wholeNumbers[name] = place }
    }
    self.places = places
    self.wholeNumbers = wholeNumbers
  }

  package subscript(text: String) -> Int? {
    if let place = places[text] { return place }
    return wholeNumbers.isEmpty ? nil : wholeNumbers[ClassName.withoutDecimals(text)]
  }

  /// The text with or without decimals that is found at the same place as a category is, where it is none itself.
  package func otherText(of category: String) -> String? {
    let name = ClassName.withoutDecimals(category)
    guard ClassName.isWholeNumber(name), let place = places[category] else { return nil }
    let other = name == category ? name + ".0" : name
    return places[other] == nil && wholeNumbers[name] == place ? other : nil
  }
}
