import Configuration
import Numerics

extension Codec where Value == [Int] {
  /// An extent in each of so many dimensions: one number for all, or one for each.
  static func extents(dimensions: Int, in bounds: Bounds) -> Codec {
    let item = Codec<Int>.integer(in: bounds)
    let form = Form.either([item.form, .list(item.form, atLeast: dimensions, atMost: dimensions)])
    return Codec(
      form: form,
      read: { json, reading in
        guard let items = json.items else {
          return item.read(json, &reading).map { Array(repeating: $0, count: dimensions) }
        }
        guard items.count == dimensions else {
          reading.report(
            code: "wrong-count",
            "'\(reading.path.name)' takes one number\(dimensions == 1 ? "" : ", or \(dimensions)"), not \(items.count)",
            at: json.location)
          return nil
        }
        let values = items.enumerated().compactMap { index, json in
          reading.within(.index(index)) { item.read(json, &$0) }
        }
        return values.count == dimensions ? values : nil
      },
      write: { dimensions == 1 ? item.write($0[0]) : .array($0.map(item.write)) })
  }
}

extension Extent {
  /// The extents of a configuration: height and width, or the width alone.
  init(_ extents: [Int]) {
    self.init(height: extents.count > 1 ? extents[0] : 1, width: extents[extents.count - 1])
  }
}

extension Bounds {
  /// What sizes, strides and the like may be; no image that fits into memory needs more.
  static let windowExtent = Bounds.between(1, 100_000)
}
