#include <gtest/gtest.h>

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "kernels/cuda/memory_device.hpp"

namespace assay {
namespace {

/// "75-real" for machine code, "120-virtual" for PTX.
using Architectures = std::set<std::string>;

template <typename T>
T read_at(const std::string& bytes, std::size_t offset) {
  T value{};
  if (offset + sizeof(T) <= bytes.size()) std::memcpy(&value, bytes.data() + offset, sizeof(T));
  return value;
}

/// The code of one fat binary at `offset`. Layout as nvcc 13.0 writes it: u32 magic 0xBA55ED50, u16
/// version, u16 header bytes, u64 bytes of all entries; an entry is u16 kind (1 PTX, 2 machine
/// code), u16, u32 header bytes, u64 payload bytes, ..., at byte 28 u32 architecture.
Architectures fat_binary(const std::string& bytes, std::size_t offset) {
  Architectures found;
  std::size_t entry = offset + read_at<std::uint16_t>(bytes, offset + 6);
  const std::size_t end = entry + read_at<std::uint64_t>(bytes, offset + 8);
  while (entry < end && end <= bytes.size()) {
    const bool ptx = read_at<std::uint16_t>(bytes, entry) == 1;
    found.insert(std::to_string(read_at<std::uint32_t>(bytes, entry + 28)) +
                 (ptx ? "-virtual" : "-real"));
    const std::uint64_t length =
        read_at<std::uint32_t>(bytes, entry + 4) + read_at<std::uint64_t>(bytes, entry + 8);
    if (length == 0) break;
    entry += length;
  }
  return found;
}

std::vector<Architectures> fat_binaries_of_this_program() {
  std::ifstream file("/proc/self/exe", std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  const std::string magic = "\x50\xED\x55\xBA\x01";  // and the low byte of version 1
  std::vector<Architectures> all;
  for (std::size_t at = bytes.find(magic); at != std::string::npos;
       at = bytes.find(magic, at + 1)) {
    all.push_back(fat_binary(bytes, at));
  }
  return all;
}

/// The codes that CMAKE_CUDA_ARCHITECTURES asks for: a plain number is both kinds.
Architectures asked_for() {
  Architectures all;
  std::istringstream list(ASSAY_CUDA_ARCHITECTURES);
  for (std::string item; std::getline(list, item, ',');) {
    if (item.find('-') != std::string::npos) {
      all.insert(item);
    } else {
      all.insert(item + "-real");
      all.insert(item + "-virtual");
    }
  }
  return all;
}

TEST(OneBinary, holds_code_for_every_architecture_of_the_list) {
  const Architectures asked = asked_for();
  if (asked.empty()) GTEST_SKIP() << query_cuda_devices().none_reason;
  std::size_t complete = 0;
  for (const Architectures& found : fat_binaries_of_this_program()) complete += found == asked;
  EXPECT_GE(complete, 1U);
}

TEST(OneBinary, starts_without_a_driver_because_it_links_none) {
  const std::string command =
      "readelf --dynamic " + std::filesystem::read_symlink("/proc/self/exe").string();
  FILE* const pipe = popen(command.c_str(), "r");
  ASSERT_NE(pipe, nullptr);
  std::string text;
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) text += static_cast<char>(c);
  ASSERT_EQ(pclose(pipe), 0) << command;
  EXPECT_NE(text.find("[libc.so.6]"), std::string::npos) << text;
  EXPECT_EQ(text.find("[libcuda"), std::string::npos) << text;
  EXPECT_EQ(text.find("[libnvidia"), std::string::npos) << text;
}

}  // namespace
}  // namespace assay
