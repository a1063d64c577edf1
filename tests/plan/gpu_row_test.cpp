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

TEST(GpuRow, WrongValuesAreToldWithWhatIsAllowed) {
  EXPECT_EQ(error_of("workload = \"copy\"\nelement = \"f16\"\n"),
            "my.toml:5:11: unknown element 'f16' (did you mean 'f32'?)");
  EXPECT_NE(error_of("workload = \"copy\"\narray_size = 100\n").find("at least 4k"),
            std::string::npos);
  EXPECT_NE(error_of("workload = \"chase\"\nelement = \"f64\"\n").find("chase moves bytes"),
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
