import Foundation
import TestSupport
import Testing

@Suite struct ReportTests {
  /// Trains a sample and writes its page.
  private func page(
    _ workspace: Workspace, _ arguments: String...,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> (text: String, errors: String) {
    let trained = try Program.run(
      "train", "config.json", "--output", "run", "--quiet", in: workspace.path)
    #expect(trained.exitCode == 0, sourceLocation: sourceLocation)
    let result = try Program.run(["report", "run"] + arguments, in: workspace.path)
    #expect(result.exitCode == 0, sourceLocation: sourceLocation)
    #expect(result.output == "run/report.html\n", sourceLocation: sourceLocation)
    return (
      String(decoding: try workspace.read("run/report.html"), as: UTF8.self), result.errors
    )
  }

  /// What is in one section of a page.
  private func section(_ page: String, _ id: String) throws -> Substring {
    let start = try #require(page.range(of: "<section id=\"\(id)\""))
    let end = try #require(page.range(of: "</section>", range: start.upperBound..<page.endIndex))
    return page[start.lowerBound..<end.lowerBound]
  }

  private func count(_ text: some StringProtocol, _ part: String) -> Int {
    text.components(separatedBy: part).count - 1
  }

  /// A page that leads nowhere else and is closed as it was opened.
  private func expectWhole(_ page: String) {
    #expect(page.hasPrefix("<!doctype html>"))
    #expect(page.utf8.count < 2 << 20)
    for outside in ["http:", "https:", "<script", "<link", "@import", "url(", "src=\"/", "//"] {
      #expect(!page.contains(outside), "\(outside)")
    }
    for tag in [
      "section", "figure", "svg", "table", "details", "ul", "li", "dl", "div", "main", "tr", "td",
      "text", "title",
    ] {
      let opened = count(page, "<\(tag)>") + count(page, "<\(tag) ")
      #expect(opened == count(page, "</\(tag)>"), "\(tag)")
    }
    // What the template could not find would be empty.
    #expect(!page.contains("{{"))
  }

  private static let held = #""validation": {"fraction": 0.3, "stratify": true}"#

  @Test func aClassificationShowsItsErrors() throws {
    let workspace = try Sample.workspace(data: Self.held)
    let (page, errors) = try page(workspace)
    #expect(errors == "")
    expectWhole(page)
    let curves = try section(page, "curves")
    for title in ["Loss", "Accuracy", "Learning rate", "Length of the gradient"] {
      #expect(curves.contains("<figcaption>\(title)</figcaption>"))
    }
    let classes = try section(page, "classes")
    #expect(classes.contains("Of 18 examples of the validation part."))
    #expect(classes.contains("<figcaption>Confusion matrix</figcaption>"))
    #expect(classes.contains("big taken for small"))
    #expect(classes.contains("<th scope=\"col\" class=\"\"></th>"))
    #expect(classes.contains("<th scope=\"col\" class=\"number\">precision</th>"))
    let probabilities = try section(page, "probabilities")
    for title in ["ROC curve, area", "Precision and recall", "Calibration", "Confidence"] {
      #expect(probabilities.contains("<figcaption>\(title)"))
    }
    // One curve has no names with numbers in brackets.
    #expect(probabilities.contains("The mean distance from it is "))
    #expect(!probabilities.contains("in brackets"))
    let columns = try section(page, "columns")
    #expect(columns.contains("Permutation importance"))
    #expect(columns.contains(">height</text>"))
    let worst = try section(page, "worst")
    #expect(count(worst, "<li>") == 12)
    #expect(worst.contains("<h3>data.csv:"))
    #expect(worst.contains("<dt>width</dt>"))
  }

  @Test func settingsThatAreNotDefaultsAreMarked() throws {
    let workspace = try Sample.workspace(data: Self.held)
    let (page, _) = try page(workspace)
    let settings = try section(page, "settings")
    #expect(
      settings.contains(
        "<tr class=\"marked\"><th scope=\"row\">training.epochs</th><td class=\"\">3</td>"))
    #expect(
      settings.contains(
        "<tr><th scope=\"row\">training.gradient_accumulation</th><td class=\"\">1</td>"))
  }

  @Test func aRegressionShowsPredictedOverActual() throws {
    let csv =
      "a,b,y\n"
      + (0..<60).map { "\($0),\($0 * 7 % 11),\(3 * $0 + $0 * 7 % 11)" }.joined(separator: "\n")
    let workspace = try Workspace()
    try workspace.write("data.csv", csv)
    try workspace.write(
      "config.json",
      Sample.config(data: #""target_unused": 1"#).replacingOccurrences(
        of: #""target": "kind", "target_unused": 1"#,
        with: #""target": "y", "validation": {"fraction": 0.3}"#))
    let (page, errors) = try page(workspace)
    #expect(errors == "")
    expectWhole(page)
    // For people as they write it, and as it is typed where it is asked for.
    #expect(page.contains("<figcaption>R²</figcaption>"))
    #expect(page.contains("<dt>validation R²</dt>"))
    let figure = try Program.run("report", "run", "--figure", "r2", in: workspace.path)
    #expect(figure.output == "run/r2.svg\n")
    let numbers = try section(page, "numbers")
    #expect(numbers.contains("<figcaption>Predicted over actual y</figcaption>"))
    #expect(count(numbers, "<circle") == 18)
    #expect(numbers.contains("<figcaption>Errors of y</figcaption>"))
    #expect(try section(page, "columns").contains("Coefficients of y"))
  }

  /// A target may be called as a figure is.
  @Test func forecastsOfALossAreNotTheLoss() throws {
    let workspace = try Workspace()
    let rows = (0..<100).map { "\($0),\(sin(Double($0) / 5))" }.joined(separator: "\n")
    try workspace.write("data.csv", "t,loss\n" + rows)
    try workspace.write(
      "config.json",
      SeriesSample.config(
        window: #""length": 4, "time": "t""#,
        data: #""target": "loss", "validation": {"fraction": 0.3}"#))
    let (page, _) = try page(workspace)
    #expect(page.contains("<figcaption>Loss</figcaption>"))
    let none = try Program.run("report", "run", "--figure", "none", in: workspace.path)
    let names = try #require(none.errors.split(separator: "it has ").last)
      .split(separator: "\n")[0].split(separator: ", ")
    #expect(names.contains("loss") && names.contains("forecasts-of-loss"), "\(none.errors)")
    #expect(Set(names).count == names.count, "\(none.errors)")
  }

  @Test func aSeriesShowsItsForecasts() throws {
    let workspace = try Workspace()
    let rows = (0..<200).map { "\($0),\(sin(Double($0) / 5))" }.joined(separator: "\n")
    try workspace.write("data.csv", "t,y\n" + rows)
    try workspace.write(
      "config.json",
      """
      {"data": {"train": "data.csv", "target": "y", "ignore": ["t"], "window": {"length": 8, "horizon": 4},
       "validation": {"fraction": 0.3}},
       "model": {"layers": [{"type": "flatten"}, {"type": "dense"}]}, "training": {"epochs": 3}}
      """)
    let (page, errors) = try page(workspace)
    #expect(errors == "")
    expectWhole(page)
    let forecasts = try section(page, "forecasts")
    #expect(forecasts.contains("Error by distance"))
    // A wide picture is not made smaller than can be read.
    #expect(count(forecasts, "<div class=\"pan\"") == 1)
    // Sixty rows are predicted in forecasts of four.
    #expect(count(forecasts, "<path class=\"line s1\"") >= 15)
  }

  /// Each series has a picture of its own, and times and lines are those of what is predicted.
  @Test func severalSeriesAreToldApart() throws {
    let workspace = try Workspace()
    var rows = "date,shop,sold\n"
    for day in 1...80 {
      for shop in ["north", "south"] {
        let sold = sin(Double(day) / 3) + (shop == "north" ? 0 : 5)
        rows += "\(SeriesSample.date(day)),\(shop),\(day == 80 ? 0 : sold)\n"
      }
    }
    try workspace.write("data.csv", rows)
    try workspace.write(
      "config.json",
      """
      {"data": {"train": "data.csv", "target": "sold", "scaling": "standard",
       "window": {"length": 8, "horizon": 2, "time": "date", "group": "shop"},
       "validation": {"fraction": 0.2}},
       "model": {"layers": [{"type": "flatten"}, {"type": "dense"}]}, "training": {"epochs": 3}}
      """)
    let (page, errors) = try page(workspace)
    #expect(errors == "")
    expectWhole(page)
    let forecasts = try section(page, "forecasts")
    // Of 80 days the last 16 are held out.
    for shop in ["north", "south"] {
      #expect(
        forecasts.contains(
          "<figcaption>Forecasts of sold of \(shop), from \(SeriesSample.date(65)) on</figcaption>")
      )
    }
    #expect(count(forecasts, ">\(SeriesSample.date(65))</td>") == 2)
    #expect(!forecasts.contains(".5</td><td"))
    // The worst forecasts are of the fall to 0 on the last day, which starts on the day before.
    let worst = try section(page, "worst")
    #expect(worst.contains("data.csv:159"))
    #expect(worst.contains(SeriesSample.date(79)))
    #expect(!worst.contains("e-"))
  }

  @Test func withoutItsDataTheCurvesAreLeft() throws {
    let workspace = try Sample.workspace(data: Self.held)
    _ = try page(workspace)
    try FileManager.default.removeItem(atPath: workspace.path("data.csv"))
    let result = try Program.run("report", "run", in: workspace.path)
    #expect(result.exitCode == 0)
    #expect(result.errors.contains("warning"))
    let page = String(decoding: try workspace.read("run/report.html"), as: UTF8.self)
    expectWhole(page)
    #expect(page.contains("<p class=\"note\">"))
    #expect(page.contains("<section id=\"curves\""))
    #expect(!page.contains("<section id=\"classes\""))
  }

  @Test func dataThatChangedIsNotAnsweredFor() throws {
    let workspace = try Sample.workspace(data: Self.held)
    _ = try page(workspace)
    try workspace.write("data.csv", Sample.csv.replacingOccurrences(of: "5.", with: "50."))
    let result = try Program.run("report", "run", in: workspace.path)
    #expect(result.exitCode == 0)
    #expect(result.errors.contains("is not what the model was trained on any more"))
  }

  @Test func laterDataIsAnswered() throws {
    let workspace = try Sample.workspace()
    try workspace.write("later.csv", Sample.csv)
    let (page, _) = try page(workspace, "--data", "later.csv")
    #expect(
      try section(page, "classes").contains("Of 60 examples of &#39;later.csv&#39;.")
        || section(page, "classes").contains("Of 60 examples of 'later.csv'."))
  }

  @Test func runsAreLaidOverEachOther() throws {
    let workspace = try Sample.workspace(data: Self.held)
    for (name, rate) in [("a", "0.1"), ("b", "0.01")] {
      let trained = try Program.run(
        "train", "config.json", "--output", name, "--quiet", "--set",
        "training.optimizer.learning_rate=\(rate)", "--set", "name=\(name)", in: workspace.path)
      #expect(trained.exitCode == 0)
    }
    let result = try Program.run("report", "a", "b", in: workspace.path)
    #expect(result.exitCode == 0)
    #expect(result.output == "report.html\n")
    let page = String(decoding: try workspace.read("report.html"), as: UTF8.self)
    expectWhole(page)
    let settings = try section(page, "settings")
    #expect(settings.contains("Settings that differ"))
    #expect(
      settings.contains(
        "<th scope=\"row\">training.optimizer.learning_rate</th><td class=\"\">0.1</td><td class=\"\">0.01</td>"
      ))
    #expect(try section(page, "curves").contains("b, validation"))
    let figures = try section(page, "figures")
    #expect(figures.contains("class=\"number strong\""))
    #expect(figures.contains("The best of each row is bold."))
  }

  /// Of forecasts of another length none is the best.
  @Test func figuresOfOtherQuantitiesAreNotBold() throws {
    let workspace = try SeriesSample.workspace(config: SeriesSample.config())
    for (name, horizon) in [("a", 1), ("b", 2)] {
      let trained = try Program.run(
        "train", "config.json", "--output", name, "--quiet", "--set",
        "data.window.horizon=\(horizon)", in: workspace.path)
      #expect(trained.exitCode == 0, "\(trained.errors)")
    }
    let result = try Program.run("report", "a", "b", in: workspace.path)
    #expect(result.exitCode == 0, "\(result.errors)")
    let page = String(decoding: try workspace.read("report.html"), as: UTF8.self)
    let figures = try section(page, "figures")
    #expect(figures.contains("train.loss") && !figures.contains("class=\"number strong\""))
    #expect(!figures.contains("bold"))
  }

  @Test func aStudyShowsWhatMatters() throws {
    let workspace = try Sample.workspace(data: Self.held)
    let tuned = try Program.run(
      "tune", "config.json", "--study", "s.db", "--trials", "12", "--quiet", "--set",
      #"tuning={"space": {"training.optimizer.learning_rate": {"type": "log_uniform", "low": 0.001, "high": 0.1}, "training.optimizer.type": {"type": "choice", "values": ["adam", "rmsprop"]}}}"#,
      in: workspace.path)
    #expect(tuned.exitCode == 0)
    let result = try Program.run("report", "s.db", in: workspace.path)
    #expect(result.exitCode == 0)
    #expect(result.output == "s.html\n")
    let page = String(decoding: try workspace.read("s.html"), as: UTF8.self)
    expectWhole(page)
    #expect(count(try section(page, "history"), "<circle") == 12)
    #expect(try section(page, "importance").contains("fANOVA"))
    #expect(count(try section(page, "slices"), "<figure") == 2)
    #expect(try section(page, "slices").contains(">rmsprop</text>"))
    #expect(count(try section(page, "combinations"), "<figure class=\"wide\"") == 1)
    #expect(count(try section(page, "trials"), "<th scope=\"row\">") == 12)
  }

  @Test func anotherFileIsNotReplaced() throws {
    let workspace = try Sample.workspace(data: Self.held)
    _ = try page(workspace)
    try workspace.write("notes.html", "<p>mine</p>")
    let refused = try Program.run("report", "run", "-o", "notes.html", in: workspace.path)
    #expect(refused.exitCode == 73)
    #expect(String(decoding: try workspace.read("notes.html"), as: UTF8.self) == "<p>mine</p>")
    let forced = try Program.run("report", "run", "-o", "notes.html", "--force", in: workspace.path)
    #expect(forced.exitCode == 0)
    // A page of its own it takes up again.
    #expect(try Program.run("report", "run", "-o", "notes.html", in: workspace.path).exitCode == 0)
  }

  @Test func aRunWithoutMetricsIsRefused() throws {
    let workspace = try Sample.workspace(data: Self.held)
    _ = try page(workspace)
    try workspace.write("run/metrics.jsonl", "")
    let result = try Program.run("report", "run", "-o", "new.html", in: workspace.path)
    #expect(result.exitCode == 65)
    #expect(result.errors.contains("tells of no epoch"))
    #expect(!workspace.exists("new.html"))
  }

  @Test func whatIsNoRunIsRefused() throws {
    let workspace = try Sample.workspace()
    #expect(try Program.run("report", "nothing", in: workspace.path).exitCode == 66)
    #expect(try Program.run("report", "config.json", in: workspace.path).exitCode == 64)
    #expect(try Program.run("report", in: workspace.path).exitCode == 64)
  }

  /// Where a browser is installed, it shows the page without a complaint, in light and dark, wide and narrow.
  @Test(.enabled(if: Browser.path != nil), arguments: [(1280, false), (390, true)])
  func browsersShowIt(width: Int, isDark: Bool) throws {
    let workspace = try Sample.workspace(data: Self.held)
    _ = try page(workspace)
    let browser = try #require(Browser.path)
    let result = try Shell.run(
      """
      '\(browser)' --headless --no-sandbox --disable-gpu --hide-scrollbars --enable-logging=stderr \
        --user-data-dir=profile --blink-settings=preferredColorScheme=\(isDark ? 0 : 1) \
        --window-size=\(width),900 --screenshot=page.png "file://$PWD/run/report.html" 2>&1
      """, in: workspace)
    #expect(result.exitCode == 0)
    #expect(!result.output.contains("CONSOLE"), "\(result.output)")
    let image = try workspace.read("page.png")
    #expect(image.count > 10_000)
    #expect(image.prefix(4) == [0x89, 0x50, 0x4E, 0x47])
  }

  /// With a picture on each sheet there would be ten.
  @Test(.enabled(if: Browser.path != nil)) func onPaperPicturesStandSideBySide() throws {
    let workspace = try Sample.workspace(data: Self.held)
    _ = try page(workspace)
    let browser = try #require(Browser.path)
    let result = try Shell.run(
      """
      '\(browser)' --headless --no-sandbox --disable-gpu --user-data-dir=profile \
        --no-pdf-header-footer --print-to-pdf=page.pdf "file://$PWD/run/report.html" 2>&1
      """, in: workspace)
    #expect(result.exitCode == 0)
    let document = String(decoding: try workspace.read("page.pdf"), as: UTF8.self)
    let sheets = count(document, "/Type /Page\n")
    #expect(sheets > 1 && sheets < 7, "\(sheets)")
  }
}

/// Chromium, under one of the names that systems give it.
private enum Browser {
  static let path: String? = ["chromium", "chromium-browser", "google-chrome"].lazy
    .map { "/usr/bin/\($0)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
}
