import Configuration
import Search

/// Settings of a search that are valid but probably not meant.
struct TuningWarnings {
  private let plan: TuningPlan
  private let document: JSONValue
  /// How many trials somebody asked for, and where.
  private let wanted: (count: Int, location: Location?)?

  /// - Parameter trials: what stands on the command line instead of `tuning.trials`.
  init(_ plan: TuningPlan, _ document: JSONValue, trials: Int?) {
    self.plan = plan
    self.document = document
    if let trials {
      wanted = (trials, nil)
    } else if let trials = plan.config.trials {
      wanted = (trials, document.location(of: ConfigPath.root.key("tuning").key("trials")))
    } else {
      wanted = nil
    }
  }

  var all: [Diagnostic] { space + comparisons + algorithm + pruning + trials }

  // MARK: - The space

  /// Paths that no trial comes to anything else by, and what is below them.
  private static let inertPaths = [
    ConfigPath.root.key("$schema"), ConfigPath.root.key("name"), ConfigPath.root.key("output"),
    ConfigPath.root.key("training").key("checkpoint"),
  ]

  private var space: [Diagnostic] {
    plan.space.places.flatMap { place -> [Diagnostic] in
      var found: [Diagnostic] = []
      if Self.inertPaths.contains(where: { place.path.steps.starts(with: $0.steps) }) {
        found.append(
          warning(
            "inert", "'\(place.name)' changes nothing of what a trial comes to",
            at: place.location, help: "leave it out of the space"))
      }
      // Of a conditional range, the condition is what its one value is for.
      if place.domain.valueCount == 1, !(place.range is ConditionalRange) {
        let value = place.value(of: place.domain.value(at: 0)).compactText
        found.append(
          warning(
            "inert", "the range of '\(place.name)' holds \(value) only", at: place.location,
            help: "write the value where it belongs, and leave it out of the space"))
      }
      let choice = place.plainRange as? ChoiceRange
      if let (first, second) = choice?.equalValues(by: { meaning(of: $0, at: place) }) {
        found.append(
          warning(
            "inert", "'\(place.name)' has \(first) twice: \(second) is the same",
            at: place.location, help: "each value once"))
      }
      return found
    } + idlePlaces
  }

  private var idlePlaces: [Diagnostic] {
    plan.idlePlaces.map {
      warning(
        "inert", "no value of '\($0.place.name)' comes to bear: \($0.reason)",
        at: $0.place.location, help: "search other values, or leave it out of the space")
    }
  }

  /// The configuration that a value makes with what else stands in the file, every default written out: values of
  /// which it is the same are the same. `nil` where the file makes none, as of what another choice has to allow.
  private func meaning(of value: JSONValue, at place: TuningSpace.Place) -> String? {
    let override = Override(place.path, to: value, at: place.location)
    guard
      let document = try? override.applied(
        to: self.document.removing("tuning"), form: RunConfig.form)
    else { return nil }
    var reading = Reading(root: RunConfig.form)
    let config = Codec<RunConfig>.object().read(document, &reading)
    return reading.hasErrors ? nil : config?.json.compactText
  }

  /// What trials are compared by though it is not the same in all of them.
  private var comparisons: [Diagnostic] {
    ComparabilityRule.all(for: plan.run).flatMap { rule -> [Diagnostic] in
      guard let objective = plan.objectives.first(where: rule.decides) else { return [] }
      return plan.space.places.filter(rule.concerns).map { place in
        warning(
          "incomparable",
          "trials with another '\(place.name)' cannot be compared by '\(objective.name)': \(rule.reason)",
          at: place.location, help: rule.help(objective))
      }
    }
  }

  // MARK: - What decides nothing

  private var algorithm: [Diagnostic] {
    // Nobody chose the one that is taken without a word.
    guard document["tuning"]?["algorithm"] != nil else { return [] }
    return unmet(plan.config.algorithm.trialNeed, of: "algorithm")
  }

  private var pruning: [Diagnostic] {
    guard let pruner = plan.config.pruning else { return [] }
    let end = pruner.firstEnd
    var found = unmet(pruner.trialNeed, of: "pruning")
    if end.epoch >= plan.mostEpochs {
      found.append(
        warning(
          "inert",
          "no trial ends early: the first may with epoch \(Spelling.grouped(end.epoch)), and all end with epoch \(Spelling.grouped(plan.mostEpochs)) at the latest",
          at: document.location(of: Self.path("pruning", end.key)),
          help: "leave out 'pruning', or give a smaller '\(end.key)' or more epochs"))
    }
    return found
  }

  private func unmet(_ need: TrialNeed?, of section: String) -> [Diagnostic] {
    guard let need else { return [] }
    let trials = Spelling.count(plan.trialCount, "trial")
    let known = plan.knownTrials(at: plan.trialCount - 1)
    let isOfAll = need.scope == .made
    guard (isOfAll ? plan.trialCount : known) < need.count else { return [] }
    let subject =
      isOfAll
      ? "of trials there \(plan.trialCount == 1 ? "is" : "are") \(Spelling.grouped(plan.trialCount))"
      : "the last of \(trials) knows of \(Spelling.grouped(known))"
    return [
      warning(
        "inert",
        "'\(need.key)' is \(Spelling.grouped(need.count)), and \(subject): \(need.consequence)",
        at: document.location(of: Self.path(section, need.key)),
        help: "give a smaller '\(need.key)' or more trials")
    ]
  }

  private static func path(_ section: String, _ key: String) -> ConfigPath {
    ConfigPath.root.key("tuning").key(section).key(key)
  }

  // MARK: - How many trials

  private var trials: [Diagnostic] {
    if let most = plan.mostTrials {
      guard let wanted, wanted.count > most else { return [] }
      let all = Spelling.count(most, "trial")
      let reason =
        plan.generations.map {
          "\(Spelling.count($0.search.populationSize, "member")) in \(Spelling.count($0.count, "generation")) are \(all)"
        } ?? "the grid has \(Spelling.count(most, "point")), and so many trials"
      return [
        Diagnostic(
          .note, .configuration, code: "trials",
          "\(reason), not \(Spelling.grouped(wanted.count))", at: wanted.location?.place)
      ]
    }
    guard let points = plan.pointCount, points < Double(plan.trialCount) else { return [] }
    let count = Int(points)
    let others = plan.trialCount - count
    return [
      warning(
        "inert",
        "the space has \(Spelling.count(count, "point")), so that of \(Spelling.count(plan.trialCount, "trial")) \(Spelling.grouped(others)) \(others == 1 ? "trains" : "train") again what was trained",
        at: document.location(of: ConfigPath.root.key("tuning").key("trials")),
        help: "try each once with the algorithm \"grid\"")
    ]
  }

  private func warning(
    _ code: String, _ message: String, at location: Location?, help: String
  ) -> Diagnostic {
    Diagnostic(.warning, .configuration, code: code, message, at: location?.place, help: help)
  }
}
