#include "reports/text/text_reports.hpp"

#include <gtest/gtest.h>

#include "reports/text/csv.hpp"
#include "reports/text/markdown.hpp"
#include "tests/html/synthetic_result.hpp"

namespace assay {
namespace {

/// RFC 4180 records of a text; fails the test on what is no CSV.
std::vector<std::vector<std::string>> parse_csv(const std::string& text) {
  std::vector<std::vector<std::string>> records(1, std::vector<std::string>(1));
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    std::string& cell = records.back().back();
    if (quoted) {
      if (c != '"') {
        cell += c;
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        cell += text[++i];
      } else {
        quoted = false;
      }
    } else if (c == '"') {
      EXPECT_TRUE(cell.empty()) << "a quote inside an unquoted cell";
      quoted = true;
    } else if (c == ',') {
      records.back().emplace_back();
    } else if (c == '\r') {
      EXPECT_EQ(text[i + 1], '\n');
      ++i;
      records.emplace_back(1);
    } else {
      cell += c;
    }
  }
  EXPECT_FALSE(quoted);
  EXPECT_EQ(records.back(), std::vector<std::string>(1)) << "ends with a line break";
  records.pop_back();
  return records;
}

TEST(CsvText, QuotesByRfc4180) {
  EXPECT_EQ(csv_text("plain"), "plain");
  EXPECT_EQ(csv_text("a,b"), "\"a,b\"");
  EXPECT_EQ(csv_text("say \"x\""), "\"say \"\"x\"\"\"");
  EXPECT_EQ(csv_text("two\nlines"), "\"two\nlines\"");
}

TEST(CsvText, TakesTheSpellOutOfFormulas) {
  EXPECT_EQ(csv_text("=1+1"), "'=1+1");
  EXPECT_EQ(csv_text("@SUM(A1,B1)"), "\"'@SUM(A1,B1)\"");
  EXPECT_EQ(csv_text("-1"), "'-1");
  EXPECT_EQ(csv_text("+1"), "'+1");
}

TEST(CsvNumber, IsTheShortestThatReadsBack) {
  EXPECT_EQ(csv_number(0.1), "0.1");
  EXPECT_EQ(csv_number(-3), "-3");
  EXPECT_EQ(csv_number(16123.25), "16123.25");
  EXPECT_EQ(std::stod(csv_number(1.0 / 3)), 1.0 / 3);
  EXPECT_EQ(csv_number(std::numeric_limits<double>::infinity()), "");
}

TEST(Csv, HasOneRowAMetricAndOneForACaseWithoutAny) {
  for (const Result& result : {synthetic_result(), hostile_result()}) {
    const auto records = parse_csv(render_csv(result));
    std::size_t rows = 1;
    for (const CaseResult& one : result.cases) rows += std::max<std::size_t>(1, one.metrics.size());
    ASSERT_EQ(records.size(), rows);
    EXPECT_EQ(records[0][2], "case_id");
    EXPECT_EQ(records[0][13], "reason");
    for (const auto& record : records) {
      EXPECT_EQ(record.size(), 17U);
      for (const std::size_t text_column : {0, 1, 2, 3, 4, 5, 6, 8, 13, 14, 15, 16}) {
        const std::string& cell = record[text_column];
        EXPECT_TRUE(cell.empty() || std::string("=+-@").find(cell[0]) == std::string::npos) << cell;
      }
    }
  }
}

TEST(Csv, WritesValuesUnscaled) {
  const Result result = synthetic_result();
  const auto records = parse_csv(render_csv(result));
  const Metric& iops = result.cases[0].metrics[0];
  EXPECT_EQ(records[1][2], "storage/ebs-file/random-read/4k/qd1");
  EXPECT_EQ(records[1][4], "ebs-file");
  EXPECT_EQ(records[1][6], "iops");
  EXPECT_EQ(std::stod(records[1][7]), iops.value);
  EXPECT_EQ(records[1][8], "1/s");
  EXPECT_EQ(std::stod(records[1][11]), iops.spread->max);
  EXPECT_EQ(records[1][12], "4");
  EXPECT_EQ(records[0][14], "limit");
  EXPECT_EQ(records[1][14], "queue-depth");
  EXPECT_EQ(records[1][15], result.cases[0].limit->evidence);
  EXPECT_EQ(records[0][16], "measured_by");
  EXPECT_EQ(records[1][16], "assay");
}

TEST(Csv, SaysWhyACaseHasNoMetric) {
  const auto records = parse_csv(render_csv(synthetic_result()));
  const auto& last = records.back();
  EXPECT_EQ(last[2], "gpu/gpu0/copy");
  EXPECT_EQ(last[5], "skipped");
  EXPECT_EQ(last[6], "");
  EXPECT_EQ(last[13], "No NVIDIA GPU on the PCI bus.");
}

TEST(Markdown, HasVerdictsMetricsAndWhatWasNotMeasured) {
  const std::string text = render_markdown(synthetic_result());
  for (const char* part :
       {"# assay: synthetic.2xlarge", "- **ebs-file** (/ (ext4 on nvme0n1)): 4k random reads reach",
        "## Key metrics", "## What bound each case",
        "| storage/ebs-file/random-read/4k/qd1 | queue depth | ",
        "| ebs-file | random read 4k, queue depth 8 (knee) | ", "## Not measured",
        "- failed `storage/instance-store-file/random-read/16k/qd32`: read 16 KiB",
        "- target `ebs` refused: it is mounted", "written first to ebs-file: 8.00 GiB"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  }
}

TEST(Markdown, TableRowsHaveAsManyCellsAsTheirHeading) {
  const std::string text = render_markdown(hostile_result());
  std::size_t cells_expected = 0;
  std::size_t start = 0;
  for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', start)) {
    const std::string line = text.substr(start, end - start);
    start = end + 1;
    if (!line.starts_with("|")) {
      cells_expected = 0;  // the next line with bars is another table's heading
      continue;
    }
    std::size_t bars = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
      bars += line[i] == '|' && (i == 0 || line[i - 1] != '\\') ? 1 : 0;
    }
    if (cells_expected == 0) cells_expected = bars;
    EXPECT_EQ(bars, cells_expected) << line;
  }
  EXPECT_NE(text.find("| target | measurement | value | min to max | n | p50 | p99 | p99.9 | I/Os "
                      "| bound by |\n|---|---|--:|--:|--:|--:|--:|--:|--:|---|\n"),
            std::string::npos);
}

TEST(Markdown, ShowsHostileTextAsText) {
  EXPECT_EQ(markdown_text("a|b*c<d>\ne"), "a\\|b\\*c\\<d\\> e");
  EXPECT_EQ(markdown_code("ls -l"), "`ls -l`");
  EXPECT_EQ(markdown_code("a`b``c"), "``` a`b``c ```");
  EXPECT_EQ(render_markdown(hostile_result()).find("\n<script"), std::string::npos);
}

}  // namespace
}  // namespace assay
