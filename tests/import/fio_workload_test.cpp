#include "reports/import/fio_workload.hpp"

#include <gtest/gtest.h>

#include "reports/import/new_result.hpp"

namespace assay {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

FioWorkload workload_of(const Pairs& options) {
  nlohmann::json job = {{"job options", nlohmann::json::object()}};
  for (const auto& [name, text] : options) job["job options"][name] = text;
  const nlohmann::json document = {{"global options", {{"direct", "1"}}}};
  return fio_workload(FioOptions(ForeignNode(document, ""), ForeignNode(job, "jobs[0]")));
}

std::string id_of(const Pairs& options) {
  const FioWorkload workload = workload_of(options);
  return workload.why_not.empty() ? workload.id : "none: " + workload.why_not;
}

TEST(fio_workload, has_the_ids_of_assays_own_cases) {
  EXPECT_EQ(id_of({{"rw", "randread"}, {"ioengine", "io_uring"}, {"iodepth", "32"}}),
            "random-read/4k/qd32");
  EXPECT_EQ(id_of({{"readwrite", "write"}, {"ioengine", "io_uring"}, {"blocksize", "1m"}}),
            "sequential-write/1m/qd1");
  EXPECT_EQ(id_of({{"rw", "randrw"}, {"ioengine", "io_uring"}, {"rwmixread", "70"}}),
            "random-mixed-70-30/4k/qd1");
  EXPECT_EQ(id_of({{"rw", "randrw"}, {"ioengine", "io_uring"}, {"rwmixwrite", "10"}}),
            "random-mixed-90-10/4k/qd1");
  EXPECT_EQ(
      id_of({{"rw", "randread"}, {"ioengine", "io_uring"}, {"random_distribution", "zipf:1.2"}}),
      "zipf-read/4k/qd1/theta-1.2");
  EXPECT_EQ(id_of({{"rw", "write"}, {"sync", "dsync"}}), "write-dsync/4k/qd1/pread");
  EXPECT_EQ(id_of({{"rw", "randread"}, {"ioengine", "io_uring"}, {"hipri", "1"}}),
            "random-read/4k/qd1/iopoll");
}

TEST(fio_workload, fios_defaults_hold_where_nothing_is_told) {
  const FioWorkload workload = workload_of({});
  EXPECT_EQ(workload.id, "sequential-read/4k/qd1/pread");
  EXPECT_TRUE(workload.storage.direct);  // the global option
  const FioWorkload buffered = workload_of({{"direct", "0"}});
  EXPECT_EQ(buffered.id, "sequential-read/4k/qd1/pread/page-cache");
  EXPECT_EQ(buffered.flags.size(), 1U);
}

TEST(fio_workload, an_engine_that_waits_has_one_io_a_job_in_flight) {
  const FioWorkload workload = workload_of(
      {{"rw", "randread"}, {"iodepth", "32"}, {"numjobs", "4"}, {"group_reporting", ""}});
  EXPECT_EQ(workload.id, "random-read/4k/qd4/pread/threads-4");
  EXPECT_EQ(workload.storage.queue_depth, 4U);
  // Without group_reporting each entry is one job.
  EXPECT_EQ(id_of({{"rw", "randread"}, {"numjobs", "4"}}), "random-read/4k/qd1/pread");
}

TEST(fio_workload, engines_that_wait_are_no_pread_for_that) {
  for (const char* engine : {"libcufile", "mmap", "splice"}) {
    const FioWorkload workload =
        workload_of({{"rw", "randread"}, {"iodepth", "32"}, {"ioengine", engine}});
    EXPECT_EQ(workload.id, std::string("random-read/4k/qd1/") + engine);
    EXPECT_EQ(workload.storage.engine, Engine::other);
  }
}

TEST(fio_workload, passthrough_knows_no_page_cache) {
  const FioWorkload workload =
      workload_of({{"rw", "randread"}, {"ioengine", "io_uring_cmd"}, {"direct", "0"}});
  EXPECT_EQ(workload.id, "random-read/4k/qd1/nvme-passthrough");
  EXPECT_TRUE(workload.storage.direct);
  EXPECT_TRUE(workload.flags.empty());
}

TEST(fio_workload, a_depth_over_several_files_is_not_that_of_one_device) {
  EXPECT_EQ(id_of({{"rw", "randread"}, {"ioengine", "io_uring"}, {"filename", "/dev/a:/dev/b"}}),
            "fio-random-read/4k/qd1/files-2");
  EXPECT_EQ(id_of({{"rw", "randread"}, {"ioengine", "io_uring"}, {"filename", "/dev/a\\:b"}}),
            "random-read/4k/qd1");
}

TEST(fio_workload, options_without_a_counterpart_make_a_workload_of_its_own) {
  const FioWorkload workload =
      workload_of({{"rw", "randread"}, {"ioengine", "io_uring"}, {"percentage_random", "50"}});
  EXPECT_EQ(workload.workload, "fio-random-read");
  EXPECT_EQ(workload.id, "fio-random-read/4k/qd1/percentage_random-50");
  EXPECT_EQ(workload_of({{"rw", "randread"}, {"percentage_random", "100"}}).workload,
            "random-read");
  EXPECT_EQ(workload_of({{"rw", "randwrite"}, {"fdatasync", "1"}}).workload, "fio-random-write");
  EXPECT_EQ(workload_of({{"rw", "read:8"}}).id, "fio-sequential-read/4k/qd1/pread/rw-8");
}

TEST(fio_workload, what_cannot_stand_beside_anything_says_why) {
  EXPECT_NE(workload_of({{"rw", "randtrim"}}).why_not.find("rw=randtrim"), std::string::npos);
  EXPECT_NE(workload_of({{"bssplit", "4k/50:8k/50"}}).why_not.find("several sizes"),
            std::string::npos);
  EXPECT_NE(workload_of({{"rw", "randrw"}, {"bs", "4k,8k"}}).why_not.find("different sizes"),
            std::string::npos);
  EXPECT_EQ(id_of({{"rw", "write"}, {"bs", "4k,8k"}}), "sequential-write/8k/qd1/pread");
  for (const char* depth : {"0", "-1", "many", "99999999"}) {
    EXPECT_NE(workload_of({{"iodepth", depth}}).why_not, "") << depth;
  }
  for (const char* size : {"0", "x", "4q", "1e30", "-4k", "9999999g"}) {
    EXPECT_NE(workload_of({{"bs", size}}).why_not, "") << size;
  }
}

TEST(fio_workload, sizes_follow_fios_rules) {
  EXPECT_EQ(workload_of({{"bs", "4096"}}).storage.block_size_bytes, 4096U);
  EXPECT_EQ(workload_of({{"bs", "4KB"}}).storage.block_size_bytes, 4096U);
  EXPECT_EQ(workload_of({{"bs", "4ki"}}).storage.block_size_bytes, 4000U);
  EXPECT_EQ(workload_of({{"bs", "4KiB"}, {"kb_base", "1000"}}).storage.block_size_bytes, 4096U);
  EXPECT_EQ(workload_of({{"bs", "4k"}, {"kb_base", "1000"}}).storage.block_size_bytes, 4000U);
}

TEST(fio_workload, rates_are_of_all_jobs_of_a_group) {
  const FioWorkload workload = workload_of({{"rw", "randrw"},
                                            {"rate_iops", "100,50"},
                                            {"rate_process", "poisson"},
                                            {"numjobs", "2"},
                                            {"group_reporting", "1"}});
  EXPECT_EQ(workload.storage.arrival, Arrival::poisson);
  EXPECT_EQ(workload.storage.rate_per_s, 300);
  EXPECT_EQ(workload_of({{"rate", "4m"}}).storage.rate_per_s, 1024);
}

TEST(id_part, holds_no_character_of_a_glob_or_of_markup) {
  EXPECT_EQ(id_part("<b>job</b> *[1]?"), "b-job-/b-1");
  EXPECT_EQ(id_part("***"), "unnamed");
  EXPECT_EQ(id_part("BM<int>/8/real_time"), "BM-int-/8/real_time");
  EXPECT_EQ(id_part(std::string(500, 'x')).size(), 120U);
}

}  // namespace
}  // namespace assay
