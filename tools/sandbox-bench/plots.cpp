#include "plots.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "forge/markdown.hpp"
#include "numbers.hpp"

namespace sandbox::tool {

namespace {

using record::MeasuredRow;
using record::Measurements;

constexpr int kWidth = 720, kLeft = 150, kRight = 110, kRowHeight = 26, kTop = 28;
constexpr int kChartHeight = 150, kBottom = 24;
constexpr double kInner = kWidth - kLeft - kRight;
constexpr std::size_t kMostName = 100;

std::string text_at(double x, double y, std::string_view anchor, std::string_view text) {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>\n", x, y, anchor, forge::html(text.substr(0, kMostName)));
}

std::string title(std::string_view text) { return fmt::format("<text class=\"title\" x=\"0\" y=\"16\">{}</text>\n", forge::html(text.substr(0, kMostName))); }

/// The samples of a row, each a dot, on a scale of its own from 0.
std::string strip(const MeasuredRow& row, int y) {
  const auto& all = *row.distribution;
  const double scale = all.max > 0 ? kInner / all.max : 0;
  std::string drawing = text_at(kLeft - 8, y + 4, "end", row.name);
  drawing += fmt::format("<line class=\"axis\" x1=\"{0}\" y1=\"{1}\" x2=\"{2}\" y2=\"{1}\"/>\n", kLeft, y, kWidth - kRight);
  for (const double sample : row.samples) drawing += fmt::format("<circle class=\"sample\" cx=\"{:.1f}\" cy=\"{}\" r=\"3\"/>\n", kLeft + sample * scale, y);
  drawing += fmt::format("<line class=\"median\" x1=\"{0:.1f}\" y1=\"{1}\" x2=\"{0:.1f}\" y2=\"{2}\"/>\n", kLeft + all.median * scale, y - 9, y + 9);
  return drawing + text_at(kWidth - kRight + 8, y + 4, "start", number_text(all.median, row.unit));
}

Plot strips(const Measurements& measurements, const std::string& unit, std::string_view name) {
  Plot plot{title(name), kWidth, kTop};
  for (const MeasuredRow& row : measurements.rows) {
    if (row.unit != unit || !row.distribution) continue;
    plot.drawing += strip(row, plot.height + kRowHeight / 2);
    plot.height += kRowHeight;
  }
  return plot;
}

struct At {
  double x, y;
};

/// A line through points, both scales from 0.
Plot chart(std::string_view name, const std::vector<At>& points, const std::string& last_x, const std::string& largest_y) {
  double x_most = 0, y_most = 0;
  for (const At& point : points) {
    x_most = std::max(x_most, point.x);
    y_most = std::max(y_most, point.y);
  }
  const int bottom = kTop + kChartHeight;
  std::string path;
  for (const At& point : points)
    path += fmt::format("{}{:.1f},{:.1f}", path.empty() ? "" : " ", kLeft + (x_most > 0 ? point.x / x_most : 0) * kInner,
                        bottom - (y_most > 0 ? point.y / y_most : 0) * kChartHeight);
  std::string drawing = title(name);
  drawing += fmt::format("<polyline class=\"axis\" points=\"{0},{1} {0},{2} {3},{2}\"/>\n", kLeft, kTop, bottom, kWidth - kRight);
  drawing += fmt::format("<polyline class=\"line\" points=\"{}\"/>\n", path);
  drawing += text_at(kLeft - 8, kTop + 10, "end", largest_y) + text_at(kWidth - kRight, bottom + 16, "end", last_x);
  return {drawing, kWidth, bottom + kBottom};
}

using Value = std::function<std::optional<double>(const record::SeriesPoint&)>;

/// Nothing where nobody counted.
void add_series(std::vector<Plot>& plots, const record::Series& series, const std::string& what, const std::string& unit, const Value& value) {
  std::vector<At> points;
  double largest = 0;
  for (const auto& point : series.points)
    if (const auto y = value(point)) {
      points.push_back({point.at_ms, *y});
      largest = std::max(largest, *y);
    }
  if (points.size() > 1) plots.push_back(chart(series.name + ": " + what, points, number_text(points.back().x, "ms"), number_text(largest, unit)));
}

std::optional<double> number(const std::optional<std::uint64_t>& value) {
  return value ? std::optional(static_cast<double>(*value)) : std::nullopt;
}

void add_all_series(std::vector<Plot>& plots, const record::Series& series) {
  using Point = record::SeriesPoint;
  add_series(plots, series, "processor time", "ms", [](const Point& point) { return std::optional(point.cpu_ms); });
  add_series(plots, series, "memory", "bytes", [](const Point& point) { return number(point.memory_bytes); });
  add_series(plots, series, "disk", "bytes", [](const Point& point) { return number(point.disk_bytes); });
  add_series(plots, series, "read", "bytes", [](const Point& point) { return number(point.read_bytes); });
  add_series(plots, series, "written", "bytes", [](const Point& point) { return number(point.written_bytes); });
  add_series(plots, series, "busy GPUs", "", [](const Point& point) {
    if (!point.gpus) return std::optional<double>();
    double sum = 0;
    for (const auto& gpu : *point.gpus) sum += gpu.busy_percent / 100;
    return std::optional(sum);
  });
  add_series(plots, series, "memory of GPUs", "bytes", [](const Point& point) {
    if (!point.gpus) return std::optional<double>();
    double sum = 0;
    for (const auto& gpu : *point.gpus) sum += static_cast<double>(gpu.memory_bytes);
    return std::optional(sum);
  });
}

void add_sweep(std::vector<Plot>& plots, const Measurements& measurements) {
  std::vector<At> throughput, tail;
  double most = 0, longest = 0;
  for (const auto& level : measurements.sweep) {
    const auto x = static_cast<double>(level.concurrency);
    if (level.throughput_per_s) throughput.push_back({x, *level.throughput_per_s});
    if (level.p99_ms) tail.push_back({x, *level.p99_ms});
    most = std::max(most, level.throughput_per_s.value_or(0));
    longest = std::max(longest, level.p99_ms.value_or(0));
  }
  if (throughput.size() < 2) return;
  const std::string last = fmt::format("{} at once", measurements.sweep.back().concurrency);
  plots.push_back(chart("lives per second", throughput, last, fmt::format("{:.1f}/s", most)));
  plots.push_back(chart("p99 of a life", tail, last, number_text(longest, "ms")));
}

}  // namespace

std::vector<Plot> plots_of(const Measurements& measurements) {
  std::vector<Plot> plots;
  for (const auto& [unit, name] : {std::pair{"ms", "time"}, std::pair{"bytes", "memory"}})
    if (Plot plot = strips(measurements, unit, name); plot.height > kTop) plots.push_back(std::move(plot));
  add_sweep(plots, measurements);
  for (const auto& series : measurements.series) add_all_series(plots, series);
  return plots;
}

std::string svg(const std::vector<Plot>& plots) {
  std::string inside;
  int height = 0;
  for (const Plot& plot : plots) {
    inside += fmt::format("<g transform=\"translate(10,{})\">\n{}</g>\n", height + 10, plot.drawing);
    height += plot.height + 10;
  }
  constexpr std::string_view kStyle =
      "text{font:12px sans-serif;fill:#333}.title{font-weight:bold}.axis{stroke:#bbb;fill:none}.sample{fill:#36c;fill-opacity:.45}"
      ".median{stroke:#c33;stroke-width:2}.line{stroke:#36c;fill:none;stroke-width:1.5}";
  return fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\">\n<style>{2}</style>\n{3}</svg>\n", kWidth + 20, height + 10, kStyle,
                     inside);
}

}  // namespace sandbox::tool
