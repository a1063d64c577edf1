#include "reports/json/result_json.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "reports/model/names.hpp"

namespace assay {
namespace {

Result small_result() {
  Result result;
  result.host.identity.product_name = "i4i.large";
  result.host.ec2 =
      Ec2Instance{"",          "i-0123456789abcdef0",   "i4i.large", "us-east-1b",   "use1-az4",
                  "us-east-1", "ami-0abcdef1234567890", "spot",      {{"run", "7"}}, {}};
  BlockDevice disk;
  disk.name = "nvme1n1";
  disk.device_class = DeviceClass::instance_store;
  disk.numa_node = 1;
  disk.partitions.push_back({"nvme1n1p1", 1 << 20, {"/data"}, {}, false});
  result.host.block_devices.push_back(disk);
  Case item;
  item.id = "storage/instance-store/random-read/4k/qd32";
  item.storage =
      StorageParameters{Operation::read, Pattern::random, 4096, 32, 100, Durability::none};
  result.plan.cases.push_back(item);
  CaseResult measured;
  measured.id = item.id;
  measured.metrics.push_back(
      {"iops", 123456.789, "1/s", Direction::higher_is_better, Spread{1e5, 1.2e5, 1.3e5, 3}});
  LatencyHistogram latency;
  for (const std::uint64_t ns : {5ULL, 5ULL, 300ULL, 81'000ULL, 9'000'000'000ULL}) {
    latency.record(ns);
  }
  measured.histograms.push_back({"read", latency.sparse()});
  measured.ticks.push_back({0, 1, 5, 20480, latency.sparse(2)});
  measured.method.emplace_back("engine", "io_uring");
  result.cases.push_back(measured);
  return result;
}

std::string error_of(const std::string& text) {
  try {
    read_result(text);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "accepted";
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(ResultJson, EveryLimitReadsBack) {
  for (const auto& [kind, name] : EnumNames<LimitKind>::table) {
    Result result = small_result();
    result.cases[0].limit = Limit{kind, "96 % of the time"};
    const Result read = read_result(write_json(result));
    EXPECT_EQ(read.cases.at(0).limit.value().kind, kind);
    EXPECT_EQ(read.cases.at(0).limit.value().evidence, "96 % of the time");
  }
  Result odd = small_result();
  odd.cases[0].limit = Limit{LimitKind::cpu, "x"};
  EXPECT_EQ(error_of(replaced(write_json(odd), "\"kind\":\"cpu\"", "\"kind\":\"moon\"")),
            "cases[0].limit.kind: 'moon' is not one of its words");
}

TEST(ResultJson, ReadsBackWhatItWrote) {
  const std::string text = write_json(small_result());
  const Result read = read_result(text);
  EXPECT_EQ(write_json(read), text);
  EXPECT_EQ(read.host.ec2.value().tags.at(0).value, "7");
  EXPECT_FALSE(read.host.ec2.value().account_id.has_value());
  EXPECT_EQ(read.host.block_devices.at(0).numa_node, 1U);
  EXPECT_FALSE(read.host.block_devices.at(0).io_timeout_ms.has_value());
  EXPECT_FALSE(read.cases.at(0).limit.has_value());  // as in Results of older versions
  EXPECT_EQ(read.cases.at(0).metrics.at(0).value, 123456.789);
  const SparseHistogram& latency = read.cases.at(0).histograms.at(0).latency;
  EXPECT_EQ(latency.buckets, small_result().cases[0].histograms[0].latency.buckets);
  EXPECT_EQ(latency.max_ns, 9'000'000'000U);
}

TEST(ResultJson, ThePathOfAPipelineIsThereOnlyWhereItWasAskedFor) {
  Result result = small_result();
  Case& item = result.plan.cases[0];
  item.storage.reset();
  item.pipeline = PipelineParameters{Operation::write, 4096, 2, {0, 1}};
  const std::string bounce = write_json(result);
  EXPECT_EQ(bounce.find("\"path\":\"bounce\""), std::string::npos);  // as in older versions
  EXPECT_FALSE(read_result(bounce).plan.cases.at(0).pipeline.value().path.has_value());
  item.pipeline->path = PipelinePath::cufile;
  const std::string cufile = write_json(result);
  EXPECT_EQ(read_result(cufile).plan.cases.at(0).pipeline.value().path, PipelinePath::cufile);
  EXPECT_EQ(error_of(replaced(cufile, "\"path\":\"cufile\"", "\"path\":\"gds\"")),
            "plan.cases[0].pipeline.path: 'gds' is not one of its words");
}

TEST(ResultJson, ErrorsNameThePlaceAndWhatWasExpected) {
  const std::string text = write_json(small_result());
  EXPECT_EQ(error_of(replaced(text, "123456.789", "\"fast\"")),
            "cases[0].metrics[0].value: expected a number");
  EXPECT_EQ(error_of(replaced(text, "123456.789", "null")),
            "cases[0].metrics[0].value: expected a number");
  EXPECT_EQ(error_of(replaced(text, "\"ops\":5", "\"ops\":-5")),
            "cases[0].ticks[0].ops: expected a whole number >= 0");
  EXPECT_EQ(error_of(replaced(text, "\"status\":\"ok\"", "\"status\":\"fine\"")),
            "cases[0].status: 'fine' is not one of its words");
  EXPECT_EQ(error_of(replaced(text, "\"product_name\":\"i4i.large\",", "")),
            "host.identity.product_name: missing");
  EXPECT_EQ(error_of(replaced(text, "\"queue_depth\":32", "\"queue_depth\":4294967296")),
            "plan.cases[0].storage.queue_depth: number too large");
}

TEST(ResultJson, RefusesOtherDocumentsAndOtherMajorVersions) {
  EXPECT_NE(error_of("{}").find("not an assay Result"), std::string::npos);
  EXPECT_NE(error_of("[1]").find("not an assay Result"), std::string::npos);
  EXPECT_NE(error_of("{\"schema\":").find("not valid JSON"), std::string::npos);
  const std::string text = write_json(small_result());
  EXPECT_NE(error_of(replaced(text, "\"1.0.0\"", "\"2.0.0\"")).find("schema version 2.0.0"),
            std::string::npos);
  EXPECT_EQ(error_of(replaced(text, "\"1.0.0\"", "\"1.9.0\"")), "accepted");
}

TEST(ResultJson, RefusesBucketsOutOfOrderOrRange) {
  const std::string text = write_json(small_result());
  EXPECT_NE(error_of(replaced(text, "\"steps_and_counts\":[5,2,", "\"steps_and_counts\":[5,2,0,1,"))
                .find("ascending"),
            std::string::npos);
  EXPECT_NE(error_of(replaced(text, "\"steps_and_counts\":[5,2,", "\"steps_and_counts\":[99999,2,"))
                .find("range"),
            std::string::npos);
  EXPECT_NE(error_of(replaced(text, "\"steps_and_counts\":[5,2,", "\"steps_and_counts\":[5,"))
                .find("pairs"),
            std::string::npos);
}

TEST(ResultJson, RefusesAHistogramThatDoesNotHoldItsCount) {
  const std::string text = write_json(small_result());
  const std::string words = error_of(
      replaced(text, "\"sub_bucket_bits\":7,\"count\":5", "\"sub_bucket_bits\":7,\"count\":6"));
  EXPECT_NE(words.find("cases[0].histograms[0].latency: its buckets hold 5 values of 6"),
            std::string::npos)
      << words;
}

TEST(ResultJson, TextThatIsNotUtf8DoesNotLoseTheResult) {
  Result result = small_result();
  result.host.identity.sys_vendor = "bad \xff byte";
  EXPECT_EQ(read_result(write_json(result)).host.identity.sys_vendor, "bad \xEF\xBF\xBD byte");
}

TEST(ResultJson, HeaderHasNoCases) {
  const Result header = header_of(small_result());
  EXPECT_TRUE(header.cases.empty());
  EXPECT_EQ(header.plan.cases.size(), 1U);
}

}  // namespace
}  // namespace assay
