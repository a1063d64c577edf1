#include <fnmatch.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "runners/plan/plan.hpp"
#include "runners/plan/suite.hpp"
#include "runners/usage_error.hpp"

namespace assay {
namespace {

std::string error_of(const std::string& primary) {
  try {
    parse_suite("name = \"mine\"\nduration = 1\nprimary = " + primary +
                    "\n[[storage]]\nworkload = \"random-read\"\nblock_size = \"4k\"\n"
                    "queue_depth = 1\n",
                "my.toml");
  } catch (const UsageError& error) {
    return error.what();
  }
  return "accepted";
}

Target target_of(const char* id, DeviceClass device_class) {
  Target target;
  target.id = id;
  target.device_class = device_class;
  target.path = std::string("/") + id;
  target.chosen = true;
  target.span_bytes = std::uint64_t{8} << 30;
  return target;
}

/// Every case that a suite plans on a machine with two local disks, a volume, another disk and a
/// GPU.
Plan full_plan(const Suite& suite) {
  Host host;
  host.io_uring.state = IoUringState::available;
  host.memory.total_bytes = std::uint64_t{64} << 30;
  host.cpu.threads = 8;
  host.gpu.devices.push_back({});
  Suite uncapped = suite;
  uncapped.cap_s = 0;
  return make_plan(
      host, uncapped,
      {target_of("instance-store-file", DeviceClass::instance_store),
       target_of("instance-store-file", DeviceClass::instance_store),
       target_of("ebs-file", DeviceClass::ebs), target_of("other-file", DeviceClass::other)},
      {}, 1);
}

TEST(PrimaryMetrics, OfBuiltInSuitesEachNameACaseOfAFullMachine) {
  for (const char* name :
       {"quick", "standard", "sustained", "engines", "gpu", "high-memory", "hpc"}) {
    const Suite suite = load_suite(name);
    EXPECT_GE(suite.primary.size(), 5U) << name;
    EXPECT_LE(suite.primary.size(), primary_metrics_max) << name;
    const Plan plan = full_plan(suite);
    EXPECT_EQ(plan.primary.value().size(), suite.primary.size());
    for (const PrimaryMetric& primary : suite.primary) {
      EXPECT_TRUE(std::any_of(plan.cases.begin(), plan.cases.end(),
                              [&](const Case& item) {
                                return fnmatch(primary.cases.c_str(), item.id.c_str(), 0) == 0;
                              }))
          << name << " " << primary.cases;
    }
  }
}

TEST(PrimaryMetrics, AreReadInOrder) {
  const Suite suite = parse_suite(
      "name = \"m\"\nduration = 1\nprimary = [\"storage/*/qd1 latency/p99\", \"gpu/* bandwidth\"]\n"
      "[[storage]]\nworkload = \"random-read\"\nblock_size = \"4k\"\nqueue_depth = 1\n",
      "m");
  ASSERT_EQ(suite.primary.size(), 2U);
  EXPECT_EQ(suite.primary[0].cases, "storage/*/qd1");
  EXPECT_EQ(suite.primary[0].metric, "latency/p99");
  EXPECT_EQ(suite.primary[1].metric, "bandwidth");
}

TEST(PrimaryMetrics, MistakesAreToldWithPlaceAndWhatIsAllowed) {
  EXPECT_EQ(error_of("[]"), "accepted");
  EXPECT_EQ(error_of("\"storage/* iops\""), "my.toml:3:11: expected a list of texts");
  EXPECT_NE(error_of("[\"storage/*\"]").find("my.toml:3:12: 'storage/*': write a glob on case ids"),
            std::string::npos);
  EXPECT_NE(error_of("[\"storage/* iops x\"]").find("one space and a metric"), std::string::npos);
  EXPECT_EQ(error_of("[\"storage/* iop\"]"),
            "my.toml:3:12: unknown metric 'iop' (did you mean 'iops'?)");
  EXPECT_NE(error_of("[\"disk/* iops\"]").find("begin with storage/, memory/, gpu/ or pipeline/"),
            std::string::npos);
  EXPECT_NE(error_of("[\"gpu/* iops\", \"gpu/* iops\"]").find("in the list already"),
            std::string::npos);
  std::string eleven = "[";
  for (int i = 0; i < 11; ++i) eleven += "\"gpu/" + std::to_string(i) + " iops\",";
  EXPECT_NE(error_of(eleven + "]").find("11 primary metrics, at most 10"), std::string::npos);
  EXPECT_NE(error_of("[3]").find("my.toml:3:12"), std::string::npos);
}

}  // namespace
}  // namespace assay
