import Configuration
import Datasets
import TestSupport

extension FuzzTarget {
  /// Rows of CSV are the same in whatever pieces their text arrives. The first byte says in which.
  static let rows = FuzzTarget(
    name: "rows", words: { ["\"\"", "\r\n", "\u{FEFF}", "\"\n\"", ","] },
    seeds: {
      [
        "a,b,c\n1,2.5,x\n-3,4e2,y\n5,NA,\"z\"\n", "\u{FEFF}p,q\r\n\"1\",\"2\r\n3\"\r\n",
        "\"a \"\"quoted\"\" word\",é\r,\n\n\"x\"", "1.5,,\t ,\"p\nq\"\r\n\r\n",
      ].map { [3] + Array($0.utf8) }
    },
    read: { bytes in
      guard let first = bytes.first else { return false }
      let text = Array(bytes.dropFirst())
      let whole = transcript(text, chunk: { text.count })
      var generator = SplitMix64(seed: UInt64(first))
      let parts = transcript(text, chunk: { Int.random(in: 1...5, using: &generator) })
      try require(parts == whole, "in pieces \(parts), as a whole \(whole)")
      return whole.last != refused
    })

  private static let refused = "refused"

  /// The rows with their lines and the error in words, for a text that arrives in chunks.
  ///
  /// - Parameter chunk: how many bytes arrive next.
  private static func transcript(_ text: [UInt8], chunk: () -> Int) -> [String] {
    var scanner = CSVRowScanner(file: "-")
    var row = CSVRow()
    var transcript: [String] = []
    var buffer: [UInt8] = []
    var arrived = 0
    do {
      while true {
        let isFinal = arrived == text.count
        let end = isFinal ? arrived : min(text.count, arrived + max(1, chunk()))
        buffer += text[arrived..<end]
        arrived = end
        var offset = 0
        try buffer.withUnsafeBytes { bytes in
          while try scanner.nextRow(in: bytes, from: &offset, isFinal: isFinal, into: &row) == .row
          {
            let fields = try (0..<row.count).map { index in
              "\(try row.string(at: index).debugDescription) \(row.wasQuoted(at: index))"
            }
            transcript.append("\(row.line): \(fields)")
          }
        }
        buffer.removeFirst(offset)
        if isFinal { return transcript }
      }
    } catch let failure as Failure {
      return transcript + failure.diagnostics.map { "\($0.code) \($0.message)" } + [refused]
    } catch {
      return transcript + ["\(error)", refused]
    }
  }
}
