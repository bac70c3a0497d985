#include "measure/machine_facts.hpp"

#include <sched.h>
#include <sys/utsname.h>

#include <charconv>

#include "base/file.hpp"
#include "base/text.hpp"

namespace sandbox::measure {

namespace {

constexpr std::size_t kMost = 16 << 20;  // of a machine with thousands of processors

std::string procfs(const char* path) { return read_file_if_exists(path, kMost).value_or(""); }

/// What stands behind "NAME" and a colon in the first such line.
std::string_view value_of(std::string_view text, std::string_view name) {
  for (const std::string_view line : split(text, '\n')) {
    if (!line.starts_with(name)) continue;
    const std::size_t colon = line.find(':');
    if (colon == line.npos) return {};
    const std::size_t start = line.find_first_not_of(" \t", colon + 1);
    return start == line.npos ? std::string_view() : line.substr(start);
  }
  return {};
}

std::uint64_t processors_for_us() {
  cpu_set_t ours;
  CPU_ZERO(&ours);
  return ::sched_getaffinity(0, sizeof ours, &ours) == 0 ? static_cast<std::uint64_t>(CPU_COUNT(&ours)) : 0;
}

}  // namespace

std::string processor_model(std::string_view cpuinfo) {
  const std::string_view model = value_of(cpuinfo, "model name");
  return model.empty() ? "unknown" : visible(model);
}

std::uint64_t memory_of(std::string_view meminfo) {
  const std::string_view text = value_of(meminfo, "MemTotal");
  std::uint64_t kib = 0;
  std::from_chars(text.data(), text.data() + text.size(), kib);
  return kib << 10;
}

std::optional<double> load_of(std::string_view loadavg) {
  double load = 0;
  const auto [end, error] = std::from_chars(loadavg.data(), loadavg.data() + loadavg.size(), load);
  return error == std::errc() && end != loadavg.data() ? std::optional(load) : std::nullopt;
}

record::MachineFacts machine_facts() {
  record::MachineFacts facts;
  facts.processor = processor_model(procfs("/proc/cpuinfo"));
  facts.processors = processors_for_us();
  facts.memory_bytes = memory_of(procfs("/proc/meminfo"));
  facts.load = load_of(procfs("/proc/loadavg"));
  utsname name{};
  if (::uname(&name) == 0) facts.kernel = name.release;
  return facts;
}

}  // namespace sandbox::measure
