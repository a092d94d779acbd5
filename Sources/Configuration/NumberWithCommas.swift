/// A number in which commas stand, as `0,01`, `1,000` or what should be an array.
struct NumberWithCommas {
  private let groups: [Substring]

  init(_ text: String) {
    groups = text.split(separator: ",", omittingEmptySubsequences: false)
  }

  /// With a point in place of the comma; `nil` where that may be no decimal comma.
  var decimal: String? { groups.count == 2 && thousands == nil ? pointed : nil }

  private var pointed: String { groups.joined(separator: ".") }

  /// Without the commas, if they may group thousands.
  private var thousands: String? {
    guard let first = groups.first, first.count <= 4, first != "0", first != "-0",
      groups.dropFirst().allSatisfy({ $0.count == 3 && $0.allSatisfy(\.isNumber) })
    else { return nil }
    return groups.joined()
  }

  /// What to write instead.
  var help: String {
    if let thousands {
      return "write \(thousands)" + (groups.count == 2 ? ", or \(pointed) for a decimal comma" : "")
    }
    return groups.count == 2
      ? "write \(pointed)" : "write [\(groups.joined(separator: ", "))] for an array"
  }
}
