#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/storage/aligned_memory.hpp"
#include "bench/storage/file_handle.hpp"
#include "bench/storage/storage_session.hpp"
#include "bench/storage/uring_ring.hpp"
#include "tests/storage/direct_io.hpp"
#include "tests/storage/measured.hpp"

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

void expect_page_size(const CaseResult& result) {
  const auto pages = std::find_if(result.method.begin(), result.method.end(),
                                  [](const NamedText& one) { return one.first == "buffer pages"; });
  ASSERT_NE(pages, result.method.end());
  EXPECT_TRUE(pages->second.ends_with("MiB") || pages->second.ends_with("KiB")) << pages->second;
}

class StorageIo : public testing::Test {
 protected:
  void SetUp() override {
    const std::string why = why_no_direct_uring(scratch_.path());
    if (!why.empty()) GTEST_SKIP() << why;
    session_.emplace(target_in(scratch_.path()), 7, RunControl{});
  }

  CaseResult run(const StorageParameters& parameters) {
    return measured([&] { return session_->run(case_of(parameters), {}); });
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
    const CaseResult result = run(parameters);
    EXPECT_EQ(result.status, CaseStatus::ok) << result.reason;
    const Metric* iops = find_metric(result.metrics, "iops");
    ASSERT_NE(iops, nullptr);
    EXPECT_GT(iops->value, 0);
    EXPECT_FALSE(result.histograms.empty());
    EXPECT_FALSE(result.ticks.empty());
    expect_page_size(result);
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
    const CaseResult result = run(parameters);
    ASSERT_EQ(result.status, CaseStatus::ok) << result.reason;
    EXPECT_EQ(result.method.at(0).second, "pread/pwrite, one I/O at a time");
    expect_page_size(result);
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

/// A device whose log page says that one limit is exceeded all the time: first the volume's, then
/// the instance's.
struct LimitedDevice {
  std::size_t limit = 0;
  std::uint64_t exceeded_us[2] = {};
  std::chrono::steady_clock::time_point counted = std::chrono::steady_clock::now();
  int readings = 0;

  int answer(nvme_admin_cmd& command) {
    const auto now = std::chrono::steady_clock::now();
    const auto us = std::chrono::duration_cast<std::chrono::microseconds>(now - counted).count();
    exceeded_us[limit] += static_cast<std::uint64_t>(us);
    counted = now;
    ++readings;
    std::vector<std::byte> page(vendor_log_page_bytes);
    const std::uint32_t magic = 0x3C23B510;
    std::memcpy(page.data(), &magic, sizeof magic);
    std::memcpy(page.data() + 56, &exceeded_us[0], sizeof exceeded_us[0]);
    std::memcpy(page.data() + 72, &exceeded_us[1], sizeof exceeded_us[1]);
    std::memcpy(reinterpret_cast<void*>(command.addr), page.data(), page.size());
    return 0;
  }
};

TEST(StorageIoLimits, TheCaseNamesTheLimitThatTheDeviceCounted) {
  LimitedDevice device;
  const ScratchDirectory scratch;
  Target target = target_in(scratch.path());
  target.device = "null";  // a node that opens; the answers are ours
  const std::string why = why_no_direct_uring(scratch.path());
  if (!why.empty()) GTEST_SKIP() << why;
  StorageSession session(target, 1, RunControl{}, [&device](int, nvme_admin_cmd& command) {
    return device.answer(command);
  });
  Case item = case_of({Operation::read, Pattern::random, 4096, 4, 100, Durability::none});
  item.duration_s = 1.1;
  const CaseResult first = session.run(item, {});
  EXPECT_TRUE(any_contains(first.flags, "the volume's IOPS limit"));
  device.limit = 1;
  const CaseResult second = session.run(item, {});
  EXPECT_TRUE(any_contains(second.flags, "the instance's EBS IOPS limit"));
  EXPECT_FALSE(any_contains(second.flags, "the volume's"));
  // One between the cases serves both; a second after it, as on a busy machine, one more is due.
  EXPECT_GE(device.readings, 3);
  EXPECT_LE(device.readings, 4);
}

TEST(StorageIoRing, ATargetThatCannotBeReadIsNotTakenForARefusalOfIoUring) {
  const ScratchDirectory scratch;
  const FileHandle memory(open("/proc/self/mem", O_RDONLY | O_CLOEXEC));  // nothing lies at 0
  for (const Submission submission : {Submission::system_call, Submission::kernel_thread}) {
    const bool by_thread = submission == Submission::kernel_thread;
    const std::string why =
        why_no_direct_uring(scratch.path(), by_thread ? IORING_SETUP_SQPOLL : 0);
    if (!why.empty()) GTEST_SKIP() << why;
    try {
      UringSetup setup;
      setup.fd = memory.get();
      setup.submission = submission;
      const UringRing ring(setup);
      FAIL() << "address 0 was read";
    } catch (const std::system_error& error) {
      EXPECT_STREQ(error.what(), "read the first block of the target: Input/output error");
    }
  }
}

TEST(StorageIoFill, WhatIsWrittenDoesNotCompressAndNoBlockRepeats) {
  const ScratchDirectory scratch;
  const std::string why = why_no_direct_io(scratch.path());
  if (!why.empty()) GTEST_SKIP() << why;
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
}

TEST(AlignedMemory, TellsThePagesThatItGot) {
  const auto written = [] {
    const AlignedMemory memory(4 * mib);
    std::memset(memory.bytes().data(), 1, memory.bytes().size());
    return memory.page_sizes();
  };
  const std::string small = fmt::format("{} KiB", sysconf(_SC_PAGESIZE) / 1024);
  const std::string any = written();
  EXPECT_TRUE(any == small || any.find(" MiB") != std::string::npos) << any;
  ASSERT_EQ(prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0), 0);
  EXPECT_EQ(written(), small);
  ASSERT_EQ(prctl(PR_SET_THP_DISABLE, 0, 0, 0, 0), 0);
}

TEST(StorageIoErrors, AFileThatWouldFillTheDiskIsNotCreated) {
  const ScratchDirectory scratch;
  const std::string why = why_no_direct_io(scratch.path());
  if (!why.empty()) GTEST_SKIP() << why;
  const std::uint64_t available = std::filesystem::space(scratch.path()).available;
  try {
    const TestFile file(scratch.path(), available / 2 / mib * mib);
    FAIL() << "created a file of half the free space";
  } catch (const std::runtime_error& error) {
    const std::string words = error.what();
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
  const std::string why = why_no_direct_uring(scratch.path());
  if (!why.empty()) GTEST_SKIP() << why;
  StorageSession session(target, 1, RunControl{});
  EXPECT_FALSE(session.preparation().has_value());
  const Case item = case_of({Operation::read, Pattern::random, 4096, 4, 100, Durability::none});
  const CaseResult result = measured([&] { return session.run(item, {}); });
  EXPECT_EQ(result.status, CaseStatus::failed);
  // "9 of 20 I/Os failed: 9 short; ...", which is not "the window is too short".
  EXPECT_NE(result.reason.find(" short; "), std::string::npos) << result.reason;
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
  const std::string why = why_no_direct_uring(scratch.path());
  if (!why.empty()) GTEST_SKIP() << why;
  StorageSession session(target, 1, RunControl{});
  StorageParameters parameters{Operation::read, Pattern::random, 4096, 4, 100, Durability::none};
  parameters.direct = false;
  const CaseResult result = measured([&] { return session.run(case_of(parameters), {}); });
  EXPECT_EQ(result.status, CaseStatus::ok) << result.reason;
  struct stat status {};
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_atim.tv_sec, 1'000'000);
}

}  // namespace
}  // namespace assay
