import Pictures
import Testing

@Suite struct ChartTests {
  private func line(_ series: LineChart.Series..., isYLogarithmic: Bool = false) throws -> Figure {
    try #require(
      LineChart(
        title: "Loss", xLabel: "epoch", yLabel: "loss", series: series,
        isYLogarithmic: isYLogarithmic
      ).figure)
  }

  /// The texts of a kind, in their order.
  private func texts(_ svg: String, _ style: String) -> [String] {
    svg.split(separator: "<text class=\"\(style)\"").dropFirst().compactMap { part in
      part.split(separator: ">").dropFirst().first?.split(separator: "<").first.map(String.init)
    }
  }

  /// The corners of the first line of a style.
  private func corners(_ svg: String, _ style: String) -> [(x: Double, y: Double)] {
    let path = svg.split(separator: "<path class=\"\(style)\" d=\"M").dropFirst().last ?? ""
    return path.prefix { $0 != "\"" }.split(separator: "L").map { corner in
      let numbers = corner.split(separator: " ").compactMap { Double($0) }
      return (numbers[0], numbers[1])
    }
  }

  /// Where a text lies from the left.
  private func place(of text: String, _ svg: String) throws -> Double {
    let element = try #require(
      svg.split(separator: "<text ").last { $0.contains(">\(text)</text>") })
    let rest = try #require(element.split(separator: " x=\"").dropFirst().first)
    return try #require(Double(rest.prefix { $0 != "\"" }))
  }

  @Test func axesAreMarkedAtRoundNumbers() throws {
    let figure = try line(.init("train", [(1, 0.03), (20, 0.98)]))
    #expect(
      texts(figure.svg, "tick") == ["0", "0.2", "0.4", "0.6", "0.8", "1", "5", "10", "15", "20"])
  }

  @Test func aLogarithmicAxisIsMarkedAtPowersOfTen() throws {
    let figure = try line(.init("train", [(1, 0.0012), (5, 130)]), isYLogarithmic: true)
    #expect(texts(figure.svg, "tick").prefix(3) == ["0.01", "1", "100"])
  }

  /// Of a range with two powers within, the marks were those of an even one.
  @Test func aShortLogarithmicAxisIsMarkedBetweenPowersOfTen() throws {
    let figure = try line(.init("train", [(1, 0.003), (5, 0.3)]), isYLogarithmic: true)
    #expect(
      texts(figure.svg, "tick").prefix(6) == ["0.005", "0.01", "0.02", "0.05", "0.1", "0.2"])
  }

  /// There is nothing between two epochs.
  @Test(arguments: [(1, ["1"]), (2, ["1", "2"]), (4, ["1", "2", "3", "4"])])
  func whatIsCountedIsMarkedAtWholeNumbers(_ epochs: Int, _ marks: [String]) throws {
    let chart = LineChart(
      title: "Loss", xLabel: "epoch", yLabel: "loss",
      series: [.init("train", (1...epochs).map { (x: Double($0), y: 0.5) })], isXWhole: true)
    let all = texts(try #require(chart.figure).svg, "tick")
    // The loss is between 0.45 and 0.55.
    #expect(Array(all.drop { $0.hasPrefix("0.") }) == marks)
    let rare = try #require(Histogram(title: "h", label: "v", values: [1, 2]).figure)
    #expect(texts(rare.svg, "tick").prefix(2) == ["0", "1"])
  }

  @Test func largeNumbersOnAxesAreInGroupsOfThree() throws {
    let figure = try line(.init("train", [(1, -23_000), (5_000, 2_500_000)]))
    let ticks = texts(figure.svg, "tick")
    #expect(ticks.prefix(2) == ["0", "500,000"])
    #expect(ticks.contains("2,500,000") && ticks.contains("5000"))
    let below = try line(.init("train", [(1, -25_000), (5, 0)]))
    #expect(texts(below.svg, "tick").first == "−25,000")
  }

  /// Half of it stands beyond the end of the axis.
  @Test(arguments: [2_000.0, 2_000_000]) func theLastMarkIsWhole(_ last: Double) throws {
    let figure = try line(.init("train", [(1, 0.5), (last, 0.1)]))
    let label = try #require(texts(figure.svg, "tick").last)
    #expect(label == (last < 1e4 ? "2000" : "2,000,000"))
    // A picture is 440 wide, and a digit no wider than 7.6.
    #expect(try place(of: label, figure.svg) + 3.8 * Double(label.count) <= 440.1)
  }

  /// They took the place of the lines, and their ends, with the numbers in brackets, were cut off.
  @Test func longNamesInALegendLeaveRoomForTheLines() throws {
    let points = [(x: 0.0, y: 0.0), (x: 1.0, y: 1.0)]
    let single = try line(.init("a", points))
    let names = (1...8).map { "Class number \($0) with a rather long descriptive name" }
    let svg = try #require(
      LineChart(
        title: "ROC curve", xLabel: "false", yLabel: "true",
        series: names.indices.map { LineChart.Series("\(names[$0]) (0.91\($0))", points) }
      ).figure
    ).svg
    func height(_ svg: String) -> Double {
      let ends = corners(svg, "line s0").map(\.y)
      return (ends.first ?? 0) - (ends.last ?? 0)
    }
    #expect(height(single.svg) > 200)
    #expect(height(svg) > 0.8 * height(single.svg))
    let legend = texts(svg, "tick").filter { $0.contains("Class") }
    #expect(legend.first == "Class number 1 …descriptive name (0.910)")
    #expect(Set(legend).count == 8)
    #expect(legend.indices.allSatisfy { legend[$0].hasSuffix(" (0.91\($0))") })
  }

  /// All rows and columns were called alike.
  @Test func longNamesInAMatrixAreToldApart() throws {
    let names = (1...18).map { "Class number \($0) with a rather long descriptive name" }
    let figure = try #require(
      MatrixChart(
        title: "Confusion", rowLabel: "actual", columnLabel: "predicted", names: names,
        values: names.map { _ in names.map { _ in 1 } }
      ).figure)
    let labels = texts(figure.svg, "tick")
    #expect(labels.prefix(2) == ["…1 with a r…", "…2 with a r…"])
    #expect(Set(labels.prefix(18)).count == 18)
    #expect(labels.dropFirst(18).count == 6)
    #expect(Set(labels.dropFirst(18)).count == 6)
  }

  @Test func categoriesThatBeginAlikeAreToldApart() throws {
    let (start, end) = (String(repeating: "a", count: 14), String(repeating: "b", count: 10))
    let categories = [
      "sgd momentum=0.5", "sgd momentum=0.9", "an optimizer alone", start + "1" + end,
      start + "2" + end,
    ]
    let chart = ScatterChart(
      title: "optimizer", xLabel: "optimizer", yLabel: "loss",
      dots: categories.indices.map { .init(x: Double($0), y: Double($0 + 1), name: "trial \($0)") },
      categories: categories)
    let svg = try #require(chart.figure).svg
    for label in [
      "sgd mo…tum=0.5", "sgd mo…tum=0.9", "an optimizer …", "aaaaaaaaa…#4", "aaaaaaaaa…#5",
    ] {
      #expect(svg.contains(">\(label)</text>"), "\(label)")
    }
  }

  @Test func whatIsLargerStandsHigher() throws {
    let figure = try line(.init("a", [(0, 0), (1, 10), (2, 5)]))
    let corners = corners(figure.svg, "line s0")
    #expect(corners.count == 3)
    #expect(corners[0].x < corners[1].x && corners[1].x < corners[2].x)
    #expect(corners[0].y > corners[2].y && corners[2].y > corners[1].y)
    // Half the value is half the way.
    #expect(abs(corners[0].y + corners[1].y - 2 * corners[2].y) < 0.3)
  }

  @Test func manyPointsKeepTheirPeaks() throws {
    let points = (0..<10_000).map { (x: Double($0), y: $0 == 7_777 ? 100 : Double($0 % 3)) }
    let figure = try line(.init("a", points))
    let corners = corners(figure.svg, "line s0")
    #expect(corners.count <= 400)
    let top = try #require(corners.map(\.y).min())
    #expect(corners.count { $0.y < top + 50 } == 1)
  }

  /// At marks that have a name, in the table and beside the pointer.
  @Test func numbersMayStandForTimes() throws {
    let figure = try #require(
      LineChart(
        title: "Sold", xLabel: "month", yLabel: "sold",
        series: [
          .init("sold", [(0, 1), (1, 2), (2, 3)]), .init("said", [(0, 1), (0, .nan), (1, 2)]),
        ],
        names: [0: "May", 1: "June"]
      ).figure)
    #expect(texts(figure.svg, "tick").suffix(2) == ["May", "June"])
    #expect(figure.svg.contains("month June: sold 2, said 2"))
    let minutes = (0..<60).map { minute in
      (Double(minute), "2020-01-03T01:\(minute < 10 ? "0" : "")\(minute)")
    }
    let hour = try #require(
      LineChart(
        title: "Sold", xLabel: "time", yLabel: "sold",
        series: [.init("sold", minutes.map { ($0.0, $0.0) })],
        names: Dictionary(uniqueKeysWithValues: minutes)
      ).figure)
    #expect(
      texts(hour.svg, "tick").suffix(6) == ["01:00", "01:10", "01:20", "01:30", "01:40", "01:50"])
    // No row for the gap.
    #expect(figure.table?.rows.map(\.first) == ["May", "June", "2"])
  }

  @Test func whatIsNotANumberLeavesAGap() throws {
    let figure = try line(.init("a", [(0, 1), (1, 2), (2, .nan), (3, 4), (4, 5)]))
    #expect(figure.svg.split(separator: "<path class=\"line s0\"").count == 3)
    #expect(figure.table?.rows.map { $0[1] } == ["1", "2", "–", "4", "5"])
  }

  @Test func seriesAreToldApartWithoutColours() throws {
    let figure = try line(.init("train", [(0, 1), (1, 2)]), .init("validation", [(0, 2), (1, 3)]))
    #expect(figure.svg.contains("stroke-dasharray=\"7 3\""))
    #expect(figure.svg.contains("<title>epoch 1: train 2, validation 3</title>"))
    #expect(figure.table?.columns == ["epoch", "train", "validation"])
    #expect(figure.table?.rows == [["0", "1", "2"], ["1", "2", "3"]])
  }

  @Test func aLongTableIsThinned() throws {
    let figure = try line(.init("a", (1...1_000).map { (Double($0), 1 / Double($0)) }))
    let table = try #require(figure.table)
    #expect(table.rows.count == 200)
    #expect(table.total == 1_000)
    #expect(table.rows.first?.first == "1")
    #expect(table.rows.last?.first == "1000")
  }

  @Test func nothingIsNoPicture() {
    #expect(LineChart(title: "", xLabel: "", yLabel: "", series: []).figure == nil)
    #expect(
      LineChart(title: "", xLabel: "", yLabel: "", series: [.init("a", [(0, .nan)])]).figure == nil)
    #expect(BarChart(title: "", valueLabel: "", bars: []).figure == nil)
    #expect(ScatterChart(title: "", xLabel: "", yLabel: "", dots: []).figure == nil)
    #expect(Histogram(title: "", label: "", values: []).figure == nil)
  }

  @Test func namesCannotBreakOut() throws {
    let name = "</svg><script>\"&'"
    let figure = try #require(
      MatrixChart(
        title: name, rowLabel: name, columnLabel: "x", names: [name, "b"],
        values: [[1, 0], [2, 3]]
      ).figure)
    #expect(!figure.svg.contains("<script"))
    #expect(!figure.svg.dropLast(6).contains("</svg>"))
    #expect(figure.svg.contains("&lt;/svg&gt;&lt;script&gt;&quot;&amp;"))
  }

  @Test func shadesOfAMatrixAreSharesOfItsRows() throws {
    let figure = try #require(
      MatrixChart(
        title: "Confusion", rowLabel: "actual", columnLabel: "predicted", names: ["a", "b"],
        values: [[3, 1], [0, 5]]
      ).figure)
    #expect(figure.svg.contains("fill-opacity=\"0.75\"><title>a taken for a: 3"))
    #expect(figure.svg.contains("fill-opacity=\"0.25\"><title>a taken for b: 1"))
    #expect(figure.svg.contains("fill-opacity=\"1\"><title>b taken for b: 5"))
    #expect(figure.svg.contains("8 of 9 on the diagonal"))
    #expect(figure.table?.rows == [["a", "3", "1"], ["b", "0", "5"]])
  }

  @Test func barsOfNegativeValuesGoToTheLeft() throws {
    let figure = try #require(
      BarChart(title: "w", valueLabel: "weight", bars: [.init("up", 2), .init("down", -1)]).figure)
    func corner(_ name: String) throws -> (x: Double, width: Double) {
      let part = try #require(
        figure.svg.split(separator: "<rect").first { $0.contains("<title>\(name):") })
      func number(_ key: String) -> Double {
        Double(part.split(separator: " \(key)=\"").dropFirst().first?.prefix { $0 != "\"" } ?? "")
          ?? .nan
      }
      return (number("x"), number("width"))
    }
    let (up, down) = (try corner("up"), try corner("down"))
    #expect(abs(down.x + down.width - up.x) < 0.2)
    #expect(abs(up.width - 2 * down.width) < 0.3)
  }

  @Test func aHistogramCountsAll() throws {
    let values = (0..<500).map { Double($0 % 50) }
    let figure = try #require(Histogram(title: "h", label: "v", values: values).figure)
    let counts = try #require(figure.table).rows.compactMap { Int($0[2]) }
    #expect(counts.reduce(0, +) == 500)
    #expect(figure.svg.contains("500 values, mean 24.5"))
    let single = try #require(Histogram(title: "h", label: "v", values: [3]).figure)
    #expect(single.svg.contains("1 value, mean 3"))
  }

  /// No probability is above 1, whatever room the axis has.
  @Test func aHistogramHasNoBinsBeyondItsValues() throws {
    let values = (0...100).map { 0.5 + Double($0) / 200 }
    let figure = try #require(Histogram(title: "h", label: "v", values: values).figure)
    let rows = try #require(figure.table).rows
    #expect(rows.count == 31)
    #expect(rows.first?[0] == "0.5" && rows.last?[1] == "1")
    #expect(rows.allSatisfy { $0[2] != "0" })
    let single = try #require(Histogram(title: "h", label: "v", values: [1, 1]).figure)
    #expect(try #require(single.table).rows == [["1", "1", "2"]])
  }

  @Test func linesOfParallelAxesLackWhatTheirTrialsLack() throws {
    let figure = try #require(
      ParallelChart(
        title: "p",
        quantities: [
          .init(name: "rate", isLogarithmic: true, values: [0.001, 0.1]),
          .init(name: "momentum", values: [nil, 0.9]),
          .init(name: "optimizer", categories: ["adam", "sgd"], values: [0, 1]),
        ], merits: [1, 0], names: ["trial 0", "trial 1"]
      ).figure)
    #expect(
      figure.table?.rows == [["trial 0", "0.001", "", "adam"], ["trial 1", "0.1", "0.9", "sgd"]])
  }

  @Test(arguments: [
    (0, "0"), (1, "1"), (1234.5678, "1235"), (0.000123456, "0.0001235"), (-2.5, "−2.5"),
    (12_345_678, "1.235e7"), (0.00001, "1e-5"), (99.996, "100"), (.infinity, "∞"), (.nan, "–"),
    (9.9999e-6, "1e-5"),
  ])
  func numbersAreShort(_ value: Double, _ text: String) {
    #expect(Digits.short(value) == text)
  }
}
