import Configuration
import Numerics

/// A matrix with orthonormal rows or columns, whichever are fewer, times a scale (Saxe, McClelland, Ganguli,
/// ICLR 2014), made of normal numbers.
package struct Orthogonal: Initializer {
  package static let type = "orthogonal"
  package static let summary = "Orthonormal rows or columns, whichever are fewer."
  package static let guidance = Guidance.choice(
    """
    Recurrent kernels, through which a signal passes many times without growing or \
    shrinking; very deep plain networks. One of 2,000 rows takes a second to draw.
    """,
    typical: "Recurrent layers in Keras.",
    example: #""recurrent_initializer": "orthogonal""#)

  package var scale = 1.0

  package init() {}

  package static let keys: [Key<Self>] = [.scale(\.scale)]

  /// The last dimension counts the columns, all others together the rows.
  package func fill(
    _ values: UnsafeMutableBufferPointer<Float>, shape: Shape, fans: Fans, random: Random
  ) {
    let columns = max(1, shape.dimensions.last ?? 1)
    let rows = values.count / columns
    let (count, length) = rows < columns ? (rows, columns) : (columns, rows)
    var vectors = (0..<values.count).map { random.normal($0) }
    vectors.withUnsafeMutableBufferPointer { vectors in
      guard let first = vectors.baseAddress else { return }
      orthonormalize(first, count: count, length: length)
    }
    for row in 0..<rows {
      for column in 0..<columns {
        let place = rows < columns ? row * length + column : column * length + row
        values[row * columns + column] = Float(scale * vectors[place])
      }
    }
  }
}
