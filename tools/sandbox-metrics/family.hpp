#pragma once
// Family: one metric with its help, its type and a sample for each set of labels, as Prometheus
// reads them (text format 0.0.4).
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "histogram.hpp"

namespace sandbox::tool {

/// Names and values, in the order in which they are written.
using Labels = std::vector<std::pair<std::string, std::string>>;

class Family {
 public:
  enum class Type { counter, gauge, histogram };

  /// `bounds` are those of a histogram; they must outlive it.
  Family(Type type, std::string name, std::string help, std::span<const double> bounds = {})
      : type_(type), name_(std::move(name)), help_(std::move(help)), bounds_(bounds) {}

  /// Zero is worth a sample, too: who asks for a rate sees the first event only beside one.
  void add(const Labels& labels, double amount = 1) { values_[labels] += amount; }
  void set(const Labels& labels, double value) { values_[labels] = value; }
  void observe(const Labels& labels, double value) { histogram(labels).observe(value); }
  /// One that has measured nothing yet.
  Histogram& histogram(const Labels& labels) { return histograms_.try_emplace(labels, bounds_).first->second; }

  const std::string& name() const { return name_; }
  /// Nothing when there is no sample. `common` labels stand before those of each.
  void write(std::string& into, const Labels& common) const;

 private:
  void write_histogram(std::string& into, const Labels& labels, const Histogram& histogram) const;
  Type type_;
  std::string name_, help_;
  std::span<const double> bounds_;
  std::map<Labels, double> values_;
  std::map<Labels, Histogram> histograms_;
};

/// As the format wants a value: 3, 0.25, +Inf.
std::string number_text(double value);

/// A value between quotes: backslash, quote and newline are escaped, what is no UTF-8 is made visible.
std::string label_text(std::string_view value);

/// [a-zA-Z_][a-zA-Z0-9_]*, without the names that Prometheus keeps for itself.
bool is_label_name(std::string_view name);

}  // namespace sandbox::tool
