#include "bench/memory/sizing.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace assay {
namespace {

constexpr std::uint64_t mib = 1 << 20;
constexpr std::uint64_t gib = 1 << 30;

std::string message_of(const SizingInput& input) {
  try {
    size_arrays(input);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(MemorySizing, FourTimesTheCacheOrTheMinimum) {
  SizingInput input{.arrays = 3,
                    .cache_bytes = 32 * mib,
                    .available_bytes = 16 * gib,
                    .array_bytes_min = 64 * mib};
  EXPECT_EQ(size_arrays(input).array_bytes, 128 * mib);
  EXPECT_EQ(size_arrays(input).flag, "");
  input.cache_bytes = 1 * mib;
  EXPECT_EQ(size_arrays(input).array_bytes, 64 * mib);
  EXPECT_EQ(size_arrays(input).flag, "");
}

TEST(MemorySizing, UnknownCachesAreFlagged) {
  SizingInput input{.arrays = 3, .available_bytes = 16 * gib, .array_bytes_min = 64 * mib};
  EXPECT_EQ(size_arrays(input).array_bytes, 64 * mib);
  EXPECT_EQ(size_arrays(input).flag,
            "arrays of 64.0 MiB without knowing the caches (hwloc reports neither an L2 nor an "
            "L3): caches of more than a quarter of that may serve part of the accesses; ask for a "
            "`working_set` that is larger");
  input.available_bytes = 120 * mib;
  EXPECT_EQ(size_arrays(input).array_bytes, 10 * mib);
  EXPECT_EQ(size_arrays(input).flag.rfind("arrays of 10.0 MiB without knowing", 0), 0U);
  input.working_set_bytes = 3 * mib;
  EXPECT_EQ(size_arrays(input).flag, "");
}

TEST(MemorySizing, NeverMoreThanAQuarterOfMemoryForAllArrays) {
  const SizingInput input{.arrays = 2,
                          .cache_bytes = 32 * mib,
                          .available_bytes = 512 * mib,
                          .array_bytes_min = 64 * mib};
  const Sizing sizing = size_arrays(input);
  EXPECT_EQ(sizing.array_bytes, 64 * mib);
  EXPECT_EQ(sizing.flag,
            "arrays of 64.0 MiB instead of 128 MiB (a quarter of the available memory): caches may "
            "serve part of the accesses");
}

TEST(MemorySizing, TooLittleMemoryIsAnErrorInWords) {
  const SizingInput input{.arrays = 3, .available_bytes = 8 * mib, .array_bytes_min = 64 * mib};
  EXPECT_NE(message_of(input).find("only 8.00 MiB of memory are available"), std::string::npos)
      << message_of(input);
}

TEST(MemorySizing, RequestedSizeIsForAllArraysTogether) {
  SizingInput input{.arrays = 2,
                    .threads = 4,
                    .available_bytes = gib,
                    .array_bytes_min = 64 * mib,
                    .working_set_bytes = 8 * mib};
  EXPECT_EQ(size_arrays(input).array_bytes, 4 * mib);
  input.working_set_bytes = gib;
  EXPECT_NE(message_of(input).find("ask for at most 819 MiB"), std::string::npos)
      << message_of(input);
  input.working_set_bytes = 511;
  EXPECT_NE(message_of(input).find("ask for at least 512 B"), std::string::npos)
      << message_of(input);
}

TEST(MemorySizing, AShareOfMemoryIsForAllArraysTogether) {
  SizingInput input{.arrays = 2, .available_bytes = gib, .memory_percent = 60};
  EXPECT_EQ(size_arrays(input).array_bytes, 614 * mib / 2);
  EXPECT_EQ(size_arrays(input).flag, "");
  input.memory_percent = 90;
  EXPECT_NE(message_of(input).find("more than 80 % of the 1.00 GiB"), std::string::npos)
      << message_of(input);
}

TEST(MemorySizing, AShareOfMemoryLeavesRoomForTheLoad) {
  SizingInput input{
      .arrays = 1, .available_bytes = gib, .memory_percent = 60, .load_bytes = 128 * mib};
  EXPECT_EQ(size_arrays(input).array_bytes, 614 * mib);
  input.memory_percent = 75;
  EXPECT_EQ(message_of(input),
            "a working set of 768 MiB and the 128 MiB that the other threads read are more than 80 "
            "% of the 1.00 GiB of available memory: ask for at most 691 MiB");
  input.load_bytes = gib;
  EXPECT_NE(message_of(input).find("ask for at most 0 B"), std::string::npos) << message_of(input);
}

class AvailableMemory : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "assay-sizing-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    root_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(root_); }
  void write(const std::string& path, const std::string& text) {
    std::filesystem::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }
  std::filesystem::path root_;
};

TEST_F(AvailableMemory, IsWhatTheKernelSays) {
  write("proc/meminfo", "MemTotal:       8000 kB\nMemAvailable:    5000 kB\n");
  EXPECT_EQ(available_memory_bytes(root_), 5000U * 1024);
}

TEST_F(AvailableMemory, ALowerLimitOfTheControlGroupCounts) {
  write("proc/meminfo", "MemAvailable:    5000 kB\n");
  write("sys/fs/cgroup/memory.max", "max\n");
  EXPECT_EQ(available_memory_bytes(root_), 5000U * 1024);
  write("sys/fs/cgroup/memory.max", "1048576\n");
  EXPECT_EQ(available_memory_bytes(root_), 1048576U);
  write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  EXPECT_EQ(available_memory_bytes(root_), 1048576U);
}

TEST_F(AvailableMemory, UnknownIsAnError) {
  write("proc/meminfo", "MemTotal: 8000 kB\n");
  EXPECT_THROW(available_memory_bytes(root_), std::runtime_error);
}

TEST_F(AvailableMemory, OfANodeIsWhatIsFreeThere) {
  write("sys/devices/system/node/node1/meminfo",
        "Node 1 MemTotal:       2048 kB\nNode 1 MemFree:        1024 kB\n");
  EXPECT_EQ(free_node_bytes(1, root_), 1024U * 1024U);
  EXPECT_THROW(free_node_bytes(0, root_), std::runtime_error);
}

}  // namespace
}  // namespace assay
