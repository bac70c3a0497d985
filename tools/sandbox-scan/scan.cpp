#include "scan.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/find_program.hpp"
#include "base/named_file.hpp"
#include "cli/answer.hpp"
#include "cli/human.hpp"
#include "cli/warn.hpp"
#include "human.hpp"
#include "isolate/namespaces.hpp"
#include "record/chain.hpp"
#include "record/misfit.hpp"
#include "scan/code_quality.hpp"
#include "scan/cyclonedx.hpp"
#include "scan/image_scan.hpp"
#include "scan/rule.hpp"
#include "scan/sarif.hpp"
#include "store/images.hpp"

namespace sandbox::tool {

namespace {

Error one_image() { return Error(ExitCode::input, "--sbom is about one image", "name it with --image, or pipe its record into this"); }

class Scanner {
 public:
  explicit Scanner(const Options& options) : options_(options) {}

  void scan_recipe(const std::string& folder) { put(scan::scan_recipe(folder, options_.wish), nullptr); }

  void scan_image(const std::string& reference, const Json& from) {
    const store::Store& store = open_store();
    const Fd in_use = store::lock_images(store);  // its layers stay while they are read
    const record::Image image = store::find_image(store, reference);
    const std::vector<Path> trees = store::layer_trees(store, image);
    put(scan::scan_image(image, trees, options_.wish, known(store)), from);
    if (options_.sbom) sboms_.push_back(scan::cyclonedx(image, scan::packages_in(trees)));
  }

  int answer(const Json& record) {
    const Json& image = record::required(record, record::Image::kSchema, "image", "pipe the output of sandbox-build into this");
    scan_image(image.get<record::Image>().digest, record::as_from(record));
    return static_cast<int>(done_.back().status == "passed" ? ExitCode::ok : ExitCode::no);
  }

  /// The reports are whole or not there.
  int finish() const {
    if (options_.sarif) write_named_file(*options_.sarif, scan::sarif(done_), 0644);
    if (options_.sbom && sboms_.size() != 1) throw one_image();
    if (options_.sbom) write_named_file(*options_.sbom, sboms_.front(), 0644);
    if (options_.code_quality) write_named_file(*options_.code_quality, scan::code_quality(done_), 0644);
    for (const record::Findings& findings : done_)
      if (findings.status != "passed") return static_cast<int>(ExitCode::no);
    return static_cast<int>(ExitCode::ok);
  }

 private:
  /// A user goes on as root of his own files, and of nothing else: some of a layer belong to ids
  /// of his that are not his own.
  const store::Store& open_store() {
    if (!store_) {
      store_ = store::Store::open();
      if (::geteuid() != 0) isolate::become_root_of_own_files();
    }
    return *store_;
  }

  scan::Known known(const store::Store& store) { return {database(store), options_.no_trivy ? Path() : find_program("trivy")}; }

  /// Null when none was made.
  const scan::Vulnerabilities* database(const store::Store& store) {
    const Path file = options_.database ? Path(*options_.database) : store.vulnerabilities();
    if (!database_ && (options_.database || std::filesystem::exists(file))) database_ = scan::Vulnerabilities::open(file);
    return database_ ? &*database_ : nullptr;
  }

  void put(record::Findings findings, const Json& from) {
    findings.from = from;
    cli::put(options_.output, findings, findings.name + " " + findings.status, [&] { return human(findings); });
    done_.push_back(std::move(findings));
  }

  const Options& options_;
  std::vector<record::Findings> done_;
  std::vector<std::string> sboms_;
  std::optional<store::Store> store_;
  std::optional<scan::Vulnerabilities> database_;
};

int scan_from_stdin(Scanner& scanner, const Options& options) {
  const cli::Answering how{"nothing is named and stdin is a terminal", "sandbox-scan FOLDER, sandbox-scan --image IMAGE, or pipe records into it", options.output};
  const int worst = cli::answer_records(how, [&](const Json& record) {
    if (record::is_failure(record)) return cli::pass_on(record);
    return scanner.answer(record);
  });
  return std::max(worst, scanner.finish());
}

}  // namespace

int scan(const Options& options) {
  Scanner scanner(options);
  const bool is_named = !options.recipes.empty() || !options.images.empty();
  if (options.sbom && is_named && options.images.size() != 1) throw one_image();
  if (!is_named) return scan_from_stdin(scanner, options);
  for (const std::string& folder : options.recipes) scanner.scan_recipe(folder);
  for (const std::string& image : options.images) scanner.scan_image(image, nullptr);
  return scanner.finish();
}

std::string rules_text() {
  cli::Table table;
  table.row({"RULE", "SEVERITY", "WHAT IS WRONG"});
  for (const scan::Rule& rule : scan::rules()) table.row({std::string(rule.id), std::string(record::name_of(rule.severity)), std::string(rule.says)});
  return table.text();
}

}  // namespace sandbox::tool
