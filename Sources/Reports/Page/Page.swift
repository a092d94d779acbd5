import Mustache
import Pictures

/// A document: facts at the top, and sections of pictures, tables and texts.
///
/// The template sees stored properties only.
package struct Page: Sendable {
  /// A name and what stands for it.
  struct Fact: Sendable {
    let name: String
    let value: String
    /// Whether it is one of the figures that a run is judged by.
    var isMain = false
  }

  struct Table: Sendable {
    struct Cell: Sendable {
      let text: String
      let isNumber: Bool
      let isStrong: Bool
      /// The classes of the element.
      let style: String

      /// - Parameters:
      ///   - isNumber: whether it stands for a number, which is aligned by its end.
      ///   - isStrong: whether it is to stand out, as the best of a row.
      init(text: String, isNumber: Bool = false, isStrong: Bool = false) {
        self.text = text
        self.isNumber = isNumber
        self.isStrong = isStrong
        style = [isNumber ? "number" : nil, isStrong ? "strong" : nil].compactMap { $0 }
          .joined(separator: " ")
      }
    }

    struct Row: Sendable {
      let head: String
      let cells: [Cell]
      var isMarked = false
    }

    let caption: String
    /// Each stands where its numbers do, at the end.
    let columns: [Cell]
    let rows: [Row]
    /// Shown only to those who open it.
    let isFolded: Bool

    /// - Parameter columns: the names of the heads of the rows and of their cells.
    init(caption: String, columns: [String], rows: [Row], isFolded: Bool = false) {
      self.caption = caption
      self.rows = rows
      self.isFolded = isFolded
      self.columns = columns.enumerated().map { index, name in
        Cell(
          text: name,
          isNumber: rows.contains {
            index > 0 && index <= $0.cells.count && $0.cells[index - 1].isNumber
          })
      }
    }
  }

  struct Text: Sendable {
    let title: String
    let body: String
  }

  /// A small picture with what there is to say of it.
  struct Card: Sendable {
    /// `data:image/png;base64,…`; `nil` for a card of words.
    let image: String?
    let description: String
    let title: String
    let facts: [Fact]
  }

  /// One of these.
  struct Block: Sendable {
    var figure: FigureView?
    var table: Table?
    var text: Text?
    var cards: Cards?

    static func figure(_ figure: Figure?, isWide: Bool = false, note: String? = nil) -> Block? {
      figure.map { Block(figure: FigureView($0, isWide: isWide, note: note)) }
    }

    static func table(_ table: Table) -> Block { Block(table: table) }
    static func text(_ title: String, _ body: String) -> Block {
      Block(text: Text(title: title, body: body))
    }
    static func cards(_ cards: [Card]) -> Block? {
      cards.isEmpty ? nil : Block(cards: Cards(list: cards))
    }
  }

  struct Cards: Sendable {
    let list: [Card]
  }

  struct FigureView: Sendable {
    let title: String
    let svg: String
    let isWide: Bool
    let note: String?
    let numbers: Numbers?

    struct Numbers: Sendable {
      let columns: [String]
      let rows: [[String]]
      let note: String?
    }

    init(_ figure: Figure, isWide: Bool, note: String?) {
      title = figure.title
      svg = figure.svg
      self.isWide = isWide
      self.note = note
      numbers = figure.table.map { table in
        Numbers(
          columns: table.columns, rows: table.rows,
          note: table.rows.count < table.total
            ? "\(table.rows.count) of \(table.total) rows, at equal distances" : nil)
      }
    }
  }

  struct Section: Sendable {
    let id: String
    let title: String
    let lead: String?
    let blocks: [Block]

    init(_ id: String, _ title: String, lead: String? = nil, _ blocks: [Block?]) {
      self.id = id
      self.title = title
      self.lead = lead
      self.blocks = blocks.compactMap { $0 }
    }
  }

  let kind: String
  let title: String
  let lead: String?
  let facts: [Fact]
  let notes: [String]
  let sections: [Section]
  let version: String

  init(
    kind: String, title: String, lead: String?, facts: [Fact], notes: [String],
    sections: [Section], version: String
  ) {
    self.kind = kind
    self.title = title
    self.lead = lead
    self.facts = facts
    self.notes = notes
    self.sections = sections.filter { !$0.blocks.isEmpty }
    self.version = version
  }

  /// What the first bytes of a page tell.
  package static let mark = "<meta name=\"generator\" content=\"hptrain"

  /// The document, with everything that it shows inside.
  package func html() throws -> String {
    let template = try MustacheTemplate(string: PageTemplate.text)
    return template.render(Context(page: self, stylesheet: Stylesheet.text))
  }

  private struct Context {
    let page: Page
    let stylesheet: String
  }
}
