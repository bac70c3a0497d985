#include "image/oci_export.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/error.hpp"
#include "base/temp_dir.hpp"
#include "base/text.hpp"
#include "digest/sha256.hpp"
#include "image/gzip.hpp"
#include "image/machine_name.hpp"
#include "image/tar_writer.hpp"

namespace sandbox::image {

namespace {

constexpr const char* kManifestType = "application/vnd.oci.image.manifest.v1+json";
constexpr const char* kConfigType = "application/vnd.oci.image.config.v1+json";
constexpr const char* kLayerType = "application/vnd.oci.image.layer.v1.tar+gzip";

/// A signal that ends us waits until nothing half-written is left; the work asks for it.
class EndWaits {
 public:
  EndWaits() {
    ::sigemptyset(&ends_);
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) ::sigaddset(&ends_, number);
    ::sigprocmask(SIG_BLOCK, &ends_, &before_);
  }
  EndWaits(const EndWaits&) = delete;
  ~EndWaits() { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }

  static void look() {
    sigset_t waiting;
    ::sigpending(&waiting);
    for (const int number : {SIGINT, SIGTERM, SIGHUP})
      if (::sigismember(&waiting, number) == 1) throw Error(ExitCode::failed, "the export was interrupted");
  }

 private:
  sigset_t ends_{}, before_{};
};

struct Written {
  std::string digest;
  std::uint64_t size = 0;
};

/// A file that is named after what was put into it.
class BlobFile {
 public:
  explicit BlobFile(const Path& blobs) : blobs_(blobs), temporary_(blobs / ".new") {
    file_ = checked_fd(::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644), "cannot create", temporary_.native());
  }

  void put(std::string_view bytes) {
    EndWaits::look();
    sum_.update(bytes);
    written_.size += bytes.size();
    write_all(file_.get(), bytes, temporary_.native());
  }

  Written finish() && {
    const std::string hex = digest::hex(std::move(sum_).finish());
    if (::rename(temporary_.c_str(), (blobs_ / hex).c_str()) < 0) throw_system_error("cannot name", (blobs_ / hex).native());
    written_.digest = "sha256:" + hex;
    return std::move(written_);
  }

 private:
  Path blobs_, temporary_;
  Fd file_;
  digest::Sha256 sum_;
  Written written_;
};

Written put_text(const Path& blobs, std::string_view text) {
  BlobFile blob(blobs);
  blob.put(text);
  return std::move(blob).finish();
}

struct WrittenLayer {
  Written blob;
  std::string content;  // the digest before it is compressed
};

WrittenLayer put_layer(const Path& blobs, const Path& tree) {
  BlobFile blob(blobs);
  Gzip gzip([&](std::string_view bytes) { blob.put(bytes); });
  digest::Sha256 sum;
  write_tar(tree, Times::kept, [&](std::string_view bytes) {
    sum.update(bytes);
    gzip.put(bytes);
  });
  gzip.finish();
  return {std::move(blob).finish(), "sha256:" + digest::hex(std::move(sum).finish())};
}

Json described(const char* type, const Written& written) {
  return {{"mediaType", type}, {"digest", written.digest}, {"size", written.size}};
}

Json configuration(const record::Image& image, const std::vector<WrittenLayer>& layers) {
  Json variables = Json::array(), contents = Json::array(), labels = {{"org.opencontainers.image.title", image.name}};
  for (const auto& [name, value] : image.defaults.env) variables.push_back(name + "=" + value);
  for (const WrittenLayer& layer : layers) contents.push_back(layer.content);
  if (image.version) labels["org.opencontainers.image.version"] = *image.version;
  if (image.description) labels["org.opencontainers.image.description"] = *image.description;
  Json config = {{"Env", variables}, {"WorkingDir", image.defaults.workdir}, {"Labels", labels}};
  // Nobody named is root everywhere; the name "root" has to be looked up in the image.
  if (image.defaults.user != "root") config["User"] = image.defaults.user;
  // Locked, it is the same whenever it was built, and so is what is exported.
  return {{"created", image.pinned ? "1980-01-01T00:00:00.000Z" : image.created},
          {"architecture", machine_name()},
          {"os", "linux"},
          {"config", config},
          {"rootfs", {{"type", "layers"}, {"diff_ids", contents}}}};
}

