#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "bench/gpu/cufile_lane.hpp"
#include "bench/gpu/cufile_path.hpp"

namespace assay {

/// Where cuFile comes from: NVIDIA's, or a test's.
struct CuFileSource {
  std::string library = "libcufile.so.0";
  std::string nvidia_fs_folder = "/proc/driver/nvidia-fs";
  OpenBlocks open_blocks = open_device_blocks;
};

/// Owns cuFile's driver for one case, in the best mode that all its lanes can use, and the lanes.
class CuFileSession {
 public:
  /// Tries p2pdma, then nvidia-fs, both without compatibility mode, then compatibility mode; each
  /// with a block moved in every lane. Throws NotApplicable where there is no cuFile or nothing of
  /// it fits this machine, std::runtime_error in words where what should have worked did not.
  CuFileSession(const CuFileSource& source, std::span<const LaneSpec> specs);

  /// In the order of the specs.
  CuFileLane& lane(std::size_t index) { return *lanes_.at(index); }

  /// The way that the data went since the session was made: `calls` of its lanes ended well.
  CuFilePath path(std::uint64_t calls);

  /// Which modes were refused before this one, and why; empty where none was.
  const std::string& refused() const { return refused_; }

 private:
  void open(const CuFileMode& mode, std::span<const LaneSpec> specs);

  CuFileSource source_;
  Operation operation_;
  std::string refused_;
  CuFileEvidence evidence_;
  std::unique_ptr<const CuFileDriver> driver_;  // outlives the lanes
  std::vector<std::unique_ptr<CuFileLane>> lanes_;
};

}  // namespace assay
