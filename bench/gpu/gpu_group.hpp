#pragma once

#include <atomic>
#include <barrier>
#include <cstddef>

namespace assay {

/// GPUs that are measured at once, each by a thread with a GpuMember.
class GpuGroup {
 public:
  explicit GpuGroup(std::size_t gpus)
      : prepared_(static_cast<std::ptrdiff_t>(gpus)), without_enough_(gpus) {}

 private:
  friend class GpuMember;
  std::barrier<> prepared_;
  std::atomic<std::size_t> without_enough_;
  std::atomic<bool> broken_ = false;
};

/// One GPU's place in a group; leaves it when destroyed. It waits for the others once, before any
/// is measured. From then on it only looks at what they say, so that one that fails or hangs keeps
/// none of them waiting.
class GpuMember {
 public:
  explicit GpuMember(GpuGroup& group) : group_(group) {}
  ~GpuMember();
  GpuMember(const GpuMember&) = delete;
  GpuMember& operator=(const GpuMember&) = delete;
  GpuMember(GpuMember&&) = delete;
  GpuMember& operator=(GpuMember&&) = delete;

  /// Waits until every other is prepared, too, or has left.
  void start();

  /// This GPU has all its samples. It is to go on as long as others need theirs: beside one that
  /// stands still they would be measured with the links to themselves.
  void have_enough();
  bool all_have_enough() const { return group_.without_enough_ == 0; }

  /// Whether one has left without enough samples, so that there is no sum to measure any more.
  bool is_broken() const { return group_.broken_; }

 private:
  GpuGroup& group_;
  bool started_ = false;
  bool enough_ = false;
};

}  // namespace assay
