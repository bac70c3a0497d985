// Files of an image, in two layers.
#include "scan/image_scan.hpp"

#include <sys/stat.h>

#include "catch.hpp"
#include "image/deletion.hpp"
#include "recipes.hpp"
#include "scratch.hpp"

using namespace sandbox;
using namespace sandbox::test;

namespace {

class Layers {
 public:
  Layers() {
    for (const Path& tree : trees()) std::filesystem::create_directories(tree);
  }
  std::vector<Path> trees() const { return {folder_.path() / "0", folder_.path() / "1"}; }
  void put(int layer, const Path& path, const std::string& text, mode_t mode = 0644) {
    const Path file = trees()[static_cast<std::size_t>(layer)] / path;
    Path folder = trees()[static_cast<std::size_t>(layer)];
    for (const Path& part : path.parent_path()) {  // whatever the umask, others may not write there
      std::filesystem::create_directory(folder /= part);
      std::filesystem::permissions(folder, std::filesystem::perms(0755));
    }
    replace_file(file, text, 0644);
    REQUIRE(::chmod(file.c_str(), mode) == 0);
  }
  record::Findings scanned(const record::Image& image = {}, const scan::Wish& wish = {}) const { return scan::scan_image(image, trees(), wish); }

 private:
  TempDir folder_ = scratch();
};

const std::string kKey = std::string("-----BEGIN ") + "PRIVATE KEY-----\n";

}  // namespace

TEST_CASE("rights, keys and accounts are found, on the line where they are") {
  Layers layers;
  layers.put(0, "usr/bin/x", "#!/bin/sh\n", 04755);
  layers.put(0, "srv/open", "", 0666);
  layers.put(0, "srv/key.pem", "\n" + kKey);
  layers.put(0, "etc/shadow", "root:*:1:\nu::1:\n", 0600);
  layers.put(1, "root/.netrc", "machine x\n");
  layers.put(1, "etc/ssh/ssh_host_rsa_key", "x");
  CHECK(found(layers.scanned()) == "credential-file:0 empty-password:2 host-key:0 secret:2 set-id:0 world-writable:0");
  CHECK(layers.scanned().findings[0].path == "/etc/shadow");
}

TEST_CASE("what packages brought is no secret, and its rights are known") {
  Layers layers;
  layers.put(0, "var/lib/dpkg/info/x.list", "/.\n/bin/su\n/usr/share/x/key.pem\n/etc/x.conf\n");
  layers.put(0, "usr/bin/su", "", 04755);
  layers.put(0, "usr/share/x/key.pem", kKey);
  layers.put(0, "etc/x.conf", kKey);
  CHECK(found(layers.scanned()) == "secret:1 set-id-of-package:0");
}

TEST_CASE("what a layer above deletes or replaces is not there") {
  Layers layers;
  layers.put(0, "srv/a", kKey);
  layers.put(0, "srv/b", kKey);
  layers.put(1, "srv/a", "nothing\n");
  const Fd directory = checked_fd(::open((layers.trees()[1] / "srv").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open");
  image::make_whiteout(directory, "b");
  CHECK(found(layers.scanned()) == "");
}

TEST_CASE("links lead nowhere, and large files are said to be left out") {
  Layers layers;
  layers.put(0, "srv/large", std::string(5 << 20, 'x'));
  std::filesystem::create_symlink("/etc/shadow", layers.trees()[0] / "srv/link");
  std::filesystem::create_directory_symlink("/", layers.trees()[0] / "root");
  const record::Findings findings = layers.scanned();
  CHECK(found(findings) == "");
  CHECK(findings.truncated);
}

TEST_CASE("a file that may not be read is read all the same, and stays as it is") {
  Layers layers;
  layers.put(0, "srv/key", kKey, 0000);
  CHECK(found(layers.scanned()) == "secret:1");
  struct stat info {};
  REQUIRE(::stat((layers.trees()[0] / "srv/key").c_str(), &info) == 0);
  CHECK((info.st_mode & 07777) == 0);
}

TEST_CASE("the image's recipe says what is allowed and what counts") {
  Layers layers;
  layers.put(0, "srv/open", "", 0666);
  record::Image image;
  image.proof.scan.fail_on = "medium";
  CHECK(layers.scanned(image).status == "failed");
  image.proof.scan.allow = {{"world-writable", "it is a test"}};
  CHECK(layers.scanned(image).status == "passed");
  CHECK(found(layers.scanned(image)) == "(world-writable:0)");
}
