#include "reports/html/fleet_page.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "reports/text/fleet_markdown.hpp"
#include "tests/fleet/synthetic_fleet.hpp"
#include "tests/html/synthetic_result.hpp"
#include "tests/html/xml_check.hpp"

namespace assay {
namespace {

const CatalogView view{nullptr, "built in", "2026-11-24"};

FleetRun run_of(const std::string& name, std::uint32_t instance) {
  const InstanceType* type = find_type(embedded_catalog(), name);
  return fleet_run(summarize(synthetic_instance(*type, instance, 1), name), embedded_catalog());
}

Fleet fleet_of(const std::vector<std::string>& names, std::uint32_t instances) {
  std::vector<FleetRun> runs;
  for (const std::string& name : names) {
    for (std::uint32_t i = 0; i < instances; ++i) runs.push_back(run_of(name, i));
  }
  return make_fleet(std::move(runs), {}, embedded_catalog());
}

std::string page_of(const Fleet& fleet, std::vector<std::string> banners = {}) {
  const FleetReport report{fleet, view, PurchaseOption::on_demand, "", std::move(banners)};
  return render_fleet_html(report);
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(fleet_page, grows_from_one_run_to_many_families) {
  const std::string one = page_of(fleet_of({"i4i.large"}, 1));
  EXPECT_TRUE(has(one, "1 run on 1 instance of 1 type in 1 availability zone, 2026-01-01"));
  EXPECT_FALSE(has(one, "id=\"overview\""));
  EXPECT_TRUE(has(one, "id=\"family-0-i4i\""));
  const std::string many = page_of(fleet_of(synthetic_types(), 2));
  for (const char* id : {"best", "overview", "cost", "advertised", "family-0-g5", "method"}) {
    EXPECT_TRUE(has(many, "<section id=\"" + std::string(id) + "\"")) << id;
  }
  // Families by name, sizes in order.
  EXPECT_LT(many.find(">i4i.2xlarge<"), many.find(">i4i.16xlarge<"));
  EXPECT_LT(many.find("family-1-i4i"), many.find("family-2-i7ie"));
  for (const std::string& svg : svgs_of(many)) EXPECT_EQ(xml_error(svg), "") << svg.substr(0, 200);
  EXPECT_GT(svgs_of(many).size(), 40U);
  EXPECT_FALSE(has(many, " style="));
}

TEST(fleet_page, what_has_no_price_is_told_with_what_mends_it) {
  EXPECT_TRUE(has(page_of(fleet_of({"i4i.large"}, 1)),
                  "EBS volumes are not priced whole: no price of gp3 throughput above 125 MiB/s. "
                  "assay catalog update gives a price, by --prices or --ebs-price.<"));
  Result result = synthetic_instance(*find_type(embedded_catalog(), "i4i.large"), 0, 1);
  result.comparability.volume_note.clear();
  const Fleet untold =
      make_fleet({fleet_run(summarize(result, "one"), embedded_catalog())}, {}, embedded_catalog());
  EXPECT_TRUE(has(page_of(untold),
                  "the volume type is not known. assay run --volume-note tells what was bought.<"));
}

TEST(fleet_page, a_picture_has_a_dot_for_each_instance_and_rings_of_what_is_advertised) {
  const std::string svg = svgs_of(page_of(fleet_of({"i4i.large", "i4i.xlarge"}, 6))).at(0);
  const auto count = [&](std::string_view part) {
    std::size_t found = 0;
    for (std::size_t at = svg.find(part); at != std::string::npos; at = svg.find(part, at + 1)) {
      ++found;
    }
    return found;
  };
  EXPECT_EQ(count("h0"), 12U + 3U);  // and the zones' names
  EXPECT_TRUE(has(svg, "use1-az4"));
  EXPECT_EQ(count("class=\"ring"), 2U);
  EXPECT_EQ(count("class=\"median\""), 2U);
  EXPECT_TRUE(has(svg, "x 2.0")) << svg;  // the ratio to the size before
}

TEST(fleet_page, numbers_are_medians_with_their_price_and_its_age) {
  const Fleet fleet = fleet_of({"i4i.large", "i7ie.large", "m6id.large"}, 3);
  const std::string page = page_of(fleet);
  EXPECT_TRUE(has(page, "&lt; 95 %"));  // i7ie.large is planted below, m6id.large above
  EXPECT_TRUE(has(page, "&gt; 115 %"));
  EXPECT_TRUE(has(page, "burst, 4 KiB, volume"));
  EXPECT_TRUE(has(page, "2026-07-20 (127 days old) (built in)"));
  EXPECT_TRUE(has(page, "no price of gp3 throughput above 125 MiB/s"));
  EXPECT_TRUE(has(page, "getmoto/moto"));
}

TEST(fleet_page, synthetic_runs_are_watermarked_and_banners_stand_on_top) {
  const std::string page = page_of(fleet_of({"i4i.large"}, 1), {"Forced: <b>"});
  EXPECT_TRUE(has(page, "<div class=watermark"));
  EXPECT_LT(page.find("Forced: &lt;b&gt;"), page.find("<section"));
}

TEST(fleet_page, embeds_summary_rows_and_no_result) {
  const std::string page = page_of(fleet_of({"i4i.large"}, 2));
  EXPECT_TRUE(is_fleet_page(page));
  EXPECT_FALSE(has(page, "assay-result"));
  EXPECT_FALSE(is_fleet_page("<html>"));
  EXPECT_TRUE(has(fleet_page_words(), "one summary row of each run"));
}

TEST(fleet_page, ten_thousand_runs_are_at_most_2_mib_and_drawn_as_ranges) {
  std::vector<FleetRun> some;
  for (const std::string& name : synthetic_types()) some.push_back(run_of(name, 0));
  std::vector<FleetRun> runs;
  for (std::size_t i = 0; i < 10000; ++i) {
    FleetRun run = some[i % some.size()];
    run.run.instance_id += std::to_string(i);
    for (auto& value : run.values) {
      if (value) value->value *= 1 + 1e-5 * static_cast<double>(i);
    }
    runs.push_back(std::move(run));
  }
  const std::string page = page_of(make_fleet(std::move(runs), {}, embedded_catalog()));
  EXPECT_LE(page.size(), fleet_page_bytes_max);
  EXPECT_TRUE(has(page, "10000 runs"));
  EXPECT_TRUE(has(page, "class=\"range c0\""));
  EXPECT_TRUE(has(page, "More than 200 runs"));
  for (const std::string& svg : svgs_of(page)) EXPECT_EQ(xml_error(svg), "");
}

TEST(fleet_page, many_types_make_an_overview_of_families) {
  std::vector<FleetRun> runs;
  for (std::size_t i = 0; i < 45; ++i) {
    FleetRun run = run_of("i4i.large", 0);
    run.run.instance_type = "f" + std::to_string(i % 5) + "." + std::to_string(i + 2) + "xlarge";
    runs.push_back(std::move(run));
  }
  const std::string page = page_of(make_fleet(std::move(runs), {}, embedded_catalog()));
  EXPECT_TRUE(has(page, "The best size of each family, in brackets."));
  EXPECT_TRUE(has(page, "IOPS (2xlarge)"));
}

TEST(fleet_page, hostile_texts_and_empty_runs_do_no_harm) {
  std::vector<FleetRun> runs;
  runs.push_back(fleet_run(summarize(hostile_result(), "<file>"), embedded_catalog()));
  runs.push_back(fleet_run(summarize(Result{}, ""), embedded_catalog()));
  const Fleet fleet = make_fleet(std::move(runs), {{"<bad>.json", "<why>"}}, embedded_catalog());
  const std::string page = page_of(fleet);
  const std::string visible = page.substr(0, page.find("<script type=\"application/octet-stream"));
  EXPECT_FALSE(has(visible, "<script"));
  EXPECT_FALSE(has(visible, "<img"));
  EXPECT_FALSE(has(visible, "<bad>"));
  for (const std::string& svg : svgs_of(page)) EXPECT_EQ(xml_error(svg), "") << svg.substr(0, 200);
  const FleetReport report{fleet, view, PurchaseOption::on_demand, "", {}};
  const std::string markdown = render_fleet_markdown(report);
  for (std::size_t at = markdown.find('<'); at != std::string::npos;
       at = markdown.find('<', at + 1)) {
    EXPECT_EQ(markdown[at - 1], '\\') << markdown.substr(at, 40);
  }
  EXPECT_TRUE(has(page_of(make_fleet({}, {}, embedded_catalog())), "0 runs"));
}

TEST(fleet_page, markdown_has_the_same_tables) {
  const Fleet fleet = fleet_of({"i4i.large", "i4i.xlarge"}, 2);
  const FleetReport report{fleet, view, PurchaseOption::reserved_3y, "", {"SYNTHETIC"}};
  const std::string text = render_fleet_markdown(report);
  for (const char* heading : {"## Best type per metric", "## Types at a glance: Instance store",
                              "## Cost", "## Measured against advertised", "## i4i"}) {
    EXPECT_TRUE(has(text, heading)) << heading;
  }
  EXPECT_TRUE(has(text, "> **SYNTHETIC**"));
  EXPECT_TRUE(has(text, "reserved-3y us-east-1"));
}

}  // namespace
}  // namespace assay
