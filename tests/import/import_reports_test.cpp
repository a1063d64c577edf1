#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "reports/catalog/catalog.hpp"
#include "reports/compare/comparability.hpp"
#include "reports/compare/compare.hpp"
#include "reports/fleet/advertised.hpp"
#include "reports/fleet/fleet_rows.hpp"
#include "reports/fleet/run_summary.hpp"
#include "reports/html/page.hpp"
#include "reports/import/import.hpp"
#include "reports/json/result_json.hpp"
#include "reports/pick/pick.hpp"
#include "reports/summary.hpp"
#include "reports/text/text_reports.hpp"
#include "reports/trust/seal.hpp"
#include "tests/fleet/synthetic_fleet.hpp"
#include "tests/import/import_support.hpp"

namespace assay {
namespace {

Result imported(const std::string& fixture, const ImportOptions& options = {}) {
  return import_fio(import_fixture(fixture), options);
}

std::string html_of(const Result& result) {
  return render_html(result, write_json(result), {nullptr, "built in", "2026-11-29"});
}

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(import_reports, a_benchmark_of_any_name_is_no_rate_of_a_disk) {
  auto json = nlohmann::json::parse(import_fixture("google-benchmark.json"));
  for (auto& one : json["benchmarks"]) one["name"] = one["run_name"] = "sequential-read";
  const Result result = import_google_benchmark(json.dump(), {});
  ASSERT_EQ(result.plan.cases.at(0).workload, "sequential-read");
  for (const std::string& line : summary_lines(result)) {
    EXPECT_EQ(line.find("sequential read"), std::string::npos) << line;
  }
  EXPECT_FALSE(html_of(result).empty());
}

TEST(import_reports, every_format_says_who_measured) {
  const Result result = imported("fio-group.json");
  const std::string words = "Imported: measured by fio 3.33, not by assay";
  EXPECT_TRUE(holds(html_of(result), words));
  EXPECT_TRUE(holds(render_markdown(result), "Imported: measured by fio 3.33, not by assay"));
  const std::vector<std::string> lines = summary_lines(result);
  EXPECT_TRUE(std::any_of(lines.begin(), lines.end(),
                          [&](const std::string& line) { return holds(line, words); }));
  EXPECT_TRUE(holds(render_csv(result), ",measured_by\r\n"));
  EXPECT_TRUE(holds(render_csv(result), ",fio\r\n"));
  const RunSummary run = summarize(result, "a/result.json");
  EXPECT_TRUE(holds(fleet_csv(run), ",fio\r\n"));
  EXPECT_TRUE(holds(fleet_ndjson(run), "\"measured_by\":\"fio\"}"));
}

TEST(import_reports, what_assay_measured_says_so) {
  const InstanceType* type = find_type(embedded_catalog(), "i4i.large");
  const Result result = synthetic_instance(*type, 0, 1);
  EXPECT_FALSE(result.import);
  EXPECT_EQ(import_text(result), "");
  EXPECT_TRUE(holds(fleet_csv(summarize(result, "a")), ",assay\r\n"));
  EXPECT_FALSE(holds(html_of(result), "Imported"));
}

TEST(import_reports, the_page_claims_nothing_of_a_machine_that_nobody_looked_at) {
  const std::string page = html_of(imported("fio-several.json"));
  for (const char* words :
       {"GPU not measured", "EC2", "no cpufreq", "Noise", "0 packages", "No block device",
        "compiler flags", "What bound each case", "Measured against"}) {
    const std::size_t place = page.find(words);
    EXPECT_EQ(place, std::string::npos) << page.substr(place == std::string::npos ? 0 : place, 99);
  }
  EXPECT_TRUE(holds(page, "Where it comes from"));
  EXPECT_TRUE(holds(page, "4k random reads run at 26.6 k IOPS at queue depth 16"));
}

TEST(import_reports, a_latency_of_another_meaning_is_no_memory_latency) {
  const Result result = import_nvbandwidth(import_fixture("nvbandwidth.json"), {});
  EXPECT_FALSE(holds(html_of(result), "dependent random load"));
  EXPECT_TRUE(holds(html_of(result), "host_device_latency_sm"));
}

TEST(import_reports, markup_in_a_jobs_name_stays_text) {
  std::string text = import_fixture("fio-group.json");
  const std::string name = "\"jobname\" : \"reads\"";
  text.replace(text.find(name), name.size(), "\"jobname\" : \"<script>x</script>|*\"");
  const Result result = import_fio(text, {});
  EXPECT_FALSE(holds(html_of(result), "<script>x"));
  EXPECT_TRUE(holds(html_of(result), "&lt;script&gt;x"));
}

TEST(import_reports, a_result_can_be_read_again_and_verified) {
  for (const ImportTool& tool : import_tools()) {
    const std::string fixture =
        tool.name == "fio" ? "fio-mixed.json" : std::string(tool.name) + ".json";
    Result result = tool.read(import_fixture(fixture), {});
    seal(result, std::nullopt);
    const std::string text = write_json(result);
    EXPECT_TRUE(check_seal(text, "").faults.empty()) << fixture;
    EXPECT_EQ(write_json(read_result(text)), text) << fixture;
  }
}

TEST(import_reports, two_tools_are_not_comparable_and_two_files_of_one_are) {
  const InstanceType* type = find_type(embedded_catalog(), "i4i.large");
  const RunSummary assay = summarize(synthetic_instance(*type, 0, 1), "assay");
  const RunSummary fio = summarize(imported("fio-group.json"), "a");
  const RunSummary again = summarize(imported("fio-group.json"), "b");
  EXPECT_TRUE(differences({&fio, &again}, "directory").empty());
  const auto found = differences({&assay, &fio}, "directory");
  EXPECT_TRUE(std::any_of(found.begin(), found.end(), [](const FieldDifference& one) {
    return one.field->name == "measured-by" && one.field->when_different == WhenDifferent::refuse;
  }));
}

TEST(import_reports, machines_that_are_not_told_count_as_one) {
  std::vector<RunSummary> runs;
  for (const char* file : {"a", "b", "c", "d"}) {
    runs.push_back(summarize(imported("fio-group.json"), file));
  }
  CompareOptions options;
  const Comparison one =
      compare("directory", {"x", {&runs[0], &runs[1]}}, {"y", {&runs[2], &runs[3]}}, options);
  EXPECT_EQ(one.a.instances, 1U);
  EXPECT_FALSE(one.primary.empty());
  const auto says = [](const std::vector<std::string>& lines, const std::string& words) {
    return std::any_of(lines.begin(), lines.end(),
                       [&](const std::string& line) { return holds(line, words); });
  };
  EXPECT_TRUE(says(one.banners, "Imported: measured by fio"));
  EXPECT_TRUE(says(one.notes, "--unit result"));
  EXPECT_FALSE(says(one.notes, "measured on both sides"));
  options.unit = Unit::result;
  EXPECT_EQ(compare("directory", {"x", {&runs[0], &runs[1]}}, {"y", {&runs[2], &runs[3]}}, options)
                .a.instances,
            2U);
}

TEST(import_reports, picking_leaves_them_out_and_says_so) {
  const InstanceType* type = find_type(embedded_catalog(), "i4i.large");
  std::vector<RunSummary> runs;
  for (unsigned i = 0; i < 3; ++i) {
    runs.push_back(summarize(synthetic_instance(*type, i, 1), "assay"));
  }
  const auto need = parse_need("instance-store random-read/4k iops >= 1k");
  const Pick before = pick(need, runs, embedded_catalog(), {}, "2026-11-29");
  runs.push_back(summarize(imported("fio-group.json", {"i4i.large", DeviceClass::instance_store}),
                           "x/result.json"));
  const Pick result = pick(need, runs, embedded_catalog(), {}, "2026-11-29");
  ASSERT_EQ(result.left_out.size(), 1U);
  EXPECT_TRUE(holds(render_pick_text(result),
                    "left out: x/result.json: imported: measured by fio, not by assay"));
  EXPECT_TRUE(holds(render_pick_json(result), "x/result.json"));
  ASSERT_EQ(result.candidates.size(), before.candidates.size());
  EXPECT_EQ(result.candidates[0].delivered[0].instances,
            before.candidates[0].delivered[0].instances);
}

TEST(import_reports, what_is_sold_is_not_held_against_an_import) {
  const RunSummary run =
      summarize(imported("fio-group.json", {"i4i.large", DeviceClass::instance_store}), "a");
  EXPECT_EQ(run.instance_type, "i4i.large");
  EXPECT_TRUE(against_advertised(run, find_type(embedded_catalog(), "i4i.large")).empty());
}

}  // namespace
}  // namespace assay
