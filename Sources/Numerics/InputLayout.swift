/// What the numbers of an example of a table are: quantities, or indices of categories. A category is one
/// number in memory, however many there are of it.
package struct InputLayout: Sendable, Equatable {
  package enum Segment: Sendable, Equatable {
    /// So many quantities.
    case numbers(Int)
    /// The index of one of so many categories, below 0 for none of them: as many inputs, of which one is 1.
    case oneHot(Int)
    /// The same, as a learned vector; several columns may share their vectors by the name of their table.
    case embedding(table: String, categories: Int, dimensions: Int)

    /// The numbers that an example has for it.
    package var storedWidth: Int {
      if case .numbers(let count) = self { count } else { 1 }
    }

    /// The inputs that it is for the first layer.
    package var width: Int {
      switch self {
      case .numbers(let count), .oneHot(let count): count
      case .embedding(_, _, let dimensions): dimensions
      }
    }
  }

  /// Quantities that follow each other are one segment.
  package let segments: [Segment]

  package init(_ segments: [Segment]) {
    self.segments = segments.reduce(into: []) { merged, segment in
      if case .numbers(let more) = segment, case .numbers(let count)? = merged.last {
        merged[merged.count - 1] = .numbers(count + more)
      } else {
        merged.append(segment)
      }
    }
  }

  package var storedWidth: Int { segments.reduce(0) { $0 + $1.storedWidth } }
  package var width: Int { segments.reduce(0) { $0 + $1.width } }

  /// Whether the numbers of an example are the inputs as they are.
  package var isPlain: Bool {
    segments.allSatisfy { if case .numbers = $0 { true } else { false } }
  }

  /// The inputs that are 0 or 1.
  package var oneHotWidth: Int {
    segments.reduce(0) { if case .oneHot(let count) = $1 { $0 + count } else { $0 } }
  }

  /// So many categories of a column are one-hot where nothing is said.
  package static let mostOneHot = 50

  /// The one-hot inputs of columns of more categories than become such where nothing is said.
  package var wideOneHotWidth: Int {
    segments.reduce(0) {
      if case .oneHot(let count) = $1, count > Self.mostOneHot { $0 + count } else { $0 }
    }
  }

  /// The layout behind the vectors, with categories as indices still.
  package var withoutEmbeddings: InputLayout {
    InputLayout(
      segments.map {
        if case .embedding(_, _, let dimensions) = $0 { .numbers(dimensions) } else { $0 }
      })
  }
}
