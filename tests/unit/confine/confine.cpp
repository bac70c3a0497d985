#include "isolate/confine.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include "catch.hpp"
#include "scratch.hpp"

using namespace sandbox;
using namespace sandbox::isolate;

namespace {

/// A shell command in a confined run, with what it said.
struct Run {
  TempDir folder = test::scratch();
  Confined confined;
  int code = -1;
  std::string output;

  Run() {
    ::chmod(folder.path().c_str(), 0755);
    confined.program = "/bin/sh";
    confined.environment = {"PATH=/usr/sbin:/usr/bin"};
    confined.shown = shown_by_default();
    confined.folder = folder.path();
  }

  Run& run(const std::string& command) {
    confined.arguments = {"sh", "-c", command};
    test::Pipe pipe = test::make_pipe();
    confined.output = confined.errors = pipe.in.get();
    code = shell_code(run_confined(confined, [] {}));
    pipe.in.close();
    output = read_all(pipe.out.get(), 100'000, "the program");
    return *this;
  }
};

bool is_root() { return ::geteuid() == 0; }

}  // namespace

TEST_CASE("the program's output and status come back") {
  Run run;
  CHECK(run.run("echo out; echo err >&2; exit 7").code == 7);
  CHECK(run.output == "out\nerr\n");
  CHECK(run.run("kill -9 $$").code == 137);
}

TEST_CASE("a program that is not there is an error, not a status") {
  Run run;
  run.confined.program = "/usr/bin/no-such-program";
  CHECK(test::contains(test::error_of([&] { run.run("true"); }).what(), "cannot start '/usr/bin/no-such-program'"));
}

TEST_CASE("only what is listed is shown, and only the folder can be written") {
  Run run;
  const std::string folder = run.folder.path();
  CHECK(run.run("ls -d /home /root /var " SANDBOX_SOURCE " /boot /sys " + folder + " 2>/dev/null; ls / | grep -v ^lib").output ==
        "bin\ndev\netc\nproc\nsbin\ntmp\nusr\nwork\n");
  CHECK(run.run("touch /usr/x /etc/passwd /bin/x").code != 0);
  CHECK(run.run("mount -o remount,rw /usr").code != 0);
  CHECK(run.run("cat /etc/shadow").code != 0);
  CHECK(run.run("ls /proc | grep -c '^[0-9]' | grep -qx '[1-9]'").code == 0);
  CHECK(run.run("echo text >/work/file; echo gone >/tmp/file").code == 0);
  CHECK(read_file(run.folder.path() / "file", 100) == "text\n");
}

TEST_CASE("files land on the disk with plain ids, whoever builds") {
  Run run;
  REQUIRE(run.run("touch /work/a && chown 1000:50 /work/a && mkdir /work/b && id -u").code == 0);
  CHECK(run.output == "0\n");
  struct stat a {}, b {};
  REQUIRE(::stat((run.folder.path() / "a").c_str(), &a) == 0);
  REQUIRE(::stat((run.folder.path() / "b").c_str(), &b) == 0);
  CHECK(b.st_uid == ::geteuid());
  CHECK(a.st_uid == (is_root() ? 1000 : ::geteuid()));
  CHECK(a.st_gid == (is_root() ? 50 : ::getegid()));
}

TEST_CASE("nothing of the caller goes in but what is listed") {
  Run run;
  const Fd secret = duplicate(0);
  ::setenv("SECRET", "1", 1);
  CHECK(run.run("env | sort; ls /proc/self/fd | wc -l").output == "PATH=/usr/sbin:/usr/bin\nPWD=/\n4\n");
  ::unsetenv("SECRET");
}

TEST_CASE("what the program leaves behind ends with it") {
  Run run;
  const auto start = std::chrono::steady_clock::now();
  CHECK(run.run("sleep 300 >/dev/null 2>&1 & setsid sleep 300 >/dev/null 2>&1 & echo done").output == "done\n");
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(30));
}

TEST_CASE("no way to more rights or other namespaces") {
  Run run;
  CHECK(run.run("unshare --mount true").code != 0);
  CHECK(run.run("unshare --user true").code != 0);
  CHECK(run.run("mknod /work/null c 1 3").code != 0);
  CHECK(run.run("grep -q 'NoNewPrivs:.*1' /proc/self/status").code == 0);
  CHECK(run.run("echo 1 >/proc/sys/kernel/panic").code != 0);
  CHECK(run.run("hostname changed").code == 0);
  char name[256] = {};
  ::gethostname(name, sizeof name - 1);
  CHECK(std::string(name) != "changed");
}

TEST_CASE("a file beyond the limit cannot be written") {
  Run run;
  run.confined.largest_file = 1000;
  CHECK(run.run("head -c 2000 /dev/zero >/work/big").code != 0);
  CHECK(std::filesystem::file_size(run.folder.path() / "big") == 1000);
}

TEST_CASE("a root of its own has plain devices and processes") {
  Run run;
  run.confined.roots = {"/work/tree"};
  CHECK(run.run("ls /work/tree/dev; echo >/work/tree/dev/null").output == "full\nnull\nrandom\ntty\nurandom\nzero\n");
  CHECK(run.run("cat /work/tree/proc/self/comm").output == "cat\n");
  CHECK(std::filesystem::is_empty(run.folder.path() / "tree/dev"));
  CHECK(std::filesystem::is_empty(run.folder.path() / "tree/proc"));
}

TEST_CASE("the network is its own: lo, and what is opened before the program starts") {
  Run run;
  CHECK(run.run("cat /proc/net/dev | grep -c :; ls /etc/resolv.conf 2>/dev/null").output == "1\n");
  const std::string ours = std::filesystem::read_symlink("/proc/self/ns/net");
  CHECK(run.run("readlink /proc/self/ns/net").output != ours + "\n");
  std::string seen;
  run.confined.files = {{"/etc/resolv.conf", "nameserver 198.18.0.1\n"}};
  run.confined.open_doors = [&](const Fd& process) {
    CHECK(process);
    seen += "opened";
  };
  CHECK(run.run("cat /etc/resolv.conf").output == "nameserver 198.18.0.1\n");
  CHECK(seen == "opened");
}

TEST_CASE("when its doors cannot be made, the program does not run") {
  Run run;
  run.confined.open_doors = [](const Fd&) { throw Error(ExitCode::host, "no doors"); };
  CHECK(test::contains(test::error_of([&] { run.run("touch /work/ran"); }).what(), "no doors"));
  CHECK_FALSE(std::filesystem::exists(run.folder.path() / "ran"));
}
