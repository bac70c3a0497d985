// What the machine is, from what procfs says.
#include "measure/machine_facts.hpp"

#include "catch.hpp"

using namespace sandbox::measure;

TEST_CASE("the model of the first processor is told") {
  CHECK(processor_model("processor\t: 0\nmodel\t\t: 85\nmodel name\t: A Processor @ 2GHz\n\nmodel name\t: B\n") == "A Processor @ 2GHz");
  CHECK(processor_model("processor\t: 0\n") == "unknown");
  CHECK(processor_model("model name") == "unknown");
}

TEST_CASE("memory and load are numbers, or nothing") {
  CHECK(memory_of("MemTotal:       16384 kB\nMemFree: 1 kB\n") == 16384 * 1024);
  CHECK(memory_of("") == 0);
  CHECK(load_of("0.52 0.58 0.59 1/467 1234\n") == 0.52);
  CHECK_FALSE(load_of("none"));
}

TEST_CASE("this machine has a processor and memory") {
  CHECK(machine_facts().processors > 0);
  CHECK(machine_facts().memory_bytes > 0);
  CHECK_FALSE(machine_facts().kernel.empty());
}
