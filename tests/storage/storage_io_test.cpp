#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <zlib.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <vector>

#include "bench/storage/aligned_memory.hpp"
#include "bench/storage/file_handle.hpp"
#include "bench/storage/storage_session.hpp"
#include "bench/storage/uring_ring.hpp"

namespace assay {
namespace {

constexpr std::uint64_t mib = 1U << 20;

/// Owns a directory on the file system of the build, which is on a disk; /tmp often is not.
class ScratchDirectory {
 public:
  ScratchDirectory() {
    std::string name = (std::filesystem::current_path() / "assay-io-test-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~ScratchDirectory() { std::filesystem::remove_all(path_); }
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;
  const std::string& path() const { return path_; }
  bool empty() const { return std::filesystem::is_empty(path_); }

 private:
  std::string path_;
};

Target target_in(const std::string& directory) {
  Target target;
  target.id = "other-file";
  target.kind = TargetKind::file_system;
  target.path = directory;
  target.chosen = true;
  target.span_bytes = 16 * mib;
  return target;
}

Case case_of(const StorageParameters& parameters) {
  Case item;
  item.id = "storage/other-file/test";
  item.target = "other-file";
  item.warm_up_s = 0.02;
  item.duration_s = 0.2;
  item.storage = parameters;
  return item;
}

class StorageIo : public testing::Test {
 protected:
  void SetUp() override {
    try {
      session_.emplace(target_in(scratch_.path()), 7, RunControl{});
    } catch (const std::exception& error) {
      GTEST_SKIP() << "no direct I/O through io_uring here: " << error.what();
    }
  }

  ScratchDirectory scratch_;
  std::optional<StorageSession> session_;
};

TEST_F(StorageIo, EveryWorkloadCompletesAndLeavesNothingBehind) {
  EXPECT_TRUE(scratch_.empty());  // the test file has no name, even while it is in use
  EXPECT_EQ(session_->preparation()->bytes, 16 * mib);
  const std::vector<StorageParameters> all{
      {Operation::read, Pattern::random, 4096, 1, 100, Durability::none},
      {Operation::read, Pattern::random, 4096, 128, 100, Durability::none},
      {Operation::write, Pattern::random, 4096, 32, 0, Durability::none},
      {Operation::write, Pattern::sequential, 4096, 1, 0, Durability::fdatasync},
      {Operation::write, Pattern::sequential, 4096, 1, 0, Durability::dsync},
      {Operation::read, Pattern::sequential, 1U << 20, 8, 100, Durability::none},
      {Operation::write, Pattern::sequential, 128U << 10, 4, 0, Durability::none},
      {Operation::mixed, Pattern::random, 4096, 16, 70, Durability::none},
  };
  for (const StorageParameters& parameters : all) {
    const CaseResult result = session_->run(case_of(parameters), {});
    EXPECT_EQ(result.status, CaseStatus::ok) << result.reason;
    const Metric* iops = find_metric(result.metrics, "iops");
    ASSERT_NE(iops, nullptr);
    EXPECT_GT(iops->value, 0);
    EXPECT_FALSE(result.histograms.empty());
    EXPECT_FALSE(result.ticks.empty());
    EXPECT_FALSE(result.method.empty());
  }
  session_.reset();
  EXPECT_TRUE(scratch_.empty());
}

TEST_F(StorageIo, TheBaselineEngineReadsWritesAndCommits) {
  using enum Engine;
  const std::vector<StorageParameters> all{
      {Operation::read, Pattern::random, 4096, 1, 100, Durability::none, Arrival::closed, 0, pread},
      {Operation::write, Pattern::random, 4096, 1, 0, Durability::none, Arrival::closed, 0, pread},
      {Operation::write, Pattern::sequential, 4096, 1, 0, Durability::fdatasync, Arrival::closed, 0,
       pread},
      {Operation::read, Pattern::random, 4096, 1, 100, Durability::none, Arrival::constant, 200,
       pread},
  };
  for (const StorageParameters& parameters : all) {
    const CaseResult result = session_->run(case_of(parameters), {});
    EXPECT_EQ(result.status, CaseStatus::ok) << result.reason;
    EXPECT_EQ(result.method.at(0).second, "pread/pwrite, one I/O at a time");
    EXPECT_GT(find_metric(result.metrics, "iops")->value, 0);
  }
}

TEST_F(StorageIo, AStopReturnsEarly) {
  std::atomic<bool> stop{true};
  Case item = case_of({Operation::read, Pattern::random, 4096, 4, 100, Durability::none});
  item.duration_s = 3600;  // would run into the test's time limit
  session_->run(item, RunControl{&stop, {}});
}

bool any_contains(const std::vector<std::string>& texts, const std::string& words) {
  return std::any_of(texts.begin(), texts.end(), [&](const std::string& text) {
    return text.find(words) != std::string::npos;
  });
}

/// A device whose log page says that the volume's limit was exceeded between the first and the
/// second reading, and the instance's between the second and the third.
TEST(StorageIoLimits, TheCaseNamesTheLimitThatTheDeviceCounted) {
  int readings = 0;
  const AdminCommand device = [&](int, nvme_admin_cmd& command) {
    std::vector<std::byte> page(vendor_log_page_bytes);
    const std::uint32_t magic = 0x3C23B510;
    const std::uint64_t volume_us = readings >= 1 ? 1'000'000 : 0;
    const std::uint64_t instance_us = readings >= 2 ? 1'000'000 : 0;
    std::memcpy(page.data(), &magic, sizeof magic);
    std::memcpy(page.data() + 56, &volume_us, sizeof volume_us);
    std::memcpy(page.data() + 72, &instance_us, sizeof instance_us);
    std::memcpy(reinterpret_cast<void*>(command.addr), page.data(), page.size());
    ++readings;
    return 0;
  };
  const ScratchDirectory scratch;
  Target target = target_in(scratch.path());
  target.device = "null";  // a node that opens; the answers are ours
  try {
    StorageSession session(target, 1, RunControl{}, device);
    Case item = case_of({Operation::read, Pattern::random, 4096, 4, 100, Durability::none});
    item.duration_s = 1.1;
    const CaseResult first = session.run(item, {});
    EXPECT_TRUE(any_contains(first.flags, "the volume's IOPS limit"));
    const CaseResult second = session.run(item, {});
    EXPECT_TRUE(any_contains(second.flags, "the instance's EBS IOPS limit"));
    EXPECT_FALSE(any_contains(second.flags, "the volume's"));
    EXPECT_EQ(readings, 3);
  } catch (const std::runtime_error& error) {
    GTEST_SKIP() << "no direct I/O through io_uring here: " << error.what();
  }
}

TEST(StorageIoRing, ATargetThatCannotBeReadIsNotTakenForARefusalOfIoUring) {
  const FileHandle memory(open("/proc/self/mem", O_RDONLY | O_CLOEXEC));  // nothing lies at 0
  for (const Submission submission : {Submission::system_call, Submission::kernel_thread}) {
    try {
      UringSetup setup;
      setup.fd = memory.get();
      setup.submission = submission;
      const UringRing ring(setup);
      FAIL() << "address 0 was read";
    } catch (const std::system_error& error) {
      if (error.code().value() != EIO) GTEST_SKIP() << "no io_uring here: " << error.what();
      EXPECT_STREQ(error.what(), "read the first block of the target: Input/output error");
    }
  }
}

TEST(StorageIoFill, WhatIsWrittenDoesNotCompressAndNoBlockRepeats) {
  const ScratchDirectory scratch;
  try {
    const TestFile file(scratch.path(), 4 * mib);
    ASSERT_EQ(fill_sequentially(file.fd(), 4 * mib, 11, {}), 4 * mib);
    const AlignedMemory memory(4 * mib);
    ASSERT_EQ(pread(file.fd(), memory.bytes().data(), 4 * mib, 0), ssize_t{4 * mib});
    uLongf packed_size = compressBound(4 * mib);
    std::vector<Bytef> packed(packed_size);
    ASSERT_EQ(compress(packed.data(), &packed_size,
                       reinterpret_cast<const Bytef*>(memory.bytes().data()), 4 * mib),
              Z_OK);
    EXPECT_GT(packed_size, 4 * mib * 99 / 100);
    std::vector<std::uint64_t> heads;
    for (std::size_t at = 0; at < 4 * mib; at += 4096) {
      heads.emplace_back();
      std::memcpy(&heads.back(), memory.bytes().data() + at, 8);
    }
    std::sort(heads.begin(), heads.end());
    EXPECT_EQ(std::adjacent_find(heads.begin(), heads.end()), heads.end());
  } catch (const std::runtime_error& error) {
    GTEST_SKIP() << "no direct I/O through io_uring here: " << error.what();
  }
}

TEST(StorageIoErrors, AFileThatWouldFillTheDiskIsNotCreated) {
  const ScratchDirectory scratch;
  const std::uint64_t available = std::filesystem::space(scratch.path()).available;
  try {
    const TestFile file(scratch.path(), available / 2 / mib * mib);
    FAIL() << "created a file of half the free space";
  } catch (const std::runtime_error& error) {
    const std::string words = error.what();
    if (words.find("with O_DIRECT") != std::string::npos) GTEST_SKIP() << words;
    EXPECT_NE(words.find("over a quarter of the free space"), std::string::npos) << words;
  }
  EXPECT_TRUE(scratch.empty());
}

TEST(StorageIoErrors, AMissingDirectoryIsToldInWords) {
  try {
    const StorageSession session(target_in("/nonexistent-assay"), 1, RunControl{});
    FAIL() << "opened a session in a directory that does not exist";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find("create a test file in /nonexistent-assay"),
              std::string::npos);
  }
}

TEST(StorageIoErrors, ReadsBeyondTheEndOfAnExistingFileAreShort) {
  const ScratchDirectory scratch;
  const std::string path = scratch.path() + "/file";
  { std::ofstream(path) << std::string(mib, 'x'); }
  Target target = target_in(path);
  target.kind = TargetKind::regular_file;
  target.span_bytes = 2 * mib;  // a lie: half of the reads end early
  try {
    StorageSession session(target, 1, RunControl{});
    EXPECT_FALSE(session.preparation().has_value());
    const CaseResult result = session.run(
        case_of({Operation::read, Pattern::random, 4096, 4, 100, Durability::none}), {});
    EXPECT_EQ(result.status, CaseStatus::failed);
    EXPECT_NE(result.reason.find("short"), std::string::npos) << result.reason;
  } catch (const std::runtime_error& error) {
    GTEST_SKIP() << "no direct I/O through io_uring here: " << error.what();
  }
}

TEST(StorageIoAccess, ReadingLeavesTheAccessTimeAlone) {
  const ScratchDirectory scratch;
  const std::string path = scratch.path() + "/file";
  { std::ofstream(path) << std::string(mib, 'x'); }
  // Older than the last change: the next read would renew it under relatime, too.
  const timespec times[2] = {{1'000'000, 0}, {0, UTIME_OMIT}};
  ASSERT_EQ(utimensat(AT_FDCWD, path.c_str(), times, 0), 0);
  Target target = target_in(path);
  target.kind = TargetKind::regular_file;
  target.span_bytes = mib;
  try {
    StorageSession session(target, 1, RunControl{});
    StorageParameters parameters{Operation::read, Pattern::random, 4096, 4, 100, Durability::none};
    parameters.direct = false;
    EXPECT_EQ(session.run(case_of(parameters), {}).status, CaseStatus::ok);
  } catch (const std::runtime_error& error) {
    GTEST_SKIP() << "no direct I/O through io_uring here: " << error.what();
  }
  struct stat status {};
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_atim.tv_sec, 1'000'000);
}

}  // namespace
}  // namespace assay
