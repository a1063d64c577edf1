#include "reports/pick/need.hpp"

#include <gtest/gtest.h>

namespace assay {
namespace {

TEST(Need, ReadsTheGrammar) {
  const std::vector<Requirement> all = parse_need(
      "instance-store random-read/4k iops >= 400k at p99 <= 1 ms; ebs seq-read GB/s >= 1 burst ok; "
      "gpu-memory GB/s >= 2000; memory GiB>=256;vcpus >= 32;");
  ASSERT_EQ(all.size(), 5U);
  EXPECT_EQ(all[0].subject, NeedSubject::instance_store);
  EXPECT_EQ(all[0].workload, "random-read");
  EXPECT_EQ(all[0].block_bytes, 4096U);
  EXPECT_EQ(all[0].amount, 400e3);
  EXPECT_EQ(all[0].latency_metric, "latency/p99");
  EXPECT_EQ(all[0].latency_ns_max, 1e6);
  EXPECT_EQ(all[0].text, "instance-store random-read/4k iops >= 400k at p99 <= 1 ms");
  EXPECT_EQ(all[1].workload, "sequential-read");
  EXPECT_FALSE(all[1].block_bytes.has_value());
  EXPECT_EQ(all[1].quantity, NeedQuantity::bytes_per_s);
  EXPECT_EQ(all[1].amount, 1e9);
  EXPECT_EQ(all[1].burst, BurstRule::accepted);
  EXPECT_EQ(all[2].amount, 2000e9);
  EXPECT_EQ(all[3].amount, 256.0 * 1073741824);
  EXPECT_EQ(all[4].quantity, NeedQuantity::count);
  EXPECT_EQ(parse_need("ebs seq-write MB/s >= 250 at p50 <= 250us")[0].latency_ns_max, 250e3);
}

struct Mistake {
  const char* need;
  std::size_t column;
  const char* words;
};

TEST(Need, MistakesPointAtTheColumn) {
  for (const Mistake& one : {
           Mistake{"", 1, "expected a requirement"},
           Mistake{" ; ", 1, "expected a requirement"},
           Mistake{"disk random-read iops >= 1", 1, "instance-store, ebs"},
           Mistake{"ebs", 4, "expected a workload"},
           Mistake{"ebs random iops >= 1", 5, "random-read"},
           Mistake{"ebs random-read/4q iops >= 1", 5, "block size"},
           Mistake{"ebs random-read GiB >= 1", 17, "iops, GB/s or MB/s"},
           Mistake{"memory iops >= 1", 8, "GB/s or GiB"},
           Mistake{"memory GiB 256", 12, "'>='"},
           Mistake{"memory GiB <= 256", 12, "'>='"},
           Mistake{"memory GiB >= much", 15, "a number above 0"},
           Mistake{"memory GiB >= -5", 15, "a number above 0"},
           Mistake{"memory GiB >= 1e300", 15, "a number above 0"},
           Mistake{"memory GiB >=", 14, "a number above 0"},
           Mistake{"memory GiB >= 5 burst ok", 17, "expected ';'"},
           Mistake{"memory GiB >= 5; vcpus > 3", 24, "'>='"},
           Mistake{"ebs seq-read GB/s >= 1 burst", 29, "'ok' after 'burst'"},
           Mistake{"ebs seq-read GB/s >= 1 at p75 <= 1 ms", 27, "p50, p90"},
           Mistake{"ebs seq-read GB/s >= 1 at p99 <= 1 hour", 36, "a time such as"},
           Mistake{"ebs seq-read GB/s >= 1 at p99 <= 0 ms", 36, "a time such as"},
       }) {
    try {
      parse_need(one.need);
      ADD_FAILURE() << one.need;
    } catch (const NeedError& error) {
      EXPECT_EQ(error.column(), one.column) << error.what();
      EXPECT_NE(std::string(error.what()).find(one.words), std::string::npos) << error.what();
    }
  }
}

}  // namespace
}  // namespace assay
