#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "runners/discovery/block_devices.hpp"
#include "runners/discovery/discovery.hpp"

namespace assay {

inline SystemRoot fixture(const std::string& name) {
  return {std::filesystem::path(ASSAY_SOURCE_DIR) / "tests/fixtures" / name};
}

/// The device of that name; the test fails when the host has none.
inline const BlockDevice& device(const Host& host, const std::string& name) {
  for (const BlockDevice& each : host.block_devices) {
    if (each.name == name) return each;
  }
  throw std::runtime_error("no block device " + name);
}

inline std::vector<std::string> device_names(const Host& host) {
  std::vector<std::string> names;
  for (const BlockDevice& each : host.block_devices) names.push_back(each.name);
  return names;
}

inline const FileSystem& file_system(const Host& host, const std::string& mount_point) {
  for (const FileSystem& each : host.file_systems) {
    if (each.mount_point == mount_point) return each;
  }
  throw std::runtime_error("no file system at " + mount_point);
}

/// A directory that is gone when the test ends.
class ScratchDirectory {
 public:
  explicit ScratchDirectory(
      const std::filesystem::path& parent = std::filesystem::temp_directory_path()) {
    std::string name = (parent / "assay-test-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp " + name);
    path_ = name;
  }
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;
  ~ScratchDirectory() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
  }

  const std::filesystem::path& path() const { return path_; }

  std::filesystem::path write(const std::string& name, const std::string& content) const {
    const std::filesystem::path file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << content;
    return file;
  }

 private:
  std::filesystem::path path_;
};

using Strings = std::vector<std::string>;

}  // namespace assay
