import Configuration
import Glibc

/// The losses of epochs as curves, each named at its end.
struct LossChart {
  struct Curve {
    let name: String
    let tone: Paint.Tone
    /// The loss of each epoch from the first that is shown; not a number where there is none.
    var losses: [Double] = []
  }

  let curves: [Curve]
  /// The number of the first epoch.
  let firstEpoch: Int
  /// Characters of a line, with the labels.
  let width: Int
  /// Lines of the curves, without the axis.
  let height: Int
  let isASCII: Bool
  let paint: Paint

  private static let fewestColumns = 16
  private static let fewestRows = 3

  private var shown: [Curve] { curves.filter { $0.losses.contains(where: \.isFinite) } }
  private var epochs: Int { curves.map(\.losses.count).max() ?? 0 }
  private var tags: [String] {
    shown.map { "\($0.name) \(TrainingReporter.short($0.losses.last ?? .nan))" }
  }
  private var columns: Int { width - PlotLabel.width - 3 - (tags.map(\.count).max() ?? 0) }

  /// The curves and their axis; nothing for fewer than two epochs, and where there is no room.
  var lines: [String] {
    let losses = shown.flatMap { $0.losses.filter(\.isFinite) }
    guard epochs > 1, columns >= Self.fewestColumns, height >= Self.fewestRows,
      let least = losses.min(), let greatest = losses.max()
    else { return [] }
    let axis = LossAxis(least: least, greatest: greatest)
    let canvases = shown.map { canvas(of: $0, axis) }
    let names = names(axis)
    return (0..<height).map { row in
      let isLabeled = row == 0 || row == height - 1 || row == height / 2
      let value = axis.value(1 - Double(row) / Double(height - 1))
      let label = isLabeled ? TrainingReporter.short(value) : ""
      let edge = isASCII ? "|" : isLabeled ? "┤" : "│"
      let name = names[row].map { " " + paint($0.text, $0.tone) } ?? ""
      return PlotLabel.trimmed(
        PlotLabel.padded(label) + " " + edge + line(row, canvases) + name)
    } + epochAxis
  }

  // MARK: - Curves

  private func canvas(of curve: Curve, _ axis: LossAxis) -> DotCanvas {
    var canvas = DotCanvas(columns: columns, rows: height, isASCII: isASCII)
    var last: (x: Int, y: Int)?
    for (epoch, loss) in curve.losses.enumerated() {
      guard loss.isFinite else {
        last = nil
        continue
      }
      let share = Double(epoch) / Double(epochs - 1)
      let dot = (
        x: Int((share * Double(canvas.dotWidth - 1)).rounded()),
        y: Int(((1 - axis.share(loss)) * Double(canvas.dotHeight - 1)).rounded())
      )
      canvas.draw(from: last ?? dot, to: dot)
      last = dot
    }
    return canvas
  }

  /// The characters of a row: where curves meet, all dots in the tone of the last.
  private func line(_ row: Int, _ canvases: [DotCanvas]) -> String {
    var text = ""
    var run = (text: "", tone: Paint.Tone?.none)
    func finish() { text += run.tone.map { paint(run.text, $0) } ?? run.text }
    for column in 0..<columns {
      let dots = canvases.map { $0.dots(row, column) }
      let tone = dots.lastIndex { $0 != 0 }.map { shown[$0].tone }
      let character = DotCanvas.character(dots.reduce(0, |), isASCII: isASCII)
      if tone != run.tone {
        finish()
        run = ("", tone)
      }
      run.text.append(character)
    }
    finish()
    return text
  }

  /// The name of each curve with its last loss, in the row in which it ends or the next that is free.
  private func names(_ axis: LossAxis) -> [(text: String, tone: Paint.Tone)?] {
    var rows = [(text: String, tone: Paint.Tone)?](repeating: nil, count: height)
    let ends = zip(shown, tags).map { curve, tag in
      let last = curve.losses.last { $0.isFinite } ?? .nan
      return (
        row: Int(((1 - axis.share(last)) * Double(height - 1)).rounded()), curve: curve, tag: tag
      )
    }.sorted { $0.row < $1.row }
    for end in ends {
      let free = rows.indices.filter { rows[$0] == nil }
      // The nearest, of two the lower one, so that what is above stays above.
      guard
        let row = free.min(by: { (abs($0 - end.row), -$0) < (abs($1 - end.row), -$1) })
      else { continue }
      rows[row] = (end.tag, end.curve.tone)
    }
    return rows
  }

  // MARK: - Epochs

  /// The axis with the numbers of the first and the last epoch.
  private var epochAxis: [String] {
    let (first, last) = (String(firstEpoch), String(firstEpoch + epochs - 1))
    let margin = PlotLabel.padded("") + " "
    let line = String(repeating: isASCII ? "-" : "─", count: columns)
    let gap = String(repeating: " ", count: max(1, columns - first.count - last.count))
    return [
      margin + (isASCII ? "+" : "└") + line,
      PlotLabel.padded("epoch") + "  " + first + gap + last,
    ]
  }
}

/// Where losses lie between the least and the greatest, from 0 to 1.
private struct LossAxis {
  private let least: Double
  private let greatest: Double
  private let isLogarithmic: Bool

  /// Where losses differ by more, equal distances stand for equal ratios.
  private static let largestLinearRatio = 10.0

  init(least: Double, greatest: Double) {
    self.least = least
    self.greatest = greatest
    isLogarithmic = least > 0 && greatest / least > Self.largestLinearRatio
  }

  func share(_ loss: Double) -> Double {
    guard greatest > least else { return 0.5 }
    return isLogarithmic
      ? log(loss / least) / log(greatest / least) : (loss - least) / (greatest - least)
  }

  func value(_ share: Double) -> Double {
    isLogarithmic
      ? least * pow(greatest / least, share) : least + (greatest - least) * share
  }
}
