import Configuration
import Numerics

/// A matrix with orthonormal rows or columns, whichever are fewer, times a scale (Saxe, McClelland, Ganguli,
/// ICLR 2014): Gram and Schmidt on normal numbers, each vector orthogonalized twice for its digits.
package struct Orthogonal: Initializer {
  package static let type = "orthogonal"
  package static let summary = "Orthonormal rows or columns, whichever are fewer."
  package static let guidance = Guidance.choice(
    """
    Recurrent kernels, through which a signal passes many times without growing or \
    shrinking; very deep plain networks. Slow to draw for matrices of thousands of rows.
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
    var vectors: [[Double]] = []
    for vector in 0..<count {
      var current = (0..<length).map { random.normal(vector * length + $0) }
      for _ in 0..<2 {
        for other in vectors {
          let projection = zip(current, other).reduce(0) { $0 + $1.0 * $1.1 }
          for index in 0..<length { current[index] -= projection * other[index] }
        }
      }
      let norm = current.reduce(0) { $0 + $1 * $1 }.squareRoot()
      vectors.append(current.map { $0 / norm })
    }
    for row in 0..<rows {
      for column in 0..<columns {
        let value = rows < columns ? vectors[row][column] : vectors[column][row]
        values[row * columns + column] = Float(scale * value)
      }
    }
  }
}
