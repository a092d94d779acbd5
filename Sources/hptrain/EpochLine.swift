import Configuration
import Training

/// The figures of an epoch in a line, as many of them as fit.
struct EpochLine {
  let number: Int
  let epochs: Int
  let train: Figures
  let validation: Figures?
  let isBest: Bool

  /// Where there is no room for all, the validation part does without the names, which are those of the training part;
  /// then the last metrics are left out.
  ///
  /// - Parameter width: of the terminal, in characters; `nil` for all figures in full.
  func text(width: Int?, paint: Paint) -> String {
    guard let width, length(of: pieces(train.all.count, namesAll: true)) > width else {
      return Self.join(pieces(train.all.count, namesAll: true), paint)
    }
    for count in stride(from: train.all.count, through: 1, by: -1) {
      let pieces = pieces(count, namesAll: false)
      if length(of: pieces) <= width { return Self.join(pieces, paint) }
    }
    let shortest = pieces(1, namesAll: false, isShort: true)
    guard length(of: shortest) > width else { return Self.join(shortest, paint) }
    return String(Self.join(shortest, Paint(isOn: false)).prefix(width))
  }

  private typealias Piece = (text: String, tone: Paint.Tone?)

  /// - Parameters:
  ///   - count: how many figures there are of each part.
  ///   - namesAll: whether those of the validation part have their names too.
  ///   - isShort: whether what can be guessed is left out.
  private func pieces(_ count: Int, namesAll: Bool, isShort: Bool = false) -> [Piece] {
    let digits = String(number)
    let padding = String(repeating: " ", count: max(0, String(epochs).count - digits.count))
    var pieces: [Piece] = [
      (
        (isShort ? "" : "epoch \(padding)") + "\(digits)/\(epochs)  "
          + Self.describe(train, count, isNamed: true), nil
      )
    ]
    guard let validation else { return pieces }
    pieces.append(("  validation ", .dim))
    pieces.append((Self.describe(validation, count, isNamed: namesAll), nil))
    if isBest, !isShort { pieces.append(("  best", .green)) }
    return pieces
  }

  private func length(of pieces: [Piece]) -> Int { pieces.reduce(0) { $0 + $1.text.count } }

  private static func join(_ pieces: [Piece], _ paint: Paint) -> String {
    pieces.map { piece in piece.tone.map { paint(piece.text, $0) } ?? piece.text }.joined()
  }

  private static func describe(_ figures: Figures, _ count: Int, isNamed: Bool) -> String {
    figures.all.prefix(count).map {
      (isNamed ? "\($0.name) " : "") + TrainingReporter.short($0.value)
    }.joined(separator: "  ")
  }
}