void make_directory(const Path& path) {
  if (::mkdir(path.c_str(), 0755) < 0 || ::chmod(path.c_str(), 0755) < 0) throw_system_error("cannot create", path.native());
}

void write_layout(const Path& place, const record::Image& image, const std::vector<Path>& trees, const std::string& tag,
                  const std::function<void(const std::string&)>& stage) {
  const Path blobs = place / "blobs/sha256";
  make_directory(blobs.parent_path());
  make_directory(blobs);
  std::vector<WrittenLayer> layers;
  Json written = Json::array();
  for (const Path& tree : trees) {
    stage(fmt::format("exporting layer {} of {}", layers.size() + 1, trees.size()));
    layers.push_back(put_layer(blobs, tree));
    written.push_back(described(kLayerType, layers.back().blob));
  }
  const Written config = put_text(blobs, record::dump(configuration(image, layers)));
  const Json manifest = {{"schemaVersion", 2}, {"mediaType", kManifestType}, {"config", described(kConfigType, config)}, {"layers", written}};
  Json one = described(kManifestType, put_text(blobs, record::dump(manifest)));
  one["annotations"] = {{"org.opencontainers.image.ref.name", tag}};
  const Json index = {{"schemaVersion", 2}, {"mediaType", "application/vnd.oci.image.index.v1+json"}, {"manifests", Json::array({one})}};
  replace_file(place / "oci-layout", record::dump({{"imageLayoutVersion", "1.0.0"}}), 0644);
  replace_file(place / "index.json", record::dump(index), 0644);
}

Error is_there(const Path& path) {
  return Error(ExitCode::input, fmt::format("'{}' is there already", visible(path.native())), "remove it, or export to another place");
}

void archive_layout(const Path& layout, const Path& file) {
  const Fd fd = checked_fd(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644), "cannot create", file.native());
  write_tar(layout, Times::zero, [&](std::string_view bytes) {
    EndWaits::look();
    write_all(fd.get(), bytes, file.native());
  });
}

}  // namespace

ExportTarget parse_export_target(const std::string& text) {
  const std::size_t colon = text.find(':');
  const std::string kind = text.substr(0, colon), rest = colon == text.npos ? "" : text.substr(colon + 1);
  if ((kind != "oci" && kind != "oci-archive") || rest.empty() || rest.starts_with(':'))
    throw Error(ExitCode::input, fmt::format("not a target of --export: '{}'", visible(text)), "as oci:DIRECTORY or oci-archive:FILE, perhaps with :TAG");
  ExportTarget target;
  target.form = kind == "oci" ? ExportTarget::Form::directory : ExportTarget::Form::archive;
  const std::size_t tag = rest.find(':');
  target.path = rest.substr(0, tag);
  if (tag != rest.npos && tag + 1 < rest.size()) target.tag = rest.substr(tag + 1);
  return target;
}

void check_export_target(const ExportTarget& target) {
  struct stat info {};
  if (::lstat(target.path.c_str(), &info) == 0) throw is_there(target.path);
  const Path parent = Path(target.path).remove_filename() / ".";
  if (::access(parent.c_str(), W_OK) < 0) throw_system_error("cannot export to", visible(target.path.native()), ExitCode::input);
}

void export_image(const record::Image& image, const std::vector<Path>& trees, const ExportTarget& target,
                  const std::function<void(const std::string&)>& stage) {
  check_export_target(target);
  const EndWaits waiting;
  TempDir place = TempDir::create((Path(target.path).remove_filename() / ".").lexically_normal());
  const Path layout = place.path() / "layout";
  make_directory(layout);
  write_layout(layout, image, trees, target.tag, stage);
  Path finished = layout;
  if (target.form == ExportTarget::Form::archive) {
    finished = place.path() / "archive";
    stage("exporting the archive");
    archive_layout(layout, finished);
  }
  if (::renameat2(AT_FDCWD, finished.c_str(), AT_FDCWD, target.path.c_str(), RENAME_NOREPLACE) == 0) return;
  if (errno == EEXIST) throw is_there(target.path);
  throw_system_error("cannot rename into place", visible(target.path.native()));
}

}  // namespace sandbox::image
