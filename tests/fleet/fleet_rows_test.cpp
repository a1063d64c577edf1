#include "reports/fleet/fleet_rows.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "reports/fleet/advertised.hpp"
#include "tests/fleet/synthetic_fleet.hpp"
#include "tests/html/synthetic_result.hpp"

namespace assay {
namespace {

RunSummary synthetic_run() {
  const InstanceType* type = find_type(embedded_catalog(), "i4i.large");
  RunSummary run = summarize(synthetic_instance(*type, 0, 1), "a/result.json");
  label_bursts(run, type);
  return run;
}

TEST(fleet_rows, csv_has_one_row_a_metric_and_as_many_cells_as_columns) {
  const RunSummary run = synthetic_run();
  const std::string header = fleet_csv_header();
  const std::string rows = fleet_csv(run);
  EXPECT_EQ(std::count(rows.begin(), rows.end(), '\n'),
            static_cast<std::ptrdiff_t>(rows_of(run).size()));
  const auto columns = std::count(header.begin(), header.end(), ',');
  std::istringstream lines(rows);
  for (std::string line; std::getline(lines, line);) {
    EXPECT_EQ(std::count(line.begin(), line.end(), ','), columns) << line;
  }
  EXPECT_NE(rows.find("burst;synthetic"), std::string::npos);
}

TEST(fleet_rows, ndjson_has_the_same_rows_with_the_columns_of_csv) {
  const RunSummary run = synthetic_run();
  std::istringstream lines(fleet_ndjson(run));
  const std::vector<SummaryRow> rows = rows_of(run);
  std::string columns;
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    const auto object = nlohmann::ordered_json::parse(line);
    ASSERT_LT(count, rows.size());
    EXPECT_EQ(object.at("value").get<double>(), rows[count].metric.value);
    EXPECT_EQ(object.at("case_id").get<std::string>(), rows[count].item.id);
    EXPECT_EQ(object.at("min").is_null(), !rows[count].metric.spread.has_value());
    EXPECT_EQ(object.at("availability_zone"), "use1-az1");
    if (!columns.empty()) continue;
    for (const auto& [name, value] : object.items()) columns += (columns.empty() ? "" : ",") + name;
  }
  EXPECT_EQ(count, rows.size());
  EXPECT_EQ(columns + "\r\n", fleet_csv_header());
}

TEST(fleet_rows, columns_are_documented_in_order) {
  std::ifstream file(ASSAY_SOURCE_DIR "/reports/fleet/COLUMNS.md");
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  std::istringstream header(fleet_csv_header());
  std::size_t place = 0;
  for (std::string column; std::getline(header, column, ',');) {
    column.erase(std::remove(column.begin(), column.end(), '\r'), column.end());
    column.erase(std::remove(column.begin(), column.end(), '\n'), column.end());
    const std::size_t at = text.find("`" + column + "`", place);
    ASSERT_NE(at, std::string::npos) << column;
    place = at;
  }
}

TEST(fleet_rows, hostile_texts_stay_within_their_cells) {
  const RunSummary run = summarize(hostile_result(), "a,\"b\"\n=1");
  std::istringstream lines(fleet_ndjson(run));
  for (std::string line; std::getline(lines, line);) {
    EXPECT_TRUE(nlohmann::json::accept(line, false)) << line.substr(0, 200);
  }
  EXPECT_NE(fleet_csv(run).find("\"a,\"\"b\"\"\n=1\""), std::string::npos);
}

}  // namespace
}  // namespace assay
