#include "scan/cvss.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/text.hpp"

namespace sandbox::scan {

namespace {

using Weights = std::map<char, double>;

/// The weight of a metric's value; throws nothing: an unknown one makes the whole vector unknown.
class Metrics {
 public:
  explicit Metrics(std::string_view vector) {
    for (const std::string_view part : split(vector, '/'))
      if (const std::size_t colon = part.find(':'); colon != part.npos && colon + 2 == part.size()) values_[part.substr(0, colon)] = part.back();
  }

  double weight(std::string_view name, const Weights& weights) {
    const auto value = values_.find(name);
    const auto found = value == values_.end() ? weights.end() : weights.find(value->second);
    if (found != weights.end()) return found->second;
    is_whole_ = false;
    return 0;
  }

  char value(std::string_view name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? '\0' : found->second;
  }
  bool is_whole() const { return is_whole_; }

 private:
  std::map<std::string_view, char> values_;
  bool is_whole_ = true;
};

/// Up to one decimal, without what floating point adds (Appendix A of 3.1).
double round_up(double value) {
  const auto whole = static_cast<long>(std::round(value * 100000));
  return whole % 10000 == 0 ? static_cast<double>(whole) / 100000.0 : (std::floor(static_cast<double>(whole) / 10000.0) + 1) / 10.0;
}

}  // namespace

std::optional<double> cvss3_score(std::string_view vector) {
  if (!vector.starts_with("CVSS:3.0/") && !vector.starts_with("CVSS:3.1/")) return std::nullopt;
  Metrics metrics(vector.substr(9));
  const bool changed = metrics.value("S") == 'C';
  if (!changed && metrics.value("S") != 'U') return std::nullopt;
  const Weights impact = {{'H', 0.56}, {'L', 0.22}, {'N', 0}};
  const double base = 1 - (1 - metrics.weight("C", impact)) * (1 - metrics.weight("I", impact)) * (1 - metrics.weight("A", impact));
  const double exploitability = 8.22 * metrics.weight("AV", {{'N', 0.85}, {'A', 0.62}, {'L', 0.55}, {'P', 0.2}}) *
                                metrics.weight("AC", {{'L', 0.77}, {'H', 0.44}}) *
                                metrics.weight("PR", changed ? Weights{{'N', 0.85}, {'L', 0.68}, {'H', 0.5}} : Weights{{'N', 0.85}, {'L', 0.62}, {'H', 0.27}}) *
                                metrics.weight("UI", {{'N', 0.85}, {'R', 0.62}});
  if (!metrics.is_whole()) return std::nullopt;
  const double harm = changed ? 7.52 * (base - 0.029) - 3.25 * std::pow(base - 0.02, 15) : 6.42 * base;
  if (harm <= 0) return 0.0;
  return round_up(std::min((changed ? 1.08 : 1.0) * (harm + exploitability), 10.0));
}

record::Severity severity_of_score(double score) {
  if (score >= 9.0) return record::Severity::critical;
  if (score >= 7.0) return record::Severity::high;
  return score >= 4.0 ? record::Severity::medium : record::Severity::low;
}

}  // namespace sandbox::scan
