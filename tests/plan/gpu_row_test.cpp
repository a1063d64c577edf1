#include <gtest/gtest.h>

#include "runners/plan/plan.hpp"
#include "runners/usage_error.hpp"

namespace assay {
namespace {

const std::string head = "name = \"mine\"\nduration = \"2s\"\n[[gpu]]\n";

std::string error_of(const std::string& rows) {
  try {
    parse_suite(head + rows, "my.toml");
  } catch (const UsageError& error) {
    return error.what();
  }
  return "accepted";
}

Plan plan_of(const std::string& rows) {
  Host host;
  host.gpu.devices.resize(1);
  return make_plan(host, parse_suite(head + rows, "my.toml"), {}, {}, 1);
}

TEST(GpuRow, ListsMultiplyAndStandInTheId) {
  const Plan plan = plan_of(
      "workload = [\"copy\", \"gather\"]\narray_size = [\"4m\", \"1GiB\"]\n"
      "element = [\"f32\", \"f64\"]\n");
  EXPECT_EQ(plan.cases.size(), 8U);
  const Case* item = find_case(plan, "gpu/gpu0/copy/f64/1g");
  ASSERT_NE(item, nullptr);
  EXPECT_EQ(item->gpu->array_bytes, std::uint64_t{1} << 30);
  EXPECT_EQ(item->gpu->element, ElementType::f64);
  EXPECT_NE(find_case(plan, "gpu/gpu0/gather/4m"), nullptr);
}

TEST(GpuRow, AnEmptyRowHasOneCaseOfAChosenSize) {
  const Plan plan = plan_of("workload = \"chase\"\n");
  ASSERT_EQ(plan.cases.size(), 1U);
  EXPECT_EQ(plan.cases[0].id, "gpu/gpu0/chase");
  EXPECT_EQ(plan.cases[0].gpu->array_bytes, 0U);
}

Plan plan_of_many(const std::string& rows) {
  Host host;
  host.gpu.devices.resize(3);
  for (std::uint32_t i = 0; i < 3; ++i) host.gpu.devices[i].index = i;
  host.numa_nodes.resize(2);
  host.numa_nodes[1].index = 1;
  return make_plan(host, parse_suite(head + rows, "my.toml"), {}, {}, 1);
}

TEST(GpuRow, EveryNodeMeetsEveryGpu) {
  const Plan plan = plan_of_many(
      "workload = [\"host-to-device\", \"bidirectional\"]\nnuma_node = \"each\"\n"
      "mover = [\"copy-engine\", \"multiprocessors\"]\n");
  EXPECT_EQ(plan.cases.size(), 2U * 2 * 2 * 3);
  const Case* item = find_case(plan, "gpu/gpu2/bidirectional/multiprocessors/node1");
  ASSERT_NE(item, nullptr);
  EXPECT_EQ(item->gpu->numa_node, 1U);
}

TEST(GpuRow, EveryGpuMeetsEveryOther) {
  const Plan plan = plan_of_many("workload = \"peer-copy\"\n");
  EXPECT_EQ(plan.cases.size(), 6U);
  ASSERT_NE(find_case(plan, "gpu/gpu2/peer-copy/gpu0"), nullptr);
  EXPECT_EQ(find_case(plan, "gpu/gpu2/peer-copy/gpu0")->gpu->peer, 0U);
  const Plan alone = plan_of("workload = \"peer-copy\"\n");
  ASSERT_EQ(alone.cases.size(), 1U);
  EXPECT_EQ(alone.cases[0].skip_reason, "there is only one GPU");
}

TEST(GpuRow, AllGpusAtOnceAreATargetOfTheirOwn) {
  const std::string rows = "workload = \"host-to-device\"\ngpus = \"all\"\n";
  const Plan plan = plan_of_many(rows);
  ASSERT_EQ(plan.cases.size(), 1U);
  EXPECT_EQ(plan.cases[0].id, "gpu/all-gpus/host-to-device");
  const Target* all = find_target(plan, "all-gpus");
  ASSERT_NE(all, nullptr);
  EXPECT_EQ(all->members, (std::vector<std::string>{"gpu0", "gpu1", "gpu2"}));
  EXPECT_EQ(plan_of(rows).cases.at(0).skip_reason, "all GPUs at once: there is only one GPU");
}

TEST(GpuRow, WrongValuesAreToldWithWhatIsAllowed) {
  EXPECT_EQ(error_of("workload = \"copy\"\nelement = \"f16\"\n"),
            "my.toml:5:11: unknown element 'f16' (did you mean 'f32'?)");
  EXPECT_NE(error_of("workload = \"copy\"\narray_size = 100\n").find("at least 4k"),
            std::string::npos);
  EXPECT_NE(
      error_of("workload = \"chase\"\nelement = \"f64\"\n").find("element does not apply to chase"),
      std::string::npos);
  EXPECT_NE(error_of("workload = \"copy\"\nhost_buffer = \"pinned\"\n")
                .find("host_buffer does not apply to copy"),
            std::string::npos);
  EXPECT_NE(error_of("workload = \"host-to-device\"\nmover = \"multiprocessors\"\n"
                     "host_buffer = \"pageable\"\n")
                .find("reach pinned host memory only"),
            std::string::npos);
  EXPECT_EQ(error_of("workload = [\"host-to-device\", \"bidirectional\"]\n"
                     "host_buffer = [\"pinned\", \"pageable\"]\n"),
            "my.toml:5:15: bidirectional needs pinned host memory: CUDA returns from a copy of "
            "pageable memory only when it is complete, so the two directions would take turns. "
            "Give it in a table of its own, with host_buffer = \"pinned\"");
  EXPECT_EQ(error_of("workload = \"bidirectional\"\nhost_buffer = \"pinned\"\n"), "accepted");
  EXPECT_EQ(error_of("workload = [\"host-to-device\", \"device-to-host\"]\n"
                     "host_buffer = \"pageable\"\n"),
            "accepted");
  EXPECT_NE(
      error_of("workload = \"host-to-device\"\nnuma_node = \"0\"\n").find("expected \"each\""),
      std::string::npos);
  EXPECT_NE(error_of("workload = \"peer-copy\"\ngpus = \"all\"\n")
                .find("gpus = \"all\" does not apply to peer-copy"),
            std::string::npos);
  EXPECT_NE(error_of("workload = \"copy\"\narray_sizes = 1\n").find("'array_size'"),
            std::string::npos);
}

TEST(GpuRow, SizesAndElementsAreInTheHashOnlyWhereGiven) {
  const auto hash = [](const std::string& rows) {
    return suite_sha256(parse_suite(head + rows, "my.toml"));
  };
  EXPECT_NE(hash("workload = \"copy\"\n"), hash("workload = \"copy\"\narray_size = \"4m\"\n"));
  EXPECT_NE(hash("workload = \"copy\"\n"), hash("workload = \"copy\"\nelement = \"f64\"\n"));
}

}  // namespace
}  // namespace assay
