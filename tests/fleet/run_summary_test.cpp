#include "reports/fleet/run_summary.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "reports/compare/comparability.hpp"
#include "reports/fleet/read_fleet.hpp"
#include "reports/html/page.hpp"
#include "reports/json/result_json.hpp"
#include "tests/html/synthetic_result.hpp"

namespace assay {
namespace {

TEST(run_summary, keeps_who_was_measured_and_every_metric) {
  const Result result = synthetic_result();
  const RunSummary run = summarize(result, "a/result.json");
  EXPECT_EQ(run.instance_type, "synthetic.2xlarge");
  EXPECT_EQ(run.instance_id, "i-synthetic");
  EXPECT_TRUE(run.synthetic);
  EXPECT_EQ(run.cpus, 8U);
  EXPECT_EQ(run.instance_disks, 1U);
  EXPECT_EQ(run.comparability.volume_note, "gp3, 16000 IOPS, 1000 MiB/s");
  ASSERT_EQ(run.cases.size(), result.cases.size());
  std::size_t metrics = 0;
  for (const CaseResult& measured : result.cases) {
    if (measured.status == CaseStatus::ok) metrics += measured.metrics.size();
  }
  EXPECT_EQ(rows_of(run).size(), metrics);
  const SummaryRow first = rows_of(run).front();
  EXPECT_EQ(first.metric.value, result.cases.front().metrics.front().value);
  EXPECT_EQ(first.item.device_class, DeviceClass::ebs);
  EXPECT_TRUE(first.item.limit);
}

TEST(run_summary, tells_every_way_that_cufile_went) {
  Result result;
  const auto add = [&](const char* id, CaseStatus status, const char* path) {
    Case item;
    item.id = id;
    item.pipeline = PipelineParameters{Operation::read, 4096, 1, {0}, PipelinePath::cufile};
    result.plan.cases.push_back(item);
    CaseResult measured;
    measured.id = id;
    measured.status = status;
    if (*path != '\0') measured.method.emplace_back("path", path);
    result.cases.push_back(measured);
  };
  const RunSummary without = summarize(result);
  EXPECT_EQ(without.cufile_path, "");
  add("pipeline/a", CaseStatus::ok, "p2pdma");
  add("pipeline/b", CaseStatus::failed, "mixed");
  result.plan.cases.push_back(Case{});
  result.plan.cases.back().id = "pipeline/bounce";
  result.plan.cases.back().pipeline = PipelineParameters{Operation::read, 4096, 1, {0}};
  result.cases.push_back(CaseResult{});
  result.cases.back().id = "pipeline/bounce";
  const RunSummary direct = summarize(result);
  EXPECT_EQ(direct.cufile_path, "p2pdma");
  add("pipeline/c", CaseStatus::ok, "compat");
  add("pipeline/d", CaseStatus::ok, "");
  const RunSummary several = summarize(result);
  EXPECT_EQ(several.cufile_path, "compat, p2pdma, unknown");
  for (const auto& [one, other] : {std::pair(&without, &direct), std::pair(&direct, &several)}) {
    const auto found = differences({one, other}, "directory");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].field->name, "cufile-path");
    EXPECT_EQ(found[0].field->when_different, WhenDifferent::disclose);
  }
  EXPECT_EQ(differences({&without, &direct}, "directory")[0].values[0].first, "no case by cuFile");
}

TEST(run_summary, a_small_file_and_a_whole_disk_are_told_apart) {
  Result result;
  const auto add = [&](TargetKind kind, std::uint64_t span_bytes) {
    Target& target = result.plan.targets.emplace_back();
    target.kind = kind;
    target.device_class = DeviceClass::instance_store;
    target.chosen = true;
    target.span_bytes = span_bytes;
  };
  add(TargetKind::file_system, 16U << 20);
  add(TargetKind::file_system, 16U << 20);
  const RunSummary file = summarize(result);
  EXPECT_EQ(file.measured_on, "instance store: file of 16.0 MiB");
  result.plan.targets.clear();
  add(TargetKind::block_device, std::uint64_t{64} << 30);
  const RunSummary disk = summarize(result);
  EXPECT_EQ(disk.measured_on, "instance store: device, 64.0 GiB");
  const auto found = differences({&file, &disk}, "directory");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].field->name, "measured-on");
  EXPECT_EQ(found[0].field->when_different, WhenDifferent::disclose);
}

TEST(run_summary, the_metadata_service_goes_before_firmware) {
  Result result = synthetic_result();
  result.host.ec2 =
      Ec2Instance{"", "i-0123", "x9.large", "us-east-1a", "use1-az4", "us-east-1", "", "", {}, {}};
  RunSummary run = summarize(result);
  EXPECT_EQ(run.instance_id, "i-0123");
  EXPECT_EQ(run.instance_type, "x9.large");
  EXPECT_EQ(run.availability_zone, "use1-az4");
  EXPECT_EQ(run.region, "us-east-1");
  result.host.ec2->availability_zone_id.clear();
  result.host.ec2->instance_type.clear();
  run = summarize(result);
  EXPECT_EQ(run.availability_zone, "us-east-1a");
  EXPECT_EQ(run.instance_type, "synthetic.2xlarge");
}

/// Owns a scratch directory.
class Fleet : public testing::Test {
 protected:
  Fleet() {
    std::string name = testing::TempDir() + "/fleet-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp " + name);
    root_ = name;
  }
  ~Fleet() override { std::filesystem::remove_all(root_); }

  void write(const std::string& name, const std::string& text) const {
    const std::filesystem::path file = root_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
  }

  std::filesystem::path root_;
};

TEST_F(Fleet, directories_are_searched_and_each_run_is_read_once) {
  const Result result = synthetic_result();
  const std::string json = write_json(result);
  write("b/result.json", json);
  write("b/report.html", render_html(result, json));
  write("a/report.html", render_html(result, json));
  write("broken/result.json", json.substr(0, json.size() / 2));
  const auto files = find_results({root_.string(), (root_ / "b/result.json").string()});
  ASSERT_EQ(files.size(), 3U);
  std::vector<UnreadFile> unread;
  const std::vector<RunSummary> runs = read_all(files, unread);
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[0].file, (root_ / "a/report.html").string());
  EXPECT_EQ(rows_of(runs[0]).size(), rows_of(runs[1]).size());
  EXPECT_GT(rows_of(runs[0]).size(), 100U);
  ASSERT_EQ(unread.size(), 1U);
  EXPECT_EQ(unread[0].file, (root_ / "broken/result.json").string());
  EXPECT_NE(unread[0].why.find("JSON"), std::string::npos);
}

TEST_F(Fleet, a_path_that_is_not_there_and_an_empty_directory_are_named) {
  EXPECT_THROW(find_results({(root_ / "none").string()}), std::runtime_error);
  EXPECT_THROW(find_results({root_.string()}), std::runtime_error);
}

}  // namespace
}  // namespace assay
