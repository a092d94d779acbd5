import Configuration

/// What follows what in a column: the parts of its dates, or its categories.
package enum ColumnOrder: Sendable, Equatable {
  case dates(DateOrder)
  /// From the first to the last.
  case categories([String])

  package var ofDates: DateOrder? { if case .dates(let order) = self { order } else { nil } }

  package var ofCategories: [String]? {
    if case .categories(let list) = self { list } else { nil }
  }
}

extension Codec where Value == ColumnOrder {
  static var columnOrder: Codec {
    let dates = Codec<DateOrder>.choice
    let categories = Codec<[String]>.list(.anyString, atLeast: 2)
    return Codec(
      form: .either([dates.form, categories.form]),
      read: { json, reading in
        guard json.items != nil else { return dates.read(json, &reading).map { .dates($0) } }
        guard let list = categories.read(json, &reading) else { return nil }
        for (index, name) in list.enumerated() where list[..<index].contains(name) {
          reading.report(
            code: "duplicate-category", "\"\(name)\" stands twice in '\(reading.path.name)'",
            at: json.items?[index].location)
          return nil
        }
        return .categories(list)
      },
      write: { value in
        switch value {
        case .dates(let order): dates.write(order)
        case .categories(let list): categories.write(list)
        }
      })
  }
}
