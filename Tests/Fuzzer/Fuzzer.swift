import Foundation
import FuzzTargets

// Lets libFuzzer, whose main function this program has, look for inputs that a reader does not survive. 'Scripts/fuzz' says
// how.
//
//   Fuzzer list                        the names of the targets
//   Fuzzer dictionary TARGET           its words, as libFuzzer reads them
//   Fuzzer unpack TARGET FOLDER        writes its seeds and what is committed, a file each
//   Fuzzer pack TARGET FOLDER          makes what is committed of the files of a folder
//   HPTRAIN_FUZZ_TARGET=TARGET Fuzzer …    looks on, with arguments of libFuzzer; with a file it reads that alone

/// Which target the inputs are for: the processes that libFuzzer starts for itself have it from their environment.
private let target = ProcessInfo.processInfo.environment["HPTRAIN_FUZZ_TARGET"].map { named($0) }

/// Called by libFuzzer before anything else (llvm.org/docs/LibFuzzer.html, "Startup initialization").
@_cdecl("LLVMFuzzerInitialize")
public func initialize(
  _ count: UnsafeMutablePointer<Int32>, _ arguments: UnsafeMutableRawPointer
) -> Int32 {
  guard target == nil else { return 0 }
  let words = Array(CommandLine.arguments.dropFirst())
  do {
    switch (words.first, words.count) {
    case ("list", 1): print(FuzzTarget.all.map(\.name).joined(separator: "\n"))
    case ("dictionary", 2):
      print(try named(words[1]).words().sorted().map(quoted).joined(separator: "\n"))
    case ("unpack", 3): try unpack(named(words[1]), words[2])
    case ("pack", 3): try pack(named(words[1]), words[2])
    default: fail("HPTRAIN_FUZZ_TARGET names no target; 'list' shows them")
    }
  } catch {
    fail("\(error)")
  }
  exit(0)
}

/// Called by libFuzzer for each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
  do {
    try target?.check(Array(UnsafeBufferPointer(start: bytes, count: size)))
  } catch {
    fatalError("\(error)")
  }
  return 0
}

private func fail(_ message: String) -> Never {
  FileHandle.standardError.write(Data("error: \(message)\n".utf8))
  exit(64)
}

private func named(_ name: String) -> FuzzTarget {
  guard let found = FuzzTarget.all.first(where: { $0.name == name }) else {
    fail("there is no target '\(name)'; 'list' shows them")
  }
  return found
}

/// Within quotes, with everything but plain characters as `\xAB`.
private func quoted(_ word: String) -> String {
  let bytes = word.utf8.map { byte in
    let isPlain = (0x20..<0x7F).contains(byte) && byte != 0x22 && byte != 0x5C
    return isPlain
      ? String(UnicodeScalar(byte)) : "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }
  return "\"\(bytes.joined())\""
}

private func unpack(_ target: FuzzTarget, _ folder: String) throws {
  for (name, inputs) in [("seed", try target.seeds()), ("input", try Corpus(of: target).inputs)] {
    for (index, input) in inputs.enumerated() {
      try Data(input).write(to: URL(fileURLWithPath: "\(folder)/\(name)-\(index)"))
    }
  }
}

/// More would make every clone larger; the rest is found again.
private let mostPacked = 8 << 10

/// The shortest ones, in an order that does not depend on names, so that equal inputs make an equal file.
private func pack(_ target: FuzzTarget, _ folder: String) throws {
  let inputs = try FileManager.default.contentsOfDirectory(atPath: folder).map {
    Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0)")))
  }
  var corpus = Corpus([])
  let sorted = inputs.sorted {
    $0.count == $1.count ? $0.lexicographicallyPrecedes($1) : $0.count < $1.count
  }
  for input in sorted where corpus.packed.count + 4 + input.count <= mostPacked {
    corpus.inputs.append(input)
  }
  try Data(corpus.packed).write(to: URL(fileURLWithPath: Corpus.path(of: target)))
}
