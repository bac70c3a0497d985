// ctest: the file counts, what it prints tells more.
#include "results/ctest.hpp"

#include "catch.hpp"
#include "samples.hpp"

using namespace sandbox;
using namespace sandbox::test;
using results::read_ctest;

TEST_CASE("time-outs and crashes are told by what ctest prints") {
  const auto reading = read_ctest(sample("ctest3.25.xml"),
                                  "2/5 Test #2: bad ..............***Failed    0.00 sec\n"
                                  "5/5 Test #5: slow .............***Timeout   1.00 sec\n");
  CHECK(statuses(reading) == "passed failed skipped skipped timeout");
  CHECK(statuses(read_ctest(sample("ctest3.25.xml"), "2/5 Test #2: bad ...***Exception: SegFault  0.00 sec\n")) ==
        "passed crashed skipped skipped failed");
  CHECK(statuses(read_ctest(sample("ctest3.25.xml"), "2/5 Test #2: bad ....Subprocess aborted***Exception:   0.01 sec\n")) ==
        "passed crashed skipped skipped failed");
  CHECK(statuses(read_ctest(sample("ctest3.25.xml"), "3/5 Test #3: skip ....***Not Run   0.00 sec\n"
                                                     "4/5 Test #4: dis .....***Not Run (Disabled)   0.00 sec\n")) == "passed failed error skipped failed");
}

TEST_CASE("what ctest prints makes nothing pass") {
  CHECK(statuses(read_ctest(sample("ctest3.25.xml"), "2/5 Test #2: bad ....   Passed    0.00 sec\n")) == "passed failed skipped skipped failed");
}
