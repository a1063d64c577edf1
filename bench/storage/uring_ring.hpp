#pragma once

#include <liburing.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "bench/measure/random.hpp"
#include "bench/storage/aligned_memory.hpp"
#include "bench/storage/ring.hpp"
#include "bench/storage/uring_command.hpp"
#include "reports/model/result.hpp"

namespace assay {

/// How completions are learnt of: by interrupt, or by polling the device (IORING_SETUP_IOPOLL).
enum class Completion : std::uint8_t { interrupt, polled };
/// Who hands I/Os to the kernel: the measuring thread by a system call, or a kernel thread that
/// watches the queue (IORING_SETUP_SQPOLL).
enum class Submission : std::uint8_t { system_call, kernel_thread };

/// What an engine is set up for. The descriptor stays the caller's.
struct UringSetup {
  int fd = -1;
  std::uint32_t queue_depth = 1;
  std::uint32_t block_size = 4096;
  std::uint64_t seed = 0;
  Completion completion = Completion::interrupt;
  Submission submission = Submission::system_call;
  NvmeNamespace name_space = {};  // of a passthrough ring
};

/// One rung of the set-up ladder: flags of io_uring_setup(2), best first.
struct UringRung {
  unsigned flags;
  const char* name;
};
std::span<const UringRung> uring_rungs(Submission submission);

/// Owns an io_uring, one buffer a slot filled with incompressible data, and the registrations. The
/// best rung whose probe read works is taken; registered files and buffers are used where the
/// kernel allows them (RLIMIT_MEMLOCK may not), and what was refused is told by `method`. Polled
/// completions and a submitting kernel thread are never dropped silently: without them set-up
/// fails. See ring.hpp for the verbs and uring_command.hpp for what Command is.
template <class Command>
class BasicUringRing {
 public:
  /// Throws std::system_error when no rung works at all.
  explicit BasicUringRing(const UringSetup& setup);
  ~BasicUringRing();
  BasicUringRing(const BasicUringRing&) = delete;
  BasicUringRing& operator=(const BasicUringRing&) = delete;
  BasicUringRing(BasicUringRing&&) = delete;
  BasicUringRing& operator=(BasicUringRing&&) = delete;

  /// Copies the slot's ready-made submission entry and sets what differs: the offset.
  void prepare(IoKind kind, std::uint32_t slot, std::uint64_t offset) {
    Entry* entries = reinterpret_cast<Entry*>(ring_.sq.sqes);  // at least as many as slots
    Entry& entry = entries[ring_.sq.sqe_tail++ & sq_mask_];
    entry = templates_[static_cast<std::size_t>(kind)][slot];
    if (kind != IoKind::fdatasync) Command::set_offset(entry, offset, name_space_);
  }

  void resize(std::uint32_t slot, std::uint32_t bytes) {
    Command::set_size(templates_[static_cast<std::size_t>(IoKind::read)][slot], bytes, name_space_);
    Command::set_size(templates_[static_cast<std::size_t>(IoKind::write)][slot], bytes,
                      name_space_);
    size_[slot] = bytes;
  }

  void submit_and_wait();
  void submit_and_wait_for(std::uint64_t wait_ns);

  std::uint32_t ready() const {
    return io_uring_smp_load_acquire(ring_.cq.ktail) - *ring_.cq.khead;
  }

  template <class Handle>
  std::uint32_t reap(std::uint32_t limit, Handle&& handle) {
    const unsigned head = *ring_.cq.khead;
    const unsigned ready = io_uring_smp_load_acquire(ring_.cq.ktail) - head;
    const std::uint32_t count = ready < limit ? ready : limit;
    for (std::uint32_t i = 0; i < count; ++i) {
      const io_uring_cqe& cqe = ring_.cq.cqes[((head + i) & cq_mask_) << Command::completion_shift];
      const auto slot = static_cast<std::uint32_t>(cqe.user_data);
      handle(slot, Command::result(cqe, size_[slot]));
    }
    io_uring_cq_advance(&ring_, count);
    return count;
  }

  std::byte* buffer(std::uint32_t slot) const {
    return memory_.bytes().data() + std::size_t{slot} * block_size_;
  }
  std::uint64_t system_calls() const { return system_calls_; }
  std::string page_sizes() const { return memory_.page_sizes(); }

  /// What took effect and what was refused, for the Result.
  const std::vector<NamedText>& method() const { return method_; }

 private:
  using Entry = typename Command::Entry;

  int set_up(const UringSetup& setup, const UringRung& rung);
  void describe(const UringSetup& setup, const UringRung& rung, const std::string& refusals);
  void register_all(const UringSetup& setup);
  void fill_templates();
  int probe();
  bool plain_read_fails(int fd);
  void wake_and_poll(std::uint64_t wait_ns);
  static void check_submitted(int submitted);

  AlignedMemory memory_;
  io_uring ring_{};
  NvmeNamespace name_space_;
  bool submits_by_thread_;
  bool polled_;
  int file_ = -1;  // descriptor, or index of the registered file
  std::uint32_t block_size_;
  std::uint8_t sqe_flags_ = 0;
  bool buffers_registered_ = false;
  unsigned sq_mask_ = 0;
  unsigned cq_mask_ = 0;
  std::array<std::vector<Entry>, 3> templates_;  // by IoKind, then by slot
  std::vector<std::uint32_t> size_;              // by slot, bytes of its I/Os
  std::uint64_t system_calls_ = 0;
  std::vector<NamedText> method_;
};

using UringRing = BasicUringRing<FileCommand>;
using PassthroughRing = BasicUringRing<NvmeCommand>;

}  // namespace assay
