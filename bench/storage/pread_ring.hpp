#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bench/storage/aligned_memory.hpp"
#include "bench/storage/ring.hpp"
#include "bench/storage/uring_ring.hpp"
#include "reports/model/result.hpp"

namespace assay {

/// pread(2), pwrite(2) and fdatasync(2), one at a time: the baseline without io_uring, and what
/// still measures where io_uring is forbidden. Precondition: queue_depth 1. See ring.hpp for the
/// verbs.
class PreadRing {
 public:
  /// Throws std::system_error when there is no memory.
  explicit PreadRing(const UringSetup& setup);

  void prepare(IoKind kind, std::uint32_t slot, std::uint64_t offset) {
    pending_ = Pending{kind, slot, offset};
  }
  void resize(std::uint32_t, std::uint32_t bytes) { size_ = bytes; }
  void submit_and_wait();
  void submit_and_wait_for(std::uint64_t wait_ns);

  std::uint32_t ready() const { return done_ ? 1 : 0; }

  template <class Handle>
  std::uint32_t reap(std::uint32_t limit, Handle&& handle) {
    if (limit == 0 || !done_) return 0;
    const Done done = *done_;
    done_.reset();
    handle(done.slot, done.result);
    return 1;
  }

  std::byte* buffer(std::uint32_t) const { return memory_.bytes().data(); }
  std::uint64_t system_calls() const { return system_calls_; }
  std::string page_sizes() const { return memory_.page_sizes(); }
  std::vector<NamedText> method() const { return {{"engine", "pread/pwrite, one I/O at a time"}}; }

 private:
  struct Pending {
    IoKind kind;
    std::uint32_t slot;
    std::uint64_t offset;
  };
  struct Done {
    std::uint32_t slot;
    std::int32_t result;
  };

  std::int32_t transfer(const Pending& io) const;

  AlignedMemory memory_;
  int fd_;
  std::size_t size_;
  std::optional<Pending> pending_;
  std::optional<Done> done_;
  std::uint64_t system_calls_ = 0;
};

}  // namespace assay
