import Configuration
import Datasets
import Glibc
import TestSupport
import Testing

struct FileBytesTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func mapsRegularFile() throws {
    let path = try folder.write("a.txt", Array("hello".utf8))
    let file = try FileBytes(path: path)
    #expect(file.withBytes { Array($0) } == Array("hello".utf8))
    #expect(file.name == path)
  }

  @Test func readsEmptyFile() throws {
    let file = try FileBytes(path: folder.write("empty", []))
    #expect(file.withBytes { $0.isEmpty })
  }

  @Test func readsFileWhoseSizeTheSystemDoesNotTell() throws {
    let file = try FileBytes(path: "/proc/self/status")
    #expect(file.withBytes { !$0.isEmpty })
  }

  @Test func readsPipeToItsEnd() throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    write(ends[1], "a,b\n", 4)
    close(ends[1])
    defer { close(ends[0]) }
    let file = try FileBytes(descriptor: ends[0], name: "-")
    #expect(file.withBytes { Array($0) } == Array("a,b\n".utf8))
  }

  @Test func inflatesWhateverTheName() throws {
    let path = try folder.write("plain.csv", GzipWriter.member(Array("x\n1\n".utf8)))
    #expect(try FileBytes(path: path).withBytes { Array($0) } == Array("x\n1\n".utf8))
    let kept = try FileBytes(path: path, compression: .keep)
    #expect(kept.withBytes { Gzip.hasMagic($0) })
  }

  @Test func namesMissingFile() throws {
    let found = diagnostics { _ = try FileBytes(path: folder.path + "/none.csv") }
    #expect(found.map(\.code) == ["file-not-found"])
    #expect(found.first?.category == .unreadable)
    #expect(found.first?.message.hasSuffix("none.csv': No such file or directory") == true)
  }

  @Test func namesTheFileBesideAMissingOne() throws {
    _ = try folder.write("iris.csv", Array("x\n1\n".utf8))
    let found = diagnostics { _ = try FileBytes(path: folder.path + "/irsi.csv") }
    #expect(found.first?.help == "did you mean '\(folder.path)/iris.csv'?")
    // An ending makes no two names alike.
    let short = diagnostics { _ = try FileBytes(path: folder.path + "/ir.csv") }
    #expect(short.first?.help == nil)
    let other = diagnostics { _ = try FileBytes(path: folder.path + "/wine.csv") }
    #expect(other.map(\.code) == ["file-not-found"])
    #expect(other.first?.help == nil)
  }

  @Test func doesNotExpandATilde() {
    let found = diagnostics { _ = try FileBytes(path: "~/none.csv") }
    #expect(found.first?.help == "'~' is not expanded here; write the whole path")
  }

  /// Nobody may read it, the superuser neither.
  @Test(.enabled(if: access("/proc/sys/net/ipv4/route/flush", F_OK) == 0))
  func namesMissingPermissionOfAll() {
    let found = diagnostics { _ = try FileBytes(path: "/proc/sys/net/ipv4/route/flush") }
    #expect(found.map(\.code) == ["permission-denied"])
  }

  @Test func aFolderIsNoPattern() throws {
    _ = try folder.write("a1.csv", [1])
    let odd = folder.path + "/x[1]"
    try #require(mkdir(odd, 0o755) == 0)
    for name in ["b2.csv", "b1.csv", "c.csv"] { close(creat(odd + "/" + name, 0o644)) }
    #expect(FilePattern.files("b*.csv", in: odd) == ["b1.csv", "b2.csv"])
  }

  @Test func inflatedSizesHaveAnEnd() {
    #expect(Gzip.largestInflatedSize(compressedSize: 1 << 20) == 264 << 20)
    #expect(Gzip.largestInflatedSize(compressedSize: .max) == .max)
  }

  @Test func rejectsFolder() throws {
    let found = diagnostics { _ = try FileBytes(path: folder.path) }
    #expect(found.map(\.code) == ["is-a-folder"])
    #expect(found.first?.category == .unreadable)
  }

  @Test(.disabled(if: geteuid() == 0, "the superuser may read all files"))
  func namesMissingPermission() throws {
    let path = try folder.write("secret.csv", [1], mode: 0)
    #expect(diagnostics { _ = try FileBytes(path: path) }.map(\.code) == ["permission-denied"])
  }

  @Test func namesUnreadableDescriptor() {
    let found = diagnostics { _ = try FileBytes(descriptor: -1, name: "-") }
    #expect(found.map(\.code) == ["cannot-read"])
  }
}
