// sandbox-metrics counts what is in the store and in its log, for Prometheus.
#include "cli/options.hpp"
#include "cli/tool_main.hpp"
#include "metrics.hpp"

namespace {

int run(int argc, char** argv) {
  using namespace sandbox;
  tool::Options chosen;
  cli::Options options("sandbox-metrics", "Count what is in the store and in its log, for Prometheus");
  options.option("-o,--output", chosen.output, "FILE", "Replace this file for a textfile collector, in one step; it ends in .prom");
  options.pairs("-l,--label", chosen.labels, cli::Options::Bare::refused, "A label of every sample, where one host has more stores");
  options.app().add_option_function<int>("--status-fd", cli::set_status_fd, "Write the error record to this descriptor")->type_name("FD");
  options.examples({{"sandbox-metrics", "everything, now"},
                    {"sandbox-metrics --output /var/lib/prometheus/node-exporter/sandbox.prom", "for cron"},
                    {"sandbox-metrics --label store=ci", "where a host has more stores than one"}});
  options.parse(argc, argv);
  return tool::write_metrics(chosen);
}

}  // namespace

int main(int argc, char** argv) { return sandbox::cli::tool_main("sandbox-metrics", argc, argv, run); }
