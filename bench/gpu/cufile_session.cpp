#include "bench/gpu/cufile_session.hpp"

#include <fmt/format.h>

#include <array>
#include <stdexcept>

namespace assay {
namespace {

struct NamedMode {
  const char* name;
  CuFileMode mode;
};

/// From the best to the one that is no more than what the bounce path does.
constexpr std::array<NamedMode, 3> modes{{{"p2pdma", {true, false}},
                                          {"nvidia-fs", {false, false}},
                                          {"compatibility mode", {false, true}}}};

}  // namespace

CuFileSession::CuFileSession(const CuFileSource& source, std::span<const LaneSpec> specs)
    : source_(source), operation_(specs.front().operation) {
  bool all_absent = true;
  for (const NamedMode& one : modes) {
    try {
      open(one.mode, specs);
      return;
    } catch (const CuFileFailure& failure) {
      lanes_.clear();
      driver_.reset();
      all_absent = all_absent && failure.is_absence();
      refused_ += fmt::format("{}{}: {}", refused_.empty() ? "" : "; ", one.name, failure.what());
    }
  }
  if (all_absent) throw NotApplicable(refused_);
  throw std::runtime_error(refused_);
}

void CuFileSession::open(const CuFileMode& mode, std::span<const LaneSpec> specs) {
  driver_ = std::make_unique<const CuFileDriver>(source_.library, mode);
  for (const LaneSpec& spec : specs) {
    lanes_.push_back(std::make_unique<CuFileLane>(spec, *driver_, source_.open_blocks));
  }
  evidence_.mode = mode;
  evidence_.compat_allowed = driver_->compat_allowed();
  evidence_.nvidia_fs = nvidia_fs_version(source_.nvidia_fs_folder);
  // After the block that each lane has moved to see whether it can.
  evidence_.before = driver_->counts(operation_);
  evidence_.nvidia_fs_before = nvidia_fs_calls(source_.nvidia_fs_folder, operation_);
}

CuFilePath CuFileSession::path(std::uint64_t calls) {
  evidence_.after = driver_->counts(operation_);
  evidence_.nvidia_fs_after = nvidia_fs_calls(source_.nvidia_fs_folder, operation_);
  evidence_.calls = calls;
  return path_of(evidence_);
}

}  // namespace assay
