import Configuration

/// What lies around an image when a window moves over it.
package enum Padding: Sendable, Equatable {
  /// Nothing: windows lie inside of the image.
  case valid
  /// As much as makes the output ⌈input / stride⌉ long; an odd rest goes to the end.
  case same
  /// So much before and after, in each dimension.
  case amounts([Int])

  /// Where windows of a size go in one dimension of the input.
  ///
  /// - Parameter dimension: counted from the first of the window's.
  /// - Returns: the padding before the input and the number of windows, 0 if none fits.
  func place(
    input: Int, size: Int, stride: Int, dimension: Int
  ) -> (before: Int, count: Int) {
    switch self {
    case .valid: return (0, input < size ? 0 : (input - size) / stride + 1)
    case .same:
      let count = (input + stride - 1) / stride
      return (max(0, (count - 1) * stride + size - input) / 2, count)
    case .amounts(let amounts):
      let amount = amounts[dimension]
      let padded = input + 2 * amount
      return (amount, padded < size ? 0 : (padded - size) / stride + 1)
    }
  }
}

extension Codec where Value == Padding {
  /// `"valid"`, `"same"`, or numbers.
  static func padding(dimensions: Int) -> Codec {
    let names = Form.choice(["valid", "same"])
    let amounts = Codec<[Int]>.extents(dimensions: dimensions, in: .between(0, 100_000))
    return Codec(
      form: .either([names, amounts.form]),
      read: { json, reading in
        guard let name = json.string else {
          if json.double == nil, json.items == nil {
            reading.reportMismatch(json, expected: .either([names, amounts.form]))
            return nil
          }
          return amounts.read(json, &reading).map { .amounts($0) }
        }
        switch name {
        case "valid": return .valid
        case "same": return .same
        default:
          reading.report(
            code: "unknown-value", "'\(reading.path.name)' cannot be \"\(name)\"",
            at: json.location,
            help: Spelling.nearest(to: name, among: ["valid", "same"]).map {
              "did you mean \"\($0)\"?"
            }
              ?? "allowed: valid, same, or how much as a number")
          return nil
        }
      },
      write: { padding in
        switch padding {
        case .valid: .string("valid")
        case .same: .string("same")
        case .amounts(let values): amounts.write(values)
        }
      })
  }
}
