#include "build/yaml.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>

#include "base/beneath.hpp"
#include "base/text.hpp"

namespace sandbox::build {

namespace {

constexpr std::size_t kMaxBytes = std::size_t{1} << 20;
constexpr std::size_t kMaxDepth = 20;

Place place_of(const YAML::Mark& mark) { return {mark.line + 1, mark.column + 1}; }

/// Builds the tree from the parser's events. yaml-cpp's own tree accepts duplicate keys,
/// expands nothing but shares aliased nodes, and forgets places.
class Builder : public YAML::EventHandler {
 public:
  explicit Builder(std::string file) : file_(std::move(file)) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add(scalar(mark, anchor, Yaml::Kind::null, ""));
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    if (tag != "?" && tag != "!" && !tag.empty()) refuse(mark, "tags are not supported");
    Yaml node = scalar(mark, anchor, Yaml::Kind::text, value);
    node.quoted = tag == "!";
    add(std::move(node));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { refuse(mark, "aliases are not supported"); }
  void OnAnchor(const YAML::Mark& mark, const std::string&) override {
    refuse(mark, "anchors are not supported");
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Yaml::Kind::list);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Yaml::Kind::map);
  }
  void OnMapEnd() override { close(); }

  Yaml take() { return std::move(root_); }

 private:
  struct Open {
    Yaml node;
    bool has_key = false;  // of a map: the next node is a value
  };

  [[noreturn]] void refuse(const YAML::Mark& mark, std::string_view problem) const {
    throw problem_at(file_, place_of(mark), problem);
  }

  Yaml scalar(const YAML::Mark& mark, YAML::anchor_t anchor, Yaml::Kind kind, std::string text) const {
    if (anchor != 0) refuse(mark, "anchors are not supported");
    Yaml node;
    node.kind = kind;
    node.place = place_of(mark);
    node.text = std::move(text);
    return node;
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Yaml::Kind kind) {
    if (tag != "?" && !tag.empty()) refuse(mark, "tags are not supported");
    if (open_.size() == kMaxDepth) refuse(mark, fmt::format("nested deeper than {}", kMaxDepth));
    open_.push_back({scalar(mark, anchor, kind, "")});
  }

  void close() {
    Yaml node = std::move(open_.back().node);
    open_.pop_back();
    add(std::move(node));
  }

  void add(Yaml node) {
    if (open_.empty()) {
      root_ = std::move(node);
    } else if (Open& parent = open_.back(); parent.node.kind == Yaml::Kind::list) {
      parent.node.items.push_back(std::move(node));
    } else if (std::exchange(parent.has_key, !parent.has_key)) {
      parent.node.entries.back().value = std::move(node);
    } else {
      add_key(parent.node, node);
    }
  }

  void add_key(Yaml& map, const Yaml& key) const {
    if (key.kind != Yaml::Kind::text) throw problem_at(file_, key.place, "a key must be a word");
    if (key.text == "<<") throw problem_at(file_, key.place, "merge keys are not supported");
    for (const Yaml::Entry& other : map.entries)
      if (other.key == key.text)
        throw problem_at(file_, key.place,
                         fmt::format("duplicate key '{}' (first on line {})", visible(key.text), other.place.line));
    map.entries.push_back({key.text, key.place, {}});
  }

  std::string file_;
  std::vector<Open> open_;
  Yaml root_;
};

/// The parser takes bytes 0 and 4 for the end of the file, and some bytes of other encodings
/// for letters: what is not plain text is refused before it sees it.
void check_text(const std::string& text, const std::string& shown) {
  Place place;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t line_end = std::min(rest.find('\n'), rest.size() - 1) + 1;
    const std::string_view line = rest.substr(0, line_end);
    if (!is_utf8(line)) throw problem_at(shown, place, "not UTF-8 text");
    const auto bad = std::ranges::find_if(line, [](char c) {
      return (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F;
    });
    if (bad != line.end())
      throw problem_at(shown, {place.line, static_cast<int>(bad - line.begin()) + 1}, "a control character");
    rest.remove_prefix(line_end);
    ++place.line;
  }
}

}  // namespace

Error problem_at(const std::string& file, Place place, std::string_view problem) {
  return Error(ExitCode::input, fmt::format("{}:{}:{}: {}", visible(file), place.line, place.column, problem));
}

Yaml parse_yaml(const std::string& text, const std::string& shown) {
  if (text.size() > kMaxBytes)
    throw Error(ExitCode::input, fmt::format("{}: larger than {} bytes", visible(shown), kMaxBytes));
  check_text(text, shown);
  // The end of the document is said aloud, or a quote that is never closed would swallow the
  // rest of the file without a word.
  std::istringstream stream(text + "\n...\n");
  try {
    YAML::Parser parser(stream);
    Builder first(shown);
    const bool any = parser.HandleNextDocument(first);
    Yaml root = first.take();
    if (!any || root.kind == Yaml::Kind::null) throw problem_at(shown, {}, "the file is empty");
    Builder second(shown);
    if (parser.HandleNextDocument(second))
      throw problem_at(shown, second.take().place, "a second document: one file holds one recipe");
    return root;
  } catch (const YAML::Exception& error) {
    throw problem_at(shown, place_of(error.mark), "not YAML: " + visible(error.msg));
  }
}

Yaml read_yaml(const Path& file) { return parse_yaml(read_yaml_text(file), file.native()); }

std::string read_yaml_text(const Path& file) { return read_beneath(file.parent_path(), file.filename(), kMaxBytes); }

}  // namespace sandbox::build
