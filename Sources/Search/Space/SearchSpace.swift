/// What is searched: hyperparameters, some of which are there only for some values of others.
package struct SearchSpace: Sendable, Equatable {
  package struct Dimension: Sendable, Equatable {
    /// The path of the hyperparameter in the configuration.
    package let name: String
    package let domain: Domain
    /// nil: it is always there.
    package let condition: Condition?

    package init(name: String, domain: Domain, condition: Condition? = nil) {
      self.name = name
      self.domain = domain
      self.condition = condition
    }
  }

  /// A dimension is there while another has one of some values, and is there itself.
  package struct Condition: Sendable, Equatable {
    /// The index of a dimension that stands before this one, and that has a category or an integer.
    package let dimension: Int
    package let values: [Double]

    package init(dimension: Int, values: [Double]) {
      self.dimension = dimension
      self.values = values
    }
  }

  package let dimensions: [Dimension]

  package init(_ dimensions: [Dimension]) { self.dimensions = dimensions }

  /// Whether a dimension is there, by the values of those before it.
  package func isActive(_ dimension: Int, in values: [Double?]) -> Bool {
    guard let condition = dimensions[dimension].condition else { return true }
    guard let value = values[condition.dimension] else { return false }
    return condition.values.contains(value)
  }
}

/// A value for each dimension; nil where it is not there. Integers and the indices of categories are whole
/// numbers.
package struct Point: Sendable, Equatable, Hashable {
  package var values: [Double?]

  package init(_ values: [Double?]) { self.values = values }
}
