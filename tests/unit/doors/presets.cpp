#include "doors/presets.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "catch.hpp"
#include "scratch.hpp"

using namespace sandbox;
using namespace sandbox::doors;
using namespace sandbox::test;

namespace {

/// A host of our own: files below it, and a manager that answers.
class Desk {
 public:
  Desk() {
    host.root = place_.path();
    host.home = place_.path() / "home";
  }
  void file(const Path& path, std::string_view text) {
    const Path whole = host.root / path;
    std::filesystem::create_directories(whole.parent_path());
    replace_file(whole, text);
  }
  Preset read(std::string_view text) const { return read_preset(text, host); }
  std::string doors(std::string_view text) const {
    std::vector<std::string> all;
    for (const Rule& rule : read(text).rules) all.push_back(rule_text(rule));
    return fmt::format("{}", fmt::join(all, " "));
  }

  HostFiles host;

 private:
  TempDir place_ = scratch();
};

}  // namespace

TEST_CASE("the doors of apt are the URLs of both formats, each once") {
  Desk desk;
  desk.file("etc/apt/sources.list", "deb http://debian.example.org/debian trixie main # http://no.example.org\n"
                                    "# deb http://old.example.org/ x main\ndeb http://debian.example.org/other trixie main\n");
  desk.file("etc/apt/sources.list.d/a.sources", "Types: deb\nURIs: https://user:pw@security.example.org:8443/x\n https://b.example.org/\n");
  desk.file("etc/apt/sources.list.d/a.save", "deb http://save.example.org/ x main\n");
  CHECK(desk.doors("apt") == "debian.example.org:80 security.example.org:8443 b.example.org");
  for (const Rule& rule : desk.read("apt").rules) CHECK(rule.private_too);
}

TEST_CASE("apt inside fetches as the host's does, but asks no proxy and shows no password") {
  Desk desk;
  desk.file("etc/apt/sources.list", "deb http://debian.example.org/debian trixie main\n");
  desk.host.ask = [](const std::vector<std::string>& words) {
    return words[0] == "apt-config" ? "Acquire::Check-Valid-Until \"false\";\nAcquire::http::Proxy \"http://me:pw@proxy.example.org\";\n" : "";
  };
  CHECK(desk.read("apt").files.at("/etc/apt/apt.conf.d/99sandbox-doors") ==
        "APT::Sandbox::User \"root\";\nAcquire::Check-Valid-Until \"false\";\n");
}

TEST_CASE("the registry of npm comes along, its token does not") {
  Desk desk;
  desk.file("etc/npmrc", "registry=https://global.example.org/\n");
  desk.file("home/.npmrc", "registry = https://user:secret@npm.example.org/npm/\n//npm.example.org/:_authToken=secret\n"
                           "@team:registry=https://team.example.org:4873/\ncafile=/etc/company.pem\n");
  const Preset preset = desk.read("npm");
  CHECK(desk.doors("npm") == "team.example.org:4873 npm.example.org");
  CHECK(preset.environment.at("npm_config_registry") == "https://npm.example.org/npm/");
  CHECK(preset.environment.at("npm_config_@team:registry") == "https://team.example.org:4873/");
  CHECK(preset.certificates == std::vector<Path>{"/etc/company.pem"});
  for (const auto& [name, value] : preset.environment) CHECK_FALSE(contains(value, "secret"));
  desk.host.environment["npm_config_registry"] = "https://wins.example.org/";
  CHECK(desk.read("npm").environment.at("npm_config_registry") == "https://wins.example.org/");
}

TEST_CASE("pip's files and variables are read, the user's first") {
  Desk desk;
  desk.file("etc/pip.conf", "[global]\nindex-url = https://etc.example.org/simple\n");
  desk.file("home/.config/pip/pip.conf", "[global]\nindex-url = https://me:pw@pip.example.org/simple\nextra-index-url =\n"
                                         "    https://a.example.org/simple\n    http://b.example.org/simple\n");
  const Preset preset = desk.read("pip");
  CHECK(preset.environment.at("PIP_INDEX_URL") == "https://pip.example.org/simple");
  CHECK(preset.environment.at("PIP_EXTRA_INDEX_URL") == "https://a.example.org/simple http://b.example.org/simple");
  CHECK(desk.doors("pip") == "pip.example.org a.example.org b.example.org:80");
}

TEST_CASE("go's list keeps its separators and loses its passwords") {
  Desk desk;
  desk.file("home/.config/go/env", "GOPROXY=https://me:pw@go.example.org,https://b.example.org|direct\nGOSUMDB=off\n");
  const Preset preset = desk.read("go");
  CHECK(preset.environment.at("GOPROXY") == "https://go.example.org,https://b.example.org|direct");
  CHECK(preset.environment.at("GOSUMDB") == "off");
  CHECK(desk.doors("go") == "go.example.org b.example.org");
}

TEST_CASE("cargo gets its sources as a file, without what authenticates") {
  Desk desk;
  desk.file("home/.cargo/config.toml", "[source.crates-io]\nreplace-with = \"mirror\"\n[source.mirror]\n"
                                       "registry = \"sparse+https://me:pw@cargo.example.org/index/\"\n[registries.team]\n"
                                       "index = \"sparse+https://team.example.org/\"\ntoken = \"secret\"\n[net]\nretry = 3\n");
  CHECK(desk.read("cargo").files.at("/.cargo/config.toml") ==
        "[source.crates-io]\nreplace-with = \"mirror\"\n[source.mirror]\nregistry = \"sparse+https://cargo.example.org/index/\"\n"
        "[registries.team]\nindex = \"sparse+https://team.example.org/\"\n");
  CHECK(desk.doors("cargo") == "cargo.example.org team.example.org");
}

TEST_CASE("TLS and HTTP on each other's port are not looked at") {
  Desk desk;
  desk.file("etc/apt/sources.list", "deb http://a.example.org:443/ x main\ndeb https://b.example.org:80/ x main\n");
  CHECK(desk.doors("apt") == "a.example.org:443/raw b.example.org:80/raw");
}

TEST_CASE("a manager without configuration is asked, and one that cannot be is refused") {
  Desk desk;
  CHECK(error_of([&] { desk.read("npm"); }).code() == ExitCode::host);
  desk.host.ask = [](const std::vector<std::string>& words) {
    return words[0] == "python3" ? "https://pip.example.org/simple https://files.example.org\n" : "https://asked.example.org/\n";
  };
  CHECK(desk.doors("npm") == "asked.example.org");
  CHECK(desk.doors("pip") == "files.example.org pip.example.org");
  CHECK(desk.doors("go") == "asked.example.org");
  CHECK(error_of([&] { desk.read("cargo"); }).code() == ExitCode::host);
}

TEST_CASE("a forge is TLS and SSH of one host") {
  Desk desk;
  CHECK(desk.doors("git:code.example.org") == "code.example.org:22,443");
  CHECK(refuses([&] { desk.read("git:*.example.org"); }, "one forge"));
  CHECK(refuses([&] { desk.read("git:"); }, "not a host name"));
  CHECK(is_preset("npm"));
  CHECK_FALSE(is_preset("npm.example.org"));
}
