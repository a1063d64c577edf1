#pragma once

#include <liburing.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "bench/storage/aligned_memory.hpp"
#include "bench/storage/random.hpp"
#include "bench/storage/ring.hpp"
#include "reports/model/result.hpp"

namespace assay {

/// What an io_uring engine is set up for. The descriptor stays the caller's.
struct UringSetup {
  int fd = -1;
  std::uint32_t queue_depth = 1;
  std::uint32_t block_size = 4096;
  std::uint64_t seed = 0;
};

/// One rung of the set-up ladder: flags of io_uring_setup(2), best first.
struct UringRung {
  unsigned flags;
  const char* name;
};
std::span<const UringRung> uring_rungs();

/// Owns an io_uring, one buffer a slot filled with incompressible data, and the registrations. The
/// best rung whose probe read works is taken; registered files and buffers are used where the
/// kernel allows them (RLIMIT_MEMLOCK may not), and what was refused is told by `method`. See
/// ring.hpp for the verbs.
class UringRing {
 public:
  /// Throws std::system_error when no rung works at all.
  explicit UringRing(const UringSetup& setup);
  ~UringRing();
  UringRing(const UringRing&) = delete;
  UringRing& operator=(const UringRing&) = delete;
  UringRing(UringRing&&) = delete;
  UringRing& operator=(UringRing&&) = delete;

  /// Copies the slot's ready-made submission entry and sets what differs: the offset.
  void prepare(IoKind kind, std::uint32_t slot, std::uint64_t offset) {
    io_uring_sqe* sqe = ring_.sq.sqes + (ring_.sq.sqe_tail++ & sq_mask_);  // entries >= slots
    *sqe = templates_[static_cast<std::size_t>(kind)][slot];
    if (kind != IoKind::fdatasync) sqe->off = offset;
  }

  void resize(std::uint32_t slot, std::uint32_t bytes) {
    templates_[static_cast<std::size_t>(IoKind::read)][slot].len = bytes;
    templates_[static_cast<std::size_t>(IoKind::write)][slot].len = bytes;
  }

  void submit_and_wait();
  void submit_and_wait_for(std::uint64_t wait_ns);

  template <class Handle>
  std::uint32_t reap(std::uint32_t limit, Handle&& handle) {
    const unsigned head = *ring_.cq.khead;
    const unsigned ready = io_uring_smp_load_acquire(ring_.cq.ktail) - head;
    const std::uint32_t count = ready < limit ? ready : limit;
    for (std::uint32_t i = 0; i < count; ++i) {
      const io_uring_cqe& cqe = ring_.cq.cqes[(head + i) & cq_mask_];
      handle(static_cast<std::uint32_t>(cqe.user_data), cqe.res);
    }
    io_uring_cq_advance(&ring_, count);
    return count;
  }

  std::byte* buffer(std::uint32_t slot) const {
    return memory_.bytes().data() + std::size_t{slot} * block_size_;
  }
  std::uint64_t system_calls() const { return system_calls_; }

  /// What took effect and what was refused, for the Result.
  const std::vector<NamedText>& method() const { return method_; }

 private:
  void register_all(const UringSetup& setup);
  void fill_templates();
  std::string probe();
  static void check_submitted(int submitted);

  AlignedMemory memory_;
  io_uring ring_{};
  int file_ = -1;  // descriptor, or index of the registered file
  std::uint32_t block_size_;
  std::uint8_t sqe_flags_ = 0;
  bool buffers_registered_ = false;
  unsigned sq_mask_ = 0;
  unsigned cq_mask_ = 0;
  std::array<std::vector<io_uring_sqe>, 3> templates_;  // by IoKind, then by slot
  std::uint64_t system_calls_ = 0;
  std::vector<NamedText> method_;
};

}  // namespace assay
