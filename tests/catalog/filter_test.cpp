#include "reports/catalog/filter.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace assay {
namespace {

Catalog three_types() {
  Catalog catalog;
  InstanceType small;
  small.name = "a1.large";
  small.architecture = "arm64";
  small.vcpus = 2;
  InstanceType disks = small;
  disks.name = "i4i.large";
  disks.architecture = "x86_64";
  disks.disk_bytes_total = 468'000'000'000;
  disks.read_iops = 50000;
  InstanceType gpus = disks;
  gpus.name = "p5.48xlarge";
  gpus.gpus = 8;
  gpus.gpu = "H100";
  gpus.vcpus = 192;
  gpus.disk_bytes_total = 30'400'000'000'000;
  catalog.types = {small, disks, gpus};
  catalog.prices = {{"p5.48xlarge", "us-east-1", PurchaseOption::on_demand, "", "", "", 55, {}}};
  return catalog;
}

std::string matching(const std::string& expression) {
  const Catalog catalog = three_types();
  const Filter filter(expression);
  std::string names;
  for (const InstanceType& type : catalog.types) {
    if (filter.matches(type, catalog)) names += type.name.substr(0, 2);
  }
  return names;
}

TEST(filter, compares_numbers_and_texts) {
  EXPECT_EQ(matching("gpu>=1 and is_total_gb>=1000"), "p5");
  EXPECT_EQ(matching("vcpu = 2"), "a1i4");
  EXPECT_EQ(matching("vcpu != 2"), "p5");
  EXPECT_EQ(matching("arch = arm64"), "a1");
  EXPECT_EQ(matching("arch = \"x86_64\" and gpu_model != 'L4'"), "p5");
  EXPECT_EQ(matching("is_total_gb > 4.68e2"), "p5");
  EXPECT_EQ(matching("usd_h < 100"), "p5");
}

TEST(filter, and_binds_before_or_and_not_before_both) {
  EXPECT_EQ(matching("vcpu = 2 or gpu = 8 and arch = arm64"), "a1i4");
  EXPECT_EQ(matching("(vcpu = 2 or gpu = 8) and arch = arm64"), "a1");
  EXPECT_EQ(matching("not vcpu = 2 or arch = arm64"), "a1p5");
  EXPECT_EQ(matching("not (vcpu = 2 or gpu = 8)"), "");
}

TEST(filter, what_is_not_published_meets_no_comparison) {
  EXPECT_EQ(matching("is_riops < 1000000"), "i4p5");
  EXPECT_EQ(matching("is_riops != 50000"), "");
}

struct Wrong {
  const char* expression;
  std::size_t column;
  const char* says;
};

TEST(filter, an_error_names_the_column_and_shows_it) {
  const std::vector<Wrong> all = {{"gpus >= 1", 1, "no field 'gpus'"},
                                  {"gpu >= 1 and (vcpu = 2", 23, "expected ')'"},
                                  {"gpu >= ", 8, "expected a number or a text"},
                                  {"gpu 1", 5, "expected one of ="},
                                  {"gpu = 1 vcpu = 2", 9, "expected 'and', 'or' or the end"},
                                  {"arch < arm64", 6, "compared with = or !="},
                                  {"gpu = many", 7, "'gpu' is a number"},
                                  {"arch = 'arm64", 8, "not closed"},
                                  {"", 1, "expected a field"},
                                  {"gpu = nan", 7, "'gpu' is a number"}};
  for (const Wrong& wrong : all) {
    try {
      const Filter filter(wrong.expression);
      ADD_FAILURE() << wrong.expression;
    } catch (const FilterError& error) {
      EXPECT_EQ(error.column, wrong.column) << wrong.expression;
      const std::string text = error.what();
      EXPECT_NE(text.find(wrong.says), std::string::npos) << text;
      EXPECT_TRUE(text.ends_with("\n  " + std::string(wrong.column - 1, ' ') + "^")) << text;
    }
  }
}

TEST(filter, deep_nesting_is_refused) {
  EXPECT_THROW(Filter(std::string(100000, '(')), FilterError);
  std::string nots;
  for (int i = 0; i < 100000; ++i) nots += "not ";
  EXPECT_THROW(Filter(nots + "gpu = 1"), FilterError);
}

}  // namespace
}  // namespace assay
