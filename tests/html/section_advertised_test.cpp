#include <gtest/gtest.h>

#include "reports/html/page.hpp"
#include "tests/html/synthetic_result.hpp"

namespace assay {
namespace {

std::string section_of(const Result& result, const CatalogView& catalog = {}) {
  const std::string page = render_html(result, "{}", catalog);
  const std::size_t begin = page.find("<section id=\"advertised\">");
  if (begin == std::string::npos) return {};
  return page.substr(begin, page.find("</section>", begin) - begin);
}

bool has(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

TEST(section_advertised, is_there_only_for_a_type_of_the_catalog) {
  Result result = synthetic_result();
  EXPECT_EQ(section_of(result), "");
  result.host.identity.product_name = "i4i.large";
  const std::string section = section_of(result);
  for (const char* part :
       {"instance-store read IOPS", "EBS IOPS, maximum", "Measured the volume, not the instance",
        "Burst: this type is sold", "getmoto/moto", "Catalog: built in."}) {
    EXPECT_TRUE(has(section, part)) << part;
  }
}

TEST(section_advertised, says_where_the_users_data_is_from) {
  Result result = synthetic_result();
  result.host.identity.product_name = "i4i.large";
  Catalog user;
  InstanceType type;
  type.name = "i4i.large";
  type.disks = 1;
  type.source = "mine.json";
  type.origin = Origin::user;
  user.types = {type};
  const Catalog all = merged(embedded_catalog(), user);
  const std::string section = section_of(result, {&all, "built in, and over it 1 type", ""});
  EXPECT_TRUE(has(section, "mine.json")) << section;
  EXPECT_TRUE(has(section, "and over it 1 type"));
  EXPECT_FALSE(has(section, "EBS IOPS, maximum"));
}

}  // namespace
}  // namespace assay
