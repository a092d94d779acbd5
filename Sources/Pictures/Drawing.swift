/// A drawing in SVG, in a coordinate system with its origin at the top left.
///
/// Colours are left to classes, so that a page can show a drawing in light and dark. It has a title and a description
/// for those who do not see it (W3C, Accessible Rich Internet Applications: the role `img`).
struct Drawing {
  let width: Double
  let height: Double
  private var elements: [String] = []

  init(width: Double, height: Double) {
    self.width = width
    self.height = height
  }

  enum Anchor: String {
    case start
    case middle
    case end
  }

  struct Point {
    let x: Double
    let y: Double
  }

  mutating func line(from start: Point, to end: Point, style: String) {
    elements.append(
      "<line class=\"\(style)\" x1=\"\(Self.text(start.x))\" y1=\"\(Self.text(start.y))\" "
        + "x2=\"\(Self.text(end.x))\" y2=\"\(Self.text(end.y))\"/>")
  }

  /// - Parameter dashes: lengths of dashes and gaps; empty for a line without gaps.
  mutating func path(_ points: [Point], style: String, dashes: [Int] = []) {
    guard let first = points.first else { return }
    var commands = "M\(Self.text(first.x)) \(Self.text(first.y))"
    for point in points.dropFirst() {
      commands += "L\(Self.text(point.x)) \(Self.text(point.y))"
    }
    let pattern =
      dashes.isEmpty
      ? "" : " stroke-dasharray=\"\(dashes.map(String.init).joined(separator: " "))\""
    elements.append("<path class=\"\(style)\" d=\"\(commands)\"\(pattern)/>")
  }

  mutating func circle(
    at center: Point, radius: Double, style: String, opacity: Double? = nil, title: String? = nil
  ) {
    element(
      "circle class=\"\(style)\" cx=\"\(Self.text(center.x))\" cy=\"\(Self.text(center.y))\" "
        + "r=\"\(Self.text(radius))\"\(Self.opacity(opacity))", title)
  }

  /// - Parameter opacity: between 0 and 1; `nil` for what the style says.
  mutating func rectangle(
    at corner: Point, width: Double, height: Double, style: String, opacity: Double? = nil,
    title: String? = nil
  ) {
    element(
      "rect class=\"\(style)\" x=\"\(Self.text(corner.x))\" y=\"\(Self.text(corner.y))\" "
        + "width=\"\(Self.text(width))\" height=\"\(Self.text(height))\"\(Self.opacity(opacity))",
      title)
  }

  /// - Parameter isUpward: whether the text runs from the bottom to the top.
  mutating func text(
    _ content: String, at point: Point, anchor: Anchor = .start, style: String,
    isUpward: Bool = false
  ) {
    let turn =
      isUpward ? " transform=\"rotate(-90 \(Self.text(point.x)) \(Self.text(point.y)))\"" : ""
    elements.append(
      "<text class=\"\(style)\" x=\"\(Self.text(point.x))\" y=\"\(Self.text(point.y))\" "
        + "text-anchor=\"\(anchor.rawValue)\"\(turn)>\(Markup.escaped(content))</text>")
  }

  private mutating func element(_ tag: String, _ title: String?) {
    let name = tag.prefix { $0 != " " }
    elements.append(
      title.map { "<\(tag)><title>\(Markup.escaped($0))</title></\(name)>" } ?? "<\(tag)/>")
  }

  /// The element for a page.
  func svg(title: String, description: String) -> String {
    // The address of the name space is not needed within HTML, and a page is to hold no address at all.
    "<svg viewBox=\"0 0 \(Self.text(width)) \(Self.text(height))\" role=\"img\" aria-label=\""
      + "\(Markup.escaped(title)). \(Markup.escaped(description))\">"
      + elements.joined() + "</svg>"
  }

  private static func opacity(_ value: Double?) -> String {
    value.map { " fill-opacity=\"\(text((min(max($0, 0), 1) * 100).rounded() / 100))\"" } ?? ""
  }

  /// Tenths are finer than what a screen shows.
  private static func text(_ value: Double) -> String {
    guard value.isFinite else { return "0" }
    let tenths = Int((min(max(value, -1e6), 1e6) * 10).rounded())
    if abs(tenths) < 10, value != 0, abs(value) < 1 {
      let hundredths = Int((value * 100).rounded())
      let digits = String(abs(hundredths))
      return (hundredths < 0 ? "-" : "") + "0." + (digits.count < 2 ? "0" : "") + digits
    }
    let sign = tenths < 0 ? "-" : ""
    let (whole, rest) = abs(tenths).quotientAndRemainder(dividingBy: 10)
    return rest == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(rest)"
  }
}
