#include "reports/catalog/type_name.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace assay {
namespace {

TEST(type_name, splits_at_the_dot) {
  EXPECT_EQ(parse_type_name("m7i-flex.2xlarge").family, "m7i-flex");
  EXPECT_EQ(parse_type_name("m7i-flex.2xlarge").size, "2xlarge");
  EXPECT_EQ(parse_type_name("KVM").family, "KVM");
  EXPECT_EQ(parse_type_name("KVM").size, "");
}

TEST(type_name, orders_sizes_from_nano_to_metal) {
  const std::vector<std::string> ordered = {
      "x.nano",       "x.micro",      "x.small",   "x.medium",   "x.large",
      "x.xlarge",     "x.2xlarge",    "x.3xlarge", "x.12xlarge", "x.112xlarge",
      "x.metal-24xl", "x.metal-48xl", "x.metal",   "x.odd"};
  std::vector<std::string> shuffled = ordered;
  std::reverse(shuffled.begin(), shuffled.end());
  std::sort(shuffled.begin(), shuffled.end(), type_name_less);
  EXPECT_EQ(shuffled, ordered);
}

TEST(type_name, a_number_that_is_none_is_not_a_size) {
  EXPECT_GT(size_rank("-2xlarge"), size_rank("metal"));
  EXPECT_GT(size_rank("99999999999999999999xlarge"), size_rank("metal"));
  EXPECT_GT(size_rank(""), size_rank("metal"));
}

}  // namespace
}  // namespace assay
