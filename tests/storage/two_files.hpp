#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "bench/storage/storage_session.hpp"
#include "tests/storage/direct_io.hpp"

namespace assay {

/// Two test files, "one" and "two", on the file system of the build, which is on a disk; /tmp often
/// is not. Skipped, with the reason, where direct I/O is not to be had.
class TwoFiles : public testing::Test {
 protected:
  explicit TwoFiles(std::uint64_t bytes_each) : bytes_each_(bytes_each) {}

  void SetUp() override {
    std::string name = (std::filesystem::current_path() / "assay-io-test-XXXXXX").string();
    directory_ = mkdtemp(name.data());
    const std::string why = why_no_direct_uring(directory_);
    if (!why.empty()) GTEST_SKIP() << why;
    for (const char* id : {"one", "two"}) {
      Target target;
      target.id = id;
      target.path = directory_;
      target.chosen = true;
      target.span_bytes = bytes_each_;
      sessions_.emplace_back(std::make_unique<StorageSession>(target, 7, RunControl{}));
    }
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::string directory_;
  std::vector<std::unique_ptr<StorageSession>> sessions_;

 private:
  std::uint64_t bytes_each_;
};

}  // namespace assay
