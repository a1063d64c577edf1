#include "reports/catalog/catalog.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

#include "reports/catalog/embedded_data.hpp"
#include "reports/catalog/type_name.hpp"

namespace assay {
namespace {

TEST(catalog, the_embedded_data_is_read_whole) {
  const Catalog& catalog = embedded_catalog();
  EXPECT_EQ(catalog.types.size(), 1395U);
  EXPECT_EQ(std::count_if(catalog.prices.begin(), catalog.prices.end(),
                          [](const Price& p) { return p.option == PurchaseOption::on_demand; }),
            1367);
  EXPECT_EQ(std::count_if(catalog.prices.begin(), catalog.prices.end(),
                          [](const Price& p) { return p.option == PurchaseOption::reserved_3y; }),
            1280);
  EXPECT_TRUE(std::is_sorted(
      catalog.types.begin(), catalog.types.end(),
      [](const InstanceType& a, const InstanceType& b) { return type_name_less(a.name, b.name); }));
  EXPECT_EQ(std::count_if(catalog.types.begin(), catalog.types.end(), ebs_bursts), 532);
}

TEST(catalog, values_have_their_units_and_sources) {
  const InstanceType* type = find_type(embedded_catalog(), "i4i.large");
  ASSERT_NE(type, nullptr);
  EXPECT_EQ(type->memory_bytes, 16384ULL << 20);
  EXPECT_EQ(type->disk_bytes_total, 468'000'000'000ULL);
  EXPECT_EQ(type->read_iops, 50000);
  EXPECT_EQ(type->ebs.base_bytes_per_s, 78'125'000);
  EXPECT_EQ(type->ebs.max_iops, 40000);
  EXPECT_EQ(type->date, "2026-08-02");
  EXPECT_TRUE(ebs_bursts(*type));
  const Price* price = find_price(embedded_catalog(), "i4i.large", PurchaseOption::on_demand);
  ASSERT_NE(price, nullptr);
  EXPECT_EQ(price->region, "us-east-1");
  EXPECT_EQ(price->date, "2026-07-20");
  EXPECT_NE(price->source.find("karpenter"), std::string::npos);
  EXPECT_EQ(find_price(embedded_catalog(), "i4i.large", PurchaseOption::on_demand, "mars"),
            nullptr);
}

TEST(catalog, a_family_comes_smallest_first) {
  const auto types = types_of_family(embedded_catalog(), "i4i");
  ASSERT_GT(types.size(), 5U);
  EXPECT_EQ(types.front()->name, "i4i.large");
  EXPECT_EQ(types.back()->name, "i4i.metal");
}

TEST(catalog, what_the_user_gives_is_laid_over_and_keeps_its_origin) {
  Catalog user;
  InstanceType type;
  type.name = "i4i.large";
  type.vcpus = 3;
  type.source = "mine.json";
  type.origin = Origin::user;
  user.types = {type};
  type.name = "zz9.large";
  user.types.push_back(type);
  user.prices = {{"i4i.large", "us-east-1", PurchaseOption::on_demand, "", "mine", "2026-11-01",
                  0.5, Origin::user}};
  user.sources = {{"instance types", "mine.json", "2026-11-01", Origin::user}};
  const Catalog all = merged(embedded_catalog(), user);
  EXPECT_EQ(all.types.size(), 1396U);
  EXPECT_EQ(find_type(all, "i4i.large")->vcpus, 3U);
  EXPECT_EQ(find_type(all, "i4i.large")->read_iops, 50000);  // not in the vendor's API
  EXPECT_EQ(find_type(all, "i4i.large")->origin, Origin::user);
  EXPECT_EQ(find_type(all, "i4i.xlarge")->origin, Origin::embedded);
  EXPECT_EQ(find_price(all, "i4i.large", PurchaseOption::on_demand)->usd_per_hour, 0.5);
  EXPECT_EQ(prices_of(all, "i4i.large").size(), 2U);
  EXPECT_EQ(all.sources.back().origin, Origin::user);
}

TEST(catalog, bad_data_is_refused_with_its_place) {
  const char* sources = R"({"instance-types.tsv": {"sources": [
      {"repo": "a/b", "commit": "1234567", "date": "2026-01-01"}, {"origin": "guide"}]}})";
  try {
    read_embedded_data("InstanceType\tvcpu\nm5.large\n", "{}", sources);
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "instance-types.tsv:2: 1 cells, the header has 2");
  }
}

}  // namespace
}  // namespace assay
